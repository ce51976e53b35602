package io.homecloud.kubernetes;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Name;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pools and volumes as people have them with kubectl alone, on real disks. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = TestCluster.class, restrictToAnnotatedClass = true)
class StorageByKubectlIT {
  private final Kubectl kubectl = new Kubectl();

  @Inject StorageControl control;

  @AfterEach
  void disconnect() {
    kubectl.close();
  }

  @Test
  void aPoolAndAVolumeAreMadeAndChanged() {
    // Given
    Path disk = TestCluster.disks().disk(2L << 30);

    // When
    kubectl.apply(
        CustomKind.VOLUME,
        "{metadata: {name: photos}, spec: {pool: home, quota: 100Mi}}");
    kubectl.refused(CustomKind.VOLUME, "photos", "PoolNotFound");
    kubectl.apply(CustomKind.POOL, "{metadata: {name: home}, spec: {disks: [" + disk + "]}}");

    // Then
    JsonNode pool = kubectl.ready(CustomKind.POOL, "home");
    assertThat(pool.path("status").path("state").asText()).isEqualTo("Healthy");
    JsonNode volume = kubectl.ready(CustomKind.VOLUME, "photos");
    assertThat(Path.of(volume.path("status").path("mountPath").asText())).isDirectory();
    within(Kubectl.LIMIT, () -> assertThat(kubectl.told("photos")).contains("PoolNotFound", "Ready"));

    // When
    kubectl.apply(
        CustomKind.VOLUME,
        "{metadata: {name: photos}, spec: {pool: home, quota: 200Mi}}");

    // Then
    kubectl.ready(CustomKind.VOLUME, "photos");
    assertThat(control.plane().resources().find(StorageKinds.VOLUME, new Name("photos")))
        .hasValueSatisfying(row -> {
          assertThat(row.spec().quota()).hasToString("200Mi");
          assertThat(row.metadata().generation()).isEqualTo(2);
        });
  }
}
