package io.homecloud.storage.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.homecloud.control.Name;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemCode;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Draft;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.storage.Compression;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.disk.DiskSpec;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What may be erased to make a pool. */
class PoolErasingIT extends PoolReconcilerLab {
  /** Wishes for the pool of one disk that may be erased, or not any more. */
  private void wished(boolean erase) {
    Resource<PoolSpec, PoolStatus> now =
        plane
            .resources()
            .change(
                StorageKinds.POOL,
                pool.name(),
                Optional.empty(),
                was ->
                    new Wish<>(
                        new PoolSpec(
                            "node1",
                            List.of(one.toString()),
                            Profile.SINGLE,
                            Profile.DUP,
                            Compression.NONE,
                            erase),
                        Map.of()));
    pool = pool.status() == null ? now : now.observed(status());
  }

  /** In place of the pool of two disks, one of one disk that stands in a manifest with erase. */
  private void declared() {
    pool =
        plane
            .resources()
            .create(
                StorageKinds.POOL,
                new Draft<>(
                    UUID.randomUUID(),
                    new Name("declared"),
                    "node1",
                    null,
                    Map.of(),
                    wish("node1"),
                    Resource.DECLARED));
  }

  private PoolSpec wish(@Nullable String node) {
    return wish(node, one.toString());
  }

  private static PoolSpec wish(@Nullable String node, String disk) {
    return new PoolSpec(node, List.of(disk), Profile.SINGLE, Profile.DUP, Compression.NONE, true);
  }

  private PoolAdmission admission(String node) {
    return new PoolAdmission(
        node,
        bench.loops.directory().resolve("system"),
        new PoolDisks(bench.disks),
        plane.resources(),
        plane.nodes());
  }

  private static ProblemCode refusal(ThrowingCallable call) {
    return catchThrowableOfType(ProblemException.class, call).code();
  }

  private String notReady() {
    return Conditions.find(status().conditions(), "Ready").orElseThrow().message();
  }

  @Test
  void whatComesOntoADiskAfterErasingItWasAllowedIsNotErased() {
    // Given
    bench.run("mkfs.ext4", "-q", "-L", "old", one.toString());
    Path place = bench.loops.mount(one);
    PoolReconciler reconciler = started(Duration.ZERO);
    wished(true);
    look(reconciler);
    String busy = notReady();
    bench.loops.unmount(one, place);
    bench.run("mkfs.ext4", "-q", "-F", "-L", "photos", one.toString());
    // When
    look(reconciler);
    String refused = notReady();
    String there = bench.run("blkid", "-s", "LABEL", "-o", "value", one.toString()).strip();
    wished(false);
    look(reconciler);
    wished(true);
    look(reconciler);
    // Then
    assertThat(busy).contains("is mounted");
    assertThat(refused).contains("\"photos\"", "PATCH spec.erase");
    assertThat(there).isEqualTo("photos");
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
    assertThat(Conditions.find(status().conditions(), "Erasable")).isEmpty();
  }

  @Test
  void whatWasOnTheDiskWhenErasingItWasAllowedIsErasedLater() {
    // Given
    bench.run("mkfs.ext4", "-q", "-L", "old", one.toString());
    Path place = bench.loops.mount(one);
    wished(true);
    look(started(Duration.ZERO));
    bench.loops.unmount(one, place);
    // When
    look(started(Duration.ZERO));
    // Then
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
  }

  @Test
  void aPoolThatWasMadeSinceTheDatabaseWasCopiedIsNotErased() throws Exception {
    // Given
    wished(true);
    var copied = pool;
    look(started(Duration.ZERO));
    MountedPool here = mounted.require(pool.uid());
    assertThat(backend.addDevice(here, two, false).refusal()).isEmpty();
    Files.write(here.root().resolve("1.jpg"), new byte[1 << 20]);
    assertThat(backend.unmount(here).refusal()).isEmpty();
    gone();
    pool = copied;
    // When
    look(started(Duration.ZERO));
    // Then
    assertThat(notReady()).contains("this very pool").doesNotContain("PATCH");
    assertThat(backend.identify(one).orElseThrow().deviceCount()).isEqualTo(2);
  }

  @Test
  void aManifestErasesNoPoolOfHomecloud() {
    // Given
    bench.run("mkfs.btrfs", "--quiet", "--label", "homecloud-photos", one.toString());
    String before = bench.run("blkid", "-s", "UUID", "-o", "value", one.toString());
    declared();
    // When
    look(started(Duration.ZERO));
    // Then
    assertThat(bench.run("blkid", "-s", "UUID", "-o", "value", one.toString())).isEqualTo(before);
    assertThat(notReady()).contains("homecloud-photos", "/pools/adopt");
  }

  @Test
  void aManifestErasesWhatIsNoPoolOfHomecloud() {
    // Given
    bench.run("mkfs.btrfs", "--quiet", "--label", "old", one.toString());
    declared();
    // When
    look(started(Duration.ZERO));
    // Then
    assertThat(status().state()).isEqualTo(PoolStatus.State.Healthy);
  }

  @Test
  void whatAManifestErasesIsJudgedOnTheNodeOfTheDisks() {
    // Given
    bench.run("mkfs.btrfs", "--quiet", "--label", "homecloud-photos", one.toString());
    PoolAdmission here = admission("node1");
    PoolAdmission elsewhere = admission("node2");
    // When
    ProblemCode judged = refusal(() -> here.declared(null, wish("node1")));
    ProblemCode asked = refusal(() -> elsewhere.declared(null, wish("node1")));
    // Then
    assertThat(judged).isEqualTo(StorageProblem.DISK_NOT_EMPTY);
    assertThat(asked).isEqualTo(CommonProblem.NOT_OF_THIS_NODE);
  }

  @Test
  void ofSeveralNodesOneIsNamedWhoseDiskIsErased() {
    // Given: two nodes, and disks by their path, by an id of both, and by an id of this one
    String both = id(one);
    String ours = id(two);
    PoolAdmission here = admission("node1");
    Name name = new Name("photos");
    try (Nodes own = plane.nodes();
        Nodes other = new Nodes(plane.database(), "storage", "node2")) {
      other.start(URI.create("http://10.0.0.2:8080"));
      own.start(URI.create("http://10.0.0.1:8080"));
      plane
          .resources()
          .create(
              StorageKinds.DISK,
              new Draft<>(
                  UUID.randomUUID(),
                  new Name(both),
                  "node2",
                  null,
                  Map.of(),
                  new DiskSpec(both, null, null, null),
                  "storage"));
      // When
      ProblemCode declared = refusal(() -> here.declared(null, wish(null)));
      ProblemCode byPath = refusal(() -> here.create(name, wish(null)));
      ProblemCode byIdOfBoth = refusal(() -> here.create(name, wish(null, both)));
      // Then
      assertThat(List.of(declared, byPath, byIdOfBoth)).containsOnly(StorageProblem.VALUE_INVALID);
      assertThat(here.create(name, wish(null, ours)).node()).isEqualTo("node1");
      assertThat(here.create(name, wish("node1")).node()).isEqualTo("node1");
    }
  }

  private String id(Path disk) {
    return bench.disks.find(disk.toString()).orElseThrow().id().value();
  }
}
