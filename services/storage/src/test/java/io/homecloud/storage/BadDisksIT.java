package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.assertProblem;
import static io.homecloud.storage.Asking.body;
import static io.homecloud.storage.Asking.files;
import static io.homecloud.storage.Asking.freshName;
import static io.homecloud.storage.Asking.run;
import static io.homecloud.storage.Asking.upload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Disks that somebody needs are not taken, and none is taken away that is needed. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class BadDisksIT {
  private static final long MIB = 1 << 20;

  /** All ways in which a disk can be asked for. */
  private static List<Response> taking(String pool, Path disk, boolean erase) {
    String end = ",\"erase\":" + erase + "}";
    return List.of(
        asking()
            .body(body(freshName(), "{'disks':['" + disk + "'],'erase':" + erase + "}"))
            .post(API + "/pools"),
        asking().body("{\"disk\":\"" + disk + "\"" + end).post(API + "/pools/" + pool + "/disks"),
        asking()
            .body("{\"with\":\"" + disk + "\"" + end)
            .post(API + "/pools/" + pool + "/disks/1/replace"));
  }

  @Test
  void aDiskInUseIsNotTakenWhateverIsSaid() throws IOException {
    // Given
    String pool = Asking.pool(128 * MIB);
    Path member =
        Path.of(asking().get(API + "/pools/" + pool).<String>path("status.devices[0].path"));
    Path films = StorageHouse.disks().disk(64 * MIB);
    run("mkfs.ext4", "-q", films.toString());
    Path mounted = StorageHouse.disks().mount(films);
    Files.writeString(mounted.resolve("film"), "of the holidays");
    Everything before = Everything.now();
    for (Path disk : List.of(member, films)) {
      for (boolean erase : new boolean[] {false, true}) {
        // When
        List<Response> answers = taking(pool, disk, erase);
        // Then
        answers.forEach(answer -> assertProblem(answer, 409, "disk-busy"));
      }
    }
    assertProblem(
        asking().body("{\"disks\":[\"" + films + "\"]}").post(API + "/pools/adopt"),
        404,
        "pool-not-found");
    assertThat(mounted.resolve("film")).hasContent("of the holidays");
    assertThat(Everything.now()).isEqualTo(before);
  }

  @Test
  void aDiskWithSomebodysFilesIsTakenOnlyWhenToldTo() throws IOException {
    // Given
    String pool = Asking.pool(128 * MIB);
    Path films = StorageHouse.disks().disk(64 * MIB);
    run("mkfs.ext4", "-q", "-L", "films", films.toString());
    Everything before = Everything.now();
    // When
    List<Response> answers = taking(pool, films, false);
    // Then
    answers.forEach(answer -> {
      assertProblem(answer, 409, "disk-not-empty");
      assertThat(answer.<String>path("detail")).contains("ext4", "films", "erase");
    });
    run("e2fsck", "-fn", films.toString());
    assertThat(Everything.now()).isEqualTo(before);
  }

  @Test
  void swapSpaceIsTakenOnlyWhenToldToAndNeverWhileItIsUsed() {
    // Given
    String pool = Asking.pool(128 * MIB);
    Path disk = StorageHouse.disks().disk(64 * MIB);
    run("mkswap", "-q", "--label", "spare", disk.toString());
    Everything before = Everything.now();
    run("swapon", disk.toString());
    try {
      for (boolean erase : new boolean[] {false, true}) {
        // When
        List<Response> answers = taking(pool, disk, erase);
        // Then
        answers.forEach(answer -> {
          assertProblem(answer, 409, "disk-busy");
          assertThat(answer.<String>path("detail")).contains("used as swap");
        });
      }
    } finally {
      run("swapoff", disk.toString());
    }
    taking(pool, disk, false)
        .forEach(answer -> {
          assertProblem(answer, 409, "disk-not-empty");
          assertThat(answer.<String>path("detail")).contains("swap space", "spare", "erase");
        });
    assertThat(Everything.now()).isEqualTo(before);
  }

  @Test
  void theDiskWithTheLastCopyStays() {
    // Given
    String single = Asking.pool(128 * MIB);
    String mirrored = freshName();
    Path one = StorageHouse.disks().disk(128 * MIB);
    Path two = StorageHouse.disks().disk(128 * MIB);
    asking()
        .body(
            body(
                mirrored,
                "{'disks':['"
                    + one
                    + "','"
                    + two
                    + "'],'dataProfile':'raid1','metadataProfile':'raid1'}"))
        .post(API + "/pools?wait=60s")
        .then()
        .statusCode(201);
    // When / Then
    assertProblem(asking().delete(API + "/pools/" + single + "/disks/1"), 422, "too-few-disks");
    for (String disk : List.of("1", "2")) {
      assertProblem(
          asking().delete(API + "/pools/" + mirrored + "/disks/" + disk), 422, "too-few-disks");
    }
    for (String disk : List.of("3", "0", "-1", "no-such", "%2e%2e%2fx", "%2fdev%2fnull", "-rf")) {
      Response answer = asking().delete(API + "/pools/" + mirrored + "/disks/" + disk);
      assertThat(answer.statusCode()).as(disk).isIn(404, 405);
      Asking.assertHelps(answer);
    }
    asking()
        .get(API + "/pools/" + mirrored)
        .then()
        .body("spec.disks", hasSize(2))
        .body("status.state", equalTo("Healthy"));
    assertProblem(
        asking()
            .body("{\"dataProfile\":\"raid1c3\",\"metadataProfile\":\"raid1\"}")
            .post(API + "/pools/" + mirrored + "/convert"),
        422,
        "too-few-disks");
    assertProblem(
        asking()
            .body("{\"dataProfile\":\"raid6\",\"metadataProfile\":\"raid1\"}")
            .post(API + "/pools/" + mirrored + "/convert"),
        422,
        "profile-refused");
  }

  @Test
  void whatIsLeftHasToHoldWhatIsThere() {
    // Given
    String pool = freshName();
    Path one = StorageHouse.disks().disk(192 * MIB);
    Path two = StorageHouse.disks().disk(192 * MIB);
    asking()
        .body(
            body(
                pool,
                "{'disks':['"
                    + one
                    + "','"
                    + two
                    + "'],'dataProfile':'single','metadataProfile':'single'}"))
        .post(API + "/pools?wait=60s")
        .then()
        .statusCode(201);
    String volume = Asking.volume(pool, "");
    byte[] noise = new byte[(int) (8 * MIB)];
    new java.util.Random(1).nextBytes(noise);
    int stored = 0;
    while (upload(files(volume, "noise" + stored), noise).statusCode() == 201) {
      stored++;
    }
    assertThat(stored).as("more than fits on one").isGreaterThan(16);
    // When
    Response answer = asking().delete(API + "/pools/" + pool + "/disks/1");
    // Then
    assertProblem(answer, 409, "no-room");
    asking().get(API + "/pools/" + pool).then().body("spec.disks", hasSize(2));
    Path small = StorageHouse.disks().disk(128 * MIB);
    assertProblem(
        asking()
            .body("{\"with\":\"" + small + "\"}")
            .post(API + "/pools/" + pool + "/disks/1/replace"),
        422,
        "disk-too-small");
  }
}
