package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Kept;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.events.database.Signal;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.testkit.KubernetesApi;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pools and volumes as people have them with kubectl and by HTTP at once, on real disks. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = TestCluster.class, restrictToAnnotatedClass = true)
class StorageByKubectlIT {
  private final Kubectl kubectl = new Kubectl();

  @Inject StorageControl control;

  @BeforeEach
  void makePool() {
    if (kubectl.api().find(CustomKind.POOL, "home").isEmpty()) {
      Path disk = TestCluster.disks().disk(2L << 30);
      kubectl.apply(CustomKind.POOL, "{metadata: {name: home}, spec: {disks: [" + disk + "]}}");
    }
    kubectl.ready(CustomKind.POOL, "home");
  }

  @AfterEach
  void disconnect() {
    kubectl.close();
  }

  private void volume(String name, String more) {
    kubectl.apply(
        CustomKind.VOLUME, "{metadata: {name: %s}, spec: {pool: home%s}}".formatted(name, more));
  }

  private Path mounted(String name) {
    return Path.of(
        kubectl.ready(CustomKind.VOLUME, name).path("status").path("mountPath").asText());
  }

  private UUID row(String name) {
    return control
        .plane()
        .resources()
        .find(StorageKinds.VOLUME, new Name(name))
        .orElseThrow()
        .uid();
  }

  @Test
  void whatIsMissingIsSaidAndTheVolumeIsMadeWhenItIsThere() {
    // Given
    Path disk = TestCluster.disks().disk(2L << 30);

    // When
    kubectl.apply(
        CustomKind.VOLUME,
        "{metadata: {name: early, labels: {room: attic}}, spec: {pool: later, quota: 100Mi}}");
    JsonNode refused = kubectl.refused(CustomKind.VOLUME, "early", "PoolNotFound");
    kubectl.apply(CustomKind.POOL, "{metadata: {name: later}, spec: {disks: [" + disk + "]}}");

    // Then
    assertThat(refused.path("message").asText()).isEqualTo("There is no pool called later.");
    assertThat(mounted("early")).isDirectory();
    ByHttp.get("/volumes/early")
        .body("metadata.labels.room", equalTo("attic"))
        .body("spec.quota", equalTo("100Mi"));
    within(
        Kubectl.LIMIT, () -> assertThat(kubectl.told("early")).contains("PoolNotFound", "Ready"));
  }

  @Test
  void whatKubectlChangesIsChanged() {
    // Given
    volume("grows", ", quota: 100Mi");
    kubectl.ready(CustomKind.VOLUME, "grows");

    // When
    volume("grows", ", quota: 200Mi");

    // Then
    JsonNode status = kubectl.ready(CustomKind.VOLUME, "grows").path("status");
    assertThat(status.path("observedGeneration").asInt()).isEqualTo(2);
    ByHttp.get("/volumes/grows")
        .body("spec.quota", equalTo("200Mi"))
        .body("metadata.generation", equalTo(2));
  }

  @Test
  void whatHttpWishesIsACustomResource() {
    // When
    ByHttp.post(
            "/volumes?wait=120s",
            "{'metadata':{'name':'by-http','labels':{'of':'anna'}},'spec':{'pool':'home'}}")
        .statusCode(201);
    ByHttp.patch("/volumes/by-http?wait=120s", "{'spec':{'quota':'1Gi'}}").statusCode(200);

    // Then
    JsonNode document = kubectl.ready(CustomKind.VOLUME, "by-http");
    assertThat(document.path("spec").path("quota").asText()).isEqualTo("1Gi");
    assertThat(document.path("metadata").path("labels").path("of").asText()).isEqualTo("anna");
    assertThat(Documents.identity(document.path("metadata"))).isEqualTo(row("by-http"));
    ByHttp.post("/volumes", "{'metadata':{'name':'by-http'},'spec':{'pool':'home'}}")
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:name-taken"));
  }

  @Test
  void whoHasSetAFieldIsNotOverruled() {
    // Given
    volume("shared-care", ", quota: 300Mi");
    kubectl.ready(CustomKind.VOLUME, "shared-care");

    // When, Then
    ByHttp.patch("/volumes/shared-care", "{'spec':{'quota':'400Mi'}}")
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:field-owned"))
        .body("detail", containsString("kubectl has set spec.quota"));
    ByHttp.patch("/volumes/shared-care", "{'spec':{'quota':null}}")
        .statusCode(409)
        .body("detail", containsString("kubectl has set spec.quota"));
    ByHttp.patch("/volumes/shared-care?wait=120s", "{'spec':{'displayName':'Ours'}}")
        .statusCode(200)
        .body("spec.quota", equalTo("300Mi"))
        .body("spec.displayName", equalTo("Ours"));
    assertThat(
            Ownership.of(kubectl.get(CustomKind.VOLUME, "shared-care"))
                .applied("homecloud-rest", "spec"))
        .containsExactly("displayName");
    assertThatThrownBy(() -> volume("shared-care", ", quota: 300Mi, displayName: Mine"))
        .isInstanceOfSatisfying(
            ApiRefused.class,
            refused ->
                assertThat(refused.owned())
                    .containsExactly(new ApiRefused.Owned("homecloud-rest", ".spec.displayName")));
  }

  @Test
  void deletedWithTrashItIsInTheTrash() throws IOException {
    // Given
    volume("old", ", deletionPolicy: Trash");
    Files.writeString(mounted("old").resolve("letter"), "dear");
    UUID uid = row("old");

    // When
    kubectl.delete(CustomKind.VOLUME, "old");

    // Then
    kubectl.absent(CustomKind.VOLUME, "old");
    ByHttp.get("/trash/" + uid).statusCode(200).body("spec.volume", equalTo("old"));
    ByHttp.post("/trash/" + uid + "/restore?wait=120s", "{}").statusCode(200);
    assertThat(mounted("old").resolve("letter")).hasContent("dear");
  }

  @Test
  void deletedWithRetainItStaysOnItsPoolAndComesBackWhenAskedFor() throws IOException {
    // Given
    volume("kept", "");
    Path place = mounted("kept");
    Files.writeString(place.resolve("letter"), "dear");
    UUID uid = row("kept");

    // When
    kubectl.delete(CustomKind.VOLUME, "kept");

    // Then
    within(Kubectl.LIMIT, () -> ByHttp.get("/volumes/kept").statusCode(404));
    within(Kubectl.LIMIT, () -> assertThat(place.resolve("letter")).doesNotExist());
    ByHttp.get("/trash/" + uid).statusCode(404);
    kubectl.absent(CustomKind.VOLUME, "kept");
    String offered = "items.find{it.adopted}.volumes.find{it.uid=='%s'}".formatted(uid);
    ByHttp.get("/offers?limit=1000").body(offered + ".name", equalTo("kept"));

    // When
    kubectl.apply(
        CustomKind.VOLUME,
        "{metadata: {name: again, annotations: {homecloud.io/uid: %s}}, spec: {pool: home}}"
            .formatted(uid));

    // Then
    assertThat(mounted("again").resolve("letter")).hasContent("dear");
    ByHttp.get("/offers?limit=1000").body(offered, nullValue());
  }

  @Test
  void aPinnedSnapshotStaysWithoutItsResource() {
    // Given
    volume("written", "");
    kubectl.ready(CustomKind.VOLUME, "written");
    kubectl.apply(
        CustomKind.SNAPSHOT, "{metadata: {name: for-ever}, spec: {volume: written, pinned: true}}");
    kubectl.ready(CustomKind.SNAPSHOT, "for-ever");
    UUID uid =
        control
            .plane()
            .resources()
            .find(StorageKinds.SNAPSHOT, new Name("for-ever"))
            .orElseThrow()
            .uid();

    // When
    kubectl.delete(CustomKind.SNAPSHOT, "for-ever");

    // Then
    within(
        Kubectl.LIMIT,
        () ->
            assertThat(control.plane().resources().kept(uid))
                .map(Kept::place)
                .contains(Rows.RELEASED));
    assertThat(kubectl.api().find(CustomKind.SNAPSHOT, "for-ever")).isEmpty();
    assertThat(kubectl.told("for-ever")).doesNotContain("SnapshotPinned");
    ByHttp.get("/snapshots/for-ever").statusCode(200).body("spec.pinned", equalTo(true));
  }

  @Test
  void ofAnAbsentNodeNothingIsLetGoOfAndNoQuotaTaken() {
    // Given
    volume("afar", "");
    kubectl.ready(CustomKind.VOLUME, "afar");
    UUID uid = row("afar");
    isOf(uid, "dead");

    // When
    volume("afar", ", quota: 1Gi");

    // Then
    within(
        Kubectl.LIMIT,
        () -> {
          isOf(uid, "dead"); // has it looked at anew
          assertThat(reason("afar")).contains("NodeAway");
        });
    ByHttp.get("/volumes/afar").body("spec.quota", nullValue());

    // When
    String before = kubectl.get(CustomKind.VOLUME, "afar").path("metadata").path("uid").asText();
    kubectl.delete(CustomKind.VOLUME, "afar");

    // Then: its node is asked for a while
    within(
        Kubectl.LIMIT.multipliedBy(2),
        () ->
            assertThat(kubectl.api().find(CustomKind.VOLUME, "afar"))
                .map(document -> document.path("metadata").path("uid").asText())
                .hasValueSatisfying(now -> assertThat(now).isNotEqualTo(before)));
    assertThat(control.plane().resources().isReleasing(uid)).isFalse();
    isOf(uid, "testnode");
    kubectl.ready(CustomKind.VOLUME, "afar");
  }

  private void isOf(UUID volume, String node) {
    control
        .plane()
        .database()
        .useTransaction(transaction -> {
          transaction.handle().execute("update resource set node = ? where uid = ?", node, volume);
          transaction.signal(Signal.Topic.WISH, volume);
        });
  }

  private Optional<String> reason(String volume) {
    return Kubectl.condition(kubectl.get(CustomKind.VOLUME, volume), "Ready")
        .map(ready -> ready.path("reason").asText());
  }

  @Test
  void deletedByHttpItIsInTheTrashAndItsResourceIsGone() {
    // Given
    volume("gone", "");
    kubectl.ready(CustomKind.VOLUME, "gone");
    UUID uid = row("gone");

    // When
    ByHttp.delete("/volumes/gone?wait=120s").statusCode(204);

    // Then
    kubectl.absent(CustomKind.VOLUME, "gone");
    ByHttp.get("/trash/" + uid).statusCode(200);
  }

  @Test
  void aPoolWithVolumesComesBackAndSaysWhy() {
    // Given
    volume("inside", "");
    kubectl.ready(CustomKind.VOLUME, "inside");

    UUID pool =
        control.plane().resources().find(StorageKinds.POOL, new Name("home")).orElseThrow().uid();

    // When
    kubectl.delete(CustomKind.POOL, "home");

    // Then
    within(Kubectl.LIMIT, () -> assertThat(kubectl.told("home")).contains("PoolNotEmpty"));
    kubectl.ready(CustomKind.POOL, "home");
    assertThat(kubectl.get(CustomKind.POOL, "home").path("metadata").path("annotations"))
        .anyMatch(uid -> uid.asText().equals(pool.toString()));
    kubectl.ready(CustomKind.VOLUME, "inside");
  }

  @Test
  void oneThatIsMadeAnewWhileTheOneBeforeIsSeenOutIsLookedAt() {
    // Given
    volume("anew", "");
    kubectl.ready(CustomKind.VOLUME, "anew");
    UUID uid = row("anew");

    // When: seeing it out takes a while, and the next one is there before that is done
    control
        .plane()
        .database()
        .useTransaction(transaction -> {
          transaction.handle().execute("lock table gone_wish in exclusive mode");
          kubectl.delete(CustomKind.VOLUME, "anew");
          within(
              Kubectl.LIMIT,
              () ->
                  assertThat(
                          transaction
                              .handle()
                              .createQuery("select count(*) from pg_locks where not granted")
                              .mapTo(Integer.class)
                              .one())
                      .isPositive());
          kubectl.apply(
              CustomKind.VOLUME,
              "{metadata: {name: anew, annotations: {%s: %s}}, spec: {pool: home, quota: 1Gi}}"
                  .formatted(Documents.UID, uid));
          pause();
        });

    // Then
    kubectl.ready(CustomKind.VOLUME, "anew");
    ByHttp.get("/volumes/anew")
        .body("metadata.uid", equalTo(uid.toString()))
        .body("spec.quota", equalTo("1Gi"));
  }

  /** Until the operator has heard of what was made last; nothing says that it has. */
  private static void pause() {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRowThatNobodyMadeAResourceOfGetsOne() {
    // Given
    UUID pool =
        control.plane().resources().find(StorageKinds.POOL, new Name("home")).orElseThrow().uid();
    UUID uid = UUID.randomUUID();

    // When
    var _ =
        control
            .plane()
            .resources()
            .create(
                StorageKinds.VOLUME,
                new ResourceStore.Draft<>(
                    uid,
                    new Name("found"),
                    "testnode",
                    pool,
                    Map.of(),
                    new VolumeSpec(
                        new Name("home"), null, null, null, null, null, null, false, null, null),
                    "adoption"));

    // Then
    within(
        Kubectl.LIMIT,
        () ->
            assertThat(kubectl.api().find(CustomKind.VOLUME, "found"))
                .hasValueSatisfying(document ->
                    assertThat(
                            document
                                .path("metadata")
                                .path("annotations")
                                .path(Documents.UID)
                                .asText())
                        .isEqualTo(uid.toString())));
    kubectl.ready(CustomKind.VOLUME, "found");
  }

  @Test
  void withoutTheApiServerEverythingKnownGoesOnAndIsCaughtUpWith() {
    // Given
    volume("lasting", "");
    Path place = mounted("lasting");
    KubernetesApi.stop();

    try {
      // When, Then
      ByHttp.post("/volumes", "{'metadata':{'name':'new'},'spec':{'pool':'home'}}")
          .statusCode(503)
          .body("type", equalTo("urn:homecloud:problem:cluster-away"));
      ByHttp.patch("/volumes/lasting", "{'spec':{'quota':'1Gi'}}").statusCode(503);
      ByHttp.delete("/volumes/lasting").statusCode(503);
      ByHttp.get("/volumes").body("items.metadata.name", hasItem("lasting"));
      ByHttp.get("/volumes/new").statusCode(404);
      assertThat(place).isDirectory();
      String scrub = ByHttp.post("/pools/home/scrub", "").statusCode(202).extract().path("id");
      ByHttp.get("/tasks/" + scrub + "?wait=60s").body("state", equalTo("Completed"));
    } finally {
      KubernetesApi.start();
    }
    within(
        Kubectl.LIMIT,
        () ->
            assertThat(
                    kubectl
                        .get(CustomKind.POOL, "home")
                        .path("status")
                        .path("lastScrub")
                        .path("completedAt")
                        .asText())
                .isNotEmpty());
    ByHttp.post("/volumes?wait=120s", "{'metadata':{'name':'new'},'spec':{'pool':'home'}}")
        .statusCode(201);
  }
}
