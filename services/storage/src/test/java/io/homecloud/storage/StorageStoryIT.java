package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.startsWith;

import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The ten-minute story of the tutorial, over HTTP, on a real disk. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = StorageHouse.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StorageStoryIT {
  @BeforeAll
  static void showWhatFailed() {
    RestAssured.enableLoggingOfRequestAndResponseIfValidationFails();
  }

  @Test
  @Order(1)
  void aPoolIsMadeOfADisk() {
    // Given
    Path disk = StorageHouse.disks().disk(2L << 30);
    // When
    var answer =
        asking()
            .body("{\"metadata\":{\"name\":\"home\"},\"spec\":{\"disks\":[\"" + disk + "\"]}}")
            .post(API + "/pools?wait=120s");
    // Then
    answer
        .then()
        .statusCode(201)
        .body("status.state", equalTo("Healthy"))
        .body("spec.dataProfile", equalTo("single"))
        .body("spec.metadataProfile", equalTo("dup"));
    assertThat(Path.of(answer.<String>path("status.mountPath"))).isDirectory();
  }

  @Test
  @Order(2)
  void aVolumeIsMountedByItself() throws IOException {
    // When
    var answer =
        asking()
            .body(
                "{\"metadata\":{\"name\":\"files\"},\"spec\":{\"pool\":\"home\",\"quota\":\"500M\","
                    + "\"owner\":\"1000:1000\",\"mode\":\"0770\"}}")
            .post(API + "/volumes?wait=120s");
    // Then
    answer
        .then()
        .statusCode(201)
        .body("status.conditions.find{it.type=='Ready'}.status", equalTo("True"));
    Path mounted = Path.of(answer.<String>path("status.mountPath"));
    assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
        .anyMatch(line -> line.contains(" " + mounted + " "));
    assertThat(Files.getAttribute(mounted, "unix:uid")).isEqualTo(1000);
    Files.writeString(mounted.resolve("photo.txt"), "once only");
  }

  @Test
  @Order(3)
  void aSnapshotKeepsWhatIsDeleted() throws IOException {
    // Given
    Path mounted = Path.of(asking().get(API + "/volumes/files").<String>path("status.mountPath"));
    // When
    var answer =
        asking()
            .body("{\"metadata\":{\"name\":\"before\"},\"spec\":{\"volume\":\"files\"}}")
            .post(API + "/snapshots?wait=120s");
    Files.delete(mounted.resolve("photo.txt"));
    // Then
    answer.then().statusCode(201);
    assertThat(Path.of(answer.<String>path("status.path")).resolve("photo.txt"))
        .hasContent("once only");
  }

  @Test
  @Order(4)
  void aDeletedVolumeComesBackFromTheTrash() {
    // When
    asking().delete(API + "/volumes/files?wait=120s").then().statusCode(204);
    // Then
    asking()
        .get(API + "/volumes/files")
        .then()
        .statusCode(404)
        .contentType("application/problem+json");
    String id = asking().get(API + "/trash").path("items[0].metadata.name");
    asking().get(API + "/trash").then().body("items.spec.volume", hasItem("files"));
    asking().post(API + "/trash/" + id + "/restore?wait=120s").then().statusCode(200);
    asking()
        .get(API + "/volumes/files")
        .then()
        .statusCode(200)
        .body("status.conditions.find{it.type=='Ready'}.status", equalTo("True"));
  }

  @Test
  @Order(5)
  void filesComeAndGoByHttp() {
    // When
    asking()
        .contentType("application/json")
        .body("{\"not\": \"ours\"}")
        .put(API + "/volumes/files/files/a%20b/c.json")
        .then()
        .statusCode(404);
    asking()
        .body("{\"directory\":true}")
        .post(API + "/volumes/files/files/a%20b")
        .then()
        .statusCode(201);
    asking()
        .body("hello")
        .put(API + "/volumes/files/files/a%20b/c.txt")
        .then()
        .statusCode(201)
        .body("size", equalTo(5));
    asking()
        .header("Content-Range", "bytes 0-3/8")
        .body("half")
        .put(API + "/volumes/files/files/d.txt")
        .then()
        .statusCode(202)
        .body("offset", equalTo(4));
    asking()
        .header("Content-Range", "bytes 4-7/8")
        .body("done")
        .put(API + "/volumes/files/files/d.txt")
        .then()
        .statusCode(201);
    // Then
    asking()
        .get(API + "/volumes/files/files/a%20b/c.txt")
        .then()
        .statusCode(200)
        .header("Content-Disposition", startsWith("attachment"))
        .body(equalTo("hello"));
    asking().get(API + "/volumes/files/files").then().body("items.name", hasItem("a%20b"));
    asking()
        .header("Range", "bytes=4-")
        .get(API + "/volumes/files/files/d.txt")
        .then()
        .statusCode(206)
        .body(equalTo("done"));
    asking()
        .get(API + "/snapshots/before/files/photo.txt")
        .then()
        .statusCode(200)
        .body(equalTo("once only"));
    asking()
        .get(API + "/volumes/files/files/%2e%2e/x")
        .then()
        .statusCode(greaterThanOrEqualTo(400))
        .statusCode(lessThan(500));
    byte[] zip =
        asking()
            .get(API + "/volumes/files/files?zip=true")
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();
    assertThat(zip).startsWith('P', 'K');
    asking().delete(API + "/volumes/files/files/a%20b").then().statusCode(409);
    asking().delete(API + "/volumes/files/files/a%20b?recursive=true").then().statusCode(204);
  }

  @Test
  @Order(5)
  void nothingIsWrittenWhereTheVolumeIsNotMounted() throws IOException {
    // Given
    Path mounted = Path.of(asking().get(API + "/volumes/files").<String>path("status.mountPath"));
    eventually(() ->
        assertThat(new Mounts().unmount(mounted.toString())).isInstanceOf(MountResult.Done.class));
    // When
    var refused = asking().body("lost").put(API + "/volumes/files/files/lost.txt");
    // Then
    refused.then().statusCode(409).body("type", equalTo("urn:homecloud:problem:volume-not-ready"));
    assertThat(mounted).isEmptyDirectory();
    asking()
        .body("{\"metadata\":{\"labels\":{\"look\":\"again\"}}}")
        .contentType("application/merge-patch+json")
        .patch(API + "/volumes/files?wait=120s")
        .then()
        .statusCode(200);
    asking().body("kept").put(API + "/volumes/files/files/kept.txt").then().statusCode(201);
    assertThat(mounted.resolve("kept.txt")).hasContent("kept");
  }

  @Test
  @Order(6)
  void aSecondDiskMakesTwoCopiesOfEverything() {
    // Given
    Path disk = StorageHouse.disks().disk(2L << 30);
    // When
    String added =
        asking()
            .body("{\"disk\":\"" + disk + "\"}")
            .post(API + "/pools/home/disks")
            .then()
            .statusCode(202)
            .extract()
            .path("id");
    asking().get(API + "/tasks/" + added + "?wait=60s").then().body("state", equalTo("Completed"));
    String converted =
        asking()
            .body("{\"dataProfile\":\"raid1\",\"metadataProfile\":\"raid1\"}")
            .post(API + "/pools/home/convert")
            .then()
            .statusCode(202)
            .extract()
            .path("id");
    // Then
    asking()
        .get(API + "/tasks/" + converted + "?wait=120s")
        .then()
        .body("state", equalTo("Completed"));
    asking()
        .get(API + "/pools/home")
        .then()
        .body("spec.dataProfile", equalTo("raid1"))
        .body("spec.disks.size()", equalTo(2));
    asking().get(API + "/disks").then().body("items.path", hasItem(disk.toString()));
  }

  @Test
  @Order(7)
  void aScrubSaysWhatItFound() {
    // When
    String id =
        asking().post(API + "/pools/home/scrub").then().statusCode(202).extract().path("id");
    // Then
    asking()
        .get(API + "/tasks/" + id + "?wait=60s")
        .then()
        .body("state", equalTo("Completed"))
        .body("result.uncorrectable", equalTo(0));
  }

  @Test
  @Order(8)
  void wrongInputsAreProblemsThatHelp() {
    // When / Then
    asking()
        .body("{")
        .post(API + "/volumes")
        .then()
        .statusCode(400)
        .body("type", equalTo("urn:homecloud:problem:body-invalid"));
    asking()
        .body("{\"metadata\":{\"name\":\"../x\"},\"spec\":{\"pool\":\"home\"}}")
        .post(API + "/volumes")
        .then()
        .statusCode(400)
        .body("type", equalTo("urn:homecloud:problem:name-invalid"));
    asking()
        .body("{\"metadata\":{\"name\":\"x\"},\"spec\":{\"pool\":\"home\",\"quotas\":1}}")
        .post(API + "/volumes")
        .then()
        .statusCode(400);
    asking()
        .body(
            "{\"metadata\":{\"name\":\"p2\"},\"spec\":{\"disks\":[\"/dev/null\"],\"dataProfile\":\"raid5\"}}")
        .post(API + "/pools")
        .then()
        .statusCode(422)
        .body("type", equalTo("urn:homecloud:problem:profile-refused"));
    asking()
        .body("{\"metadata\":{\"name\":\"s2\"},\"spec\":{\"volume\":\"nothing\"}}")
        .post(API + "/snapshots")
        .then()
        .statusCode(404)
        .body("type", equalTo("urn:homecloud:problem:volume-not-found"));
    given().get(API + "/pools").then().statusCode(401).contentType("application/problem+json");
  }

  @Test
  @Order(9)
  void whatHappenedIsCounted() {
    // When
    String text = given().auth().oauth2(TestTokens.administrator()).get("/q/metrics").asString();
    List<String> kinds = asking().get(API + "/snapshots").path("items.kind");
    // Then
    assertThat(text).contains("jvm_memory_used_bytes");
    assertThat(kinds).containsExactly("Snapshot");
  }

  @Test
  @Order(99)
  void allThatWasToldIsAsPromised() {
    // When
    within(
        Duration.ofMinutes(2),
        () ->
            assertThat(TestKafka.messages("homecloud.storage"))
                .anyMatch(told -> told.contains("io.homecloud.volume.restored.v1"))
                .anyMatch(told -> told.contains("io.homecloud.pool.scrub-completed.v1")));
    // Then
    assertThat(TestKafka.messages("homecloud.storage"))
        .allSatisfy(told -> assertThat(EventSchemas.violations(told)).as(told).isEmpty());
  }
}
