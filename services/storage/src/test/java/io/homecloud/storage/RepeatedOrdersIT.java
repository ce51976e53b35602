package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.assertProblem;
import static io.homecloud.storage.Asking.body;
import static io.homecloud.storage.Asking.freshName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever does not know whether a request arrived repeats it with the same Idempotency-Key. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class RepeatedOrdersIT {
  private static String pool = "";

  private final String key = freshName();

  @BeforeEach
  void makePool() {
    pool = pool.isEmpty() ? Asking.pool(512L << 20) : pool;
  }

  private Response repeatable(String path, String body) {
    return asking().header("Idempotency-Key", key).body(body.replace('\'', '"')).post(API + path);
  }

  private static String snapshot(String volume) {
    String name = freshName();
    asking()
        .body(body(name, "{'volume':'" + volume + "'}"))
        .post(API + "/snapshots?wait=120s")
        .then()
        .statusCode(201);
    return name;
  }

  private static String uid(String resource) {
    return asking().get(API + resource).path("metadata.uid");
  }

  private static void trash(String volume) {
    asking().delete(API + "/volumes/" + volume + "?wait=120s").then().statusCode(204);
  }

  @Test
  void aJobOnAPoolIsDoneOnce() {
    // Given
    String scrub = "/pools/" + pool + "/scrub";
    String id = repeatable(scrub + "?wait=60s", "").then().statusCode(200).extract().path("id");

    // When
    Response again = repeatable(scrub, "");

    // Then
    again.then().statusCode(200).body("id", equalTo(id)).body("state", equalTo("Completed"));
    asking().get(API + "/tasks?resource=" + uid("/pools/" + pool)).then().body("items", hasSize(1));
    assertProblem(repeatable("/pools/" + pool + "/balance", "{}"), 422, "key-reused");
  }

  @Test
  void aRollbackIsDoneOnceAlsoWhenItsSnapshotIsGoneByNow() {
    // Given
    String volume = Asking.volume(pool, "");
    String snapshot = snapshot(volume);
    String rollback = "/volumes/" + volume + "/rollback";
    String wish = "{'snapshot':'" + snapshot + "'}";
    String id =
        repeatable(rollback + "?wait=60s", wish).then().statusCode(200).extract().path("id");
    asking().delete(API + "/snapshots/" + snapshot + "?wait=120s").then().statusCode(204);

    // When
    Response again = repeatable(rollback, wish);

    // Then
    again.then().statusCode(200).body("id", equalTo(id)).body("state", equalTo("Completed"));
    assertProblem(
        asking().body(wish.replace('\'', '"')).post(API + rollback), 404, "snapshot-not-found");
  }

  @Test
  void aCloneIsMadeOnceAlsoWhenItsOriginalIsGoneByNow() {
    // Given
    String volume = Asking.volume(pool, "");
    String wish = "{'name':'" + freshName() + "'}";
    String clone = "/volumes/" + volume + "/clone?wait=60s";
    String uid = repeatable(clone, wish).then().statusCode(201).extract().path("metadata.uid");
    trash(volume);

    // When
    Response again = repeatable(clone, wish);

    // Then
    again.then().statusCode(201).body("metadata.uid", equalTo(uid));
  }

  @Test
  void aVolumeIsGivenBackFromTheTrashOnce() {
    // Given
    String volume = Asking.volume(pool, "");
    String uid = uid("/volumes/" + volume);
    trash(volume);
    String restore = "/trash/" + uid + "/restore?wait=60s";
    repeatable(restore, "").then().statusCode(200).body("metadata.name", equalTo(volume));

    // When
    Response again = repeatable(restore, "");

    // Then
    again.then().statusCode(200).body("metadata.uid", equalTo(uid));
    assertThat(asking().post(API + restore).statusCode()).isEqualTo(404);
    assertProblem(repeatable(restore, "{'as':'another'}"), 422, "key-reused");
  }

  @Test
  void givingAPoolAwayAndTakingItCanBeRepeatedWithoutAKey() {
    // Given
    String disk = StorageHouse.disks().disk(256L << 20).toString();
    String name = freshName();
    asking()
        .body(body(name, "{'disks':['" + disk + "']}"))
        .post(API + "/pools?wait=120s")
        .then()
        .statusCode(201);
    String volume = Asking.volume(name, "");
    String uid = uid("/pools/" + name);
    String export = "/pools/" + name + "/export";

    // When, Then: which one is meant can be said
    assertProblem(
        asking().header("If-Match", "\"1\"").post(API + export), 412, "revision-mismatch");

    // When, Then
    asking().post(API + export).then().statusCode(200).body("metadata.uid", equalTo(uid));
    assertThat(asking().post(API + export).statusCode()).isEqualTo(404);

    // When, Then
    String adoption = "{\"disks\":[\"" + disk + "\"]}";
    for (int i = 0; i < 2; i++) {
      asking()
          .body(adoption)
          .post(API + "/pools/adopt?wait=120s")
          .then()
          .statusCode(201)
          .body("metadata.uid", equalTo(uid))
          .body("metadata.name", equalTo(name));
    }
    asking()
        .get(API + "/volumes?limit=1000")
        .then()
        .body("items.findAll{it.metadata.name=='" + volume + "'}", hasSize(1));
    asking().post(API + export).then().statusCode(200);
  }
}
