package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Name;
import io.homecloud.control.resource.ResourceStore.Draft;
import io.homecloud.events.database.Signal;
import io.homecloud.storage.Compression;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.Profile;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pools that come, go and come again, wished for with kubectl. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = TestCluster.class, restrictToAnnotatedClass = true)
class PoolsByKubectlIT {
  private final Kubectl kubectl = new Kubectl();

  @Inject StorageControl control;

  @AfterEach
  void disconnect() {
    kubectl.close();
  }

  @Test
  void aPoolThatIsCarriedHereIsWishedForHere() {
    // Given
    Path disk = TestCluster.disks().disk(2L << 30);
    kubectl.apply(CustomKind.POOL, "{metadata: {name: carried}, spec: {disks: [" + disk + "]}}");
    kubectl.ready(CustomKind.POOL, "carried");
    UUID uid = ofNode("carried", "dead");
    within(Kubectl.LIMIT, () -> assertThat(wishedNode("carried")).isEqualTo("dead"));

    // When
    ByHttp.post("/pools/adopt", "{'disks':['" + disk + "']}").statusCode(201);

    // Then
    within(Kubectl.LIMIT, () -> assertThat(wishedNode("carried")).isEqualTo("testnode"));
    assertThat(Documents.identity(kubectl.ready(CustomKind.POOL, "carried").path("metadata")))
        .isEqualTo(uid);
  }

  @Test
  void aPoolThatIsExportedIsWishedForNoMore() {
    // Given
    Path disk = TestCluster.disks().disk(2L << 30);
    kubectl.apply(CustomKind.POOL, "{metadata: {name: leaving}, spec: {disks: [" + disk + "]}}");
    kubectl.ready(CustomKind.POOL, "leaving");
    kubectl.apply(CustomKind.VOLUME, "{metadata: {name: with-it}, spec: {pool: leaving}}");
    kubectl.ready(CustomKind.VOLUME, "with-it");

    // When
    ByHttp.post("/pools/leaving/export", "").statusCode(200);

    // Then
    within(
        Kubectl.LIMIT,
        () -> {
          assertThat(kubectl.api().find(CustomKind.POOL, "leaving")).isEmpty();
          assertThat(kubectl.api().find(CustomKind.VOLUME, "with-it")).isEmpty();
        });
  }

  @Test
  void aManifestThatIsAppliedAgainErasesNoPool() throws IOException {
    // Given
    Path disk = TestCluster.disks().disk(2L << 30);
    String manifest = "{metadata: {name: again}, spec: {disks: [" + disk + "], erase: true}}";
    kubectl.apply(CustomKind.POOL, manifest);
    kubectl.ready(CustomKind.POOL, "again");
    kubectl.apply(CustomKind.VOLUME, "{metadata: {name: kept}, spec: {pool: again}}");
    Files.writeString(mounted("kept").resolve("photo"), "there is only this one");
    ByHttp.post("/pools/again/export", "").statusCode(200);
    kubectl.absent(CustomKind.POOL, "again");

    // When
    kubectl.apply(CustomKind.POOL, manifest);

    // Then
    JsonNode refused = kubectl.refused(CustomKind.POOL, "again", "DiskNotEmpty");
    assertThat(refused.path("message").asText()).contains("homecloud-again", "/pools/adopt");
    kubectl.delete(CustomKind.POOL, "again");
    kubectl.absent(CustomKind.POOL, "again");
    ByHttp.post("/pools/adopt", "{'disks':['" + disk + "']}").statusCode(201);
    assertThat(mounted("kept").resolve("photo")).hasContent("there is only this one");
  }

  @Test
  void aManifestThatIsChangedErasesNoPool() {
    // Given
    Path disk = TestCluster.disks().disk(2L << 30);
    kubectl.apply(CustomKind.POOL, "{metadata: {name: first}, spec: {disks: [" + disk + "]}}");
    kubectl.ready(CustomKind.POOL, "first");
    ByHttp.post("/pools/first/export", "").statusCode(200);
    kubectl.absent(CustomKind.POOL, "first");
    PoolSpec wish =
        new PoolSpec(
            "testnode",
            List.of(disk.toString()),
            Profile.SINGLE,
            Profile.DUP,
            Compression.NONE,
            false);
    var _ =
        control
            .plane()
            .resources()
            .create(
                StorageKinds.POOL,
                new Draft<>(
                    UUID.randomUUID(),
                    new Name("second"),
                    "testnode",
                    null,
                    Map.of(),
                    wish,
                    "test"));
    kubectl.refused(CustomKind.POOL, "second", "DiskNotEmpty");

    // When
    kubectl.force(CustomKind.POOL, "{metadata: {name: second}, spec: {erase: true}}");

    // Then
    within(
        Kubectl.LIMIT,
        () ->
            assertThat(
                    kubectl
                        .refused(CustomKind.POOL, "second", "DiskNotEmpty")
                        .path("message")
                        .asText())
                .contains("homecloud-first", "/pools/adopt"));
    kubectl.delete(CustomKind.POOL, "second");
    kubectl.absent(CustomKind.POOL, "second");
    ByHttp.post("/pools/adopt", "{'disks':['" + disk + "']}").statusCode(201);
    kubectl.ready(CustomKind.POOL, "first");
  }

  private Path mounted(String volume) {
    within(
        Kubectl.LIMIT, () -> assertThat(kubectl.api().find(CustomKind.VOLUME, volume)).isPresent());
    return Path.of(
        kubectl.ready(CustomKind.VOLUME, volume).path("status").path("mountPath").asText());
  }

  private String wishedNode(String pool) {
    return kubectl.get(CustomKind.POOL, pool).path("spec").path("node").asText();
  }

  /** Its row says that it is of another node, and its custom resource soon does. */
  private UUID ofNode(String pool, String node) {
    UUID uid =
        control.plane().resources().find(StorageKinds.POOL, new Name(pool)).orElseThrow().uid();
    control
        .plane()
        .database()
        .useTransaction(transaction -> {
          transaction
              .handle()
              .execute(
                  """
                  update resource set node = ?, spec = jsonb_set(spec, '{node}', to_jsonb(?::text)),
                    generation = generation + 1 where uid = ?\
                  """,
                  node,
                  node,
                  uid);
          transaction.signal(Signal.Topic.WISH, uid);
        });
    return uid;
  }
}
