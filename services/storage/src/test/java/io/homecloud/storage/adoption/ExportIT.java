package io.homecloud.storage.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.testkit.LoopDisks;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExportIT {
  private final LoopDisks disks = new LoopDisks();
  private final Path device = disks.disk(1L << 30);
  private final Path data = disks.directory().resolve("data");

  @AfterEach
  void leaveNothing() {
    disks.close();
  }

  @Test
  void anExportedPoolIsGoneUntilSomebodyAsksForIt() throws Exception {
    // Given
    try (House house = new House(disks, data)) {
      house.makePool("home", device);
      house.makeVolume("home", "files", Map.of());
      house.makeSnapshot("files", "before", true, Map.of());
      Files.writeString(house.mountOf("files").resolve("letter.txt"), "Dear all");
      // When
      var exported = house.export().export(new Name("home"), Optional.empty());
      // Then
      assertThat(Objects.requireNonNull(exported.status()).state())
          .isEqualTo(PoolStatus.State.Exported);
      assertThat(house.names(StorageKinds.POOL)).isEmpty();
      assertThat(house.names(StorageKinds.VOLUME)).isEmpty();
      assertThat(house.names(StorageKinds.SNAPSHOT)).isEmpty();
      assertThat(new Mounts().list())
          .noneMatch(mount -> Path.of(mount.mountPoint()).startsWith(data));
      house.until("event", () -> house.told().contains("io.homecloud.pool.exporting.v1"));
      assertThat(house.adoption().adoptOurs(house.node().disks().scan()).adopted()).isZero();
      house.adoption().adopt(List.of(device.toString()), Optional.empty());
      house.ready(StorageKinds.VOLUME, "files");
      assertThat(house.mountOf("files").resolve("letter.txt")).hasContent("Dear all");
      assertThat(house.get(StorageKinds.SNAPSHOT, "before").spec().pinned()).isTrue();
    }
  }

  @Test
  void aPoolInUseStaysAndWhoUsesItIsNamed() throws Exception {
    // Given
    try (House house = new House(disks, data)) {
      house.makePool("home", device);
      house.makeVolume("home", "files", Map.of());
      Path file = Files.writeString(house.mountOf("files").resolve("letter.txt"), "Dear all");
      try (InputStream _ = Files.newInputStream(file)) {
        // When
        // Then
        assertThatThrownBy(() -> house.export().export(new Name("home"), Optional.empty()))
            .isInstanceOf(ProblemException.class)
            .hasMessageContaining("letter.txt");
      }
      house.until(
          "pool back",
          () -> house.plane().resources().find(StorageKinds.POOL, new Name("home")).isPresent());
      house.ready(StorageKinds.VOLUME, "files");
      house.until("mounted", () -> Files.exists(file));
    }
  }

  @Test
  void aPoolThatCanOnlyBeReadIsGivenAwayAndNotTakenUnaskedToo() throws Exception {
    // Given
    try (House house = new House(disks, data)) {
      house.makePool("home", device);
      house.makeVolume("home", "files", Map.of());
      Files.writeString(house.mountOf("files").resolve("letter.txt"), "Dear all");
      House.run("mount", "-o", "remount,ro", house.mountOfPool("home").toString());
      // When
      var exported = house.export().export(new Name("home"), Optional.empty());
      // Then
      assertThat(Objects.requireNonNull(exported.status()).state())
          .isEqualTo(PoolStatus.State.Exported);
      assertThat(house.names(StorageKinds.POOL)).isEmpty();
      assertThat(house.adoption().adoptOurs(house.node().disks().scan()).adopted()).isZero();
      house.adoption().adopt(List.of(device.toString()), Optional.empty());
      house.ready(StorageKinds.VOLUME, "files");
      assertThat(house.mountOf("files").resolve("letter.txt")).hasContent("Dear all");
    }
  }

  @Test
  void aPoolIsNotGivenUpWhileADiskThatDoesNotAnswerMayBeOfIt() {
    // Given
    try (House house = new House(disks, data)) {
      // What it begins with would mount it again.
      house.until("a look", house::looked);
      UUID uid = house.makePool("home", device).uid();
      MountedPool home = house.pool("home");
      house.until("unmounted", () -> house.node().pools().unmount(home).refusal().isEmpty());
      disks.awaitUnmounted(device);
      House.run("truncate", "--size", "0", disks.image(device).toString());
      House.run("blockdev", "--flushbufs", device.toString());
      house.plane().wake(uid);
      house.until(
          "unavailable",
          () ->
              Objects.requireNonNull(house.get(StorageKinds.POOL, "home").status()).state()
                  == PoolStatus.State.Unavailable);
      // When
      // Then
      assertThatThrownBy(() -> house.export().export(new Name("home"), Optional.empty()))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining(device.toString());
      assertThat(house.names(StorageKinds.POOL)).containsExactly("home");
      House.run("losetup", "--detach", device.toString());
      house.export().export(new Name("home"), Optional.empty());
      assertThat(house.names(StorageKinds.POOL)).isEmpty();
    }
  }
}
