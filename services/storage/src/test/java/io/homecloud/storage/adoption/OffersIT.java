package io.homecloud.storage.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.StorageKinds;
import io.homecloud.testkit.LoopDisks;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What could be adopted is told with what is on it, before somebody decides. */
class OffersIT {
  private final LoopDisks disks = new LoopDisks();
  private final Path device = disks.disk(512L << 20);
  private final Path data = disks.directory().resolve("data");
  private final Path elsewhere = disks.directory().resolve("elsewhere");

  @AfterEach
  void leaveNothing() {
    disks.close();
  }

  /** Another disk with what is on this one now, in the middle of what the kernel does. */
  private Path powerCut(Path mounted) {
    Path cut = disks.directory().resolve("cut.img");
    House.run("cp", "--sparse=always", disks.image(device).toString(), cut.toString());
    disks.unmount(device, mounted);
    disks.detach(device);
    return disks.attach(cut);
  }

  private static void sync(Path file) throws Exception {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[100]));
      channel.force(true);
    }
  }

  /** What was synced last is in the kernel's log, which mounting alone would replay. */
  @Test
  void whatIsOfferedIsShownWithItsVolumesAndNotTouched() throws Exception {
    // Given
    UUID pool;
    try (House before = new House(disks, elsewhere)) {
      pool = before.makePool("home", device).uid();
      before.makeVolume("home", "photos", Map.of());
      before.makeVolume("home", "files", Map.of());
    }
    Path top = disks.mount(device);
    sync(top.resolve("synced"));
    Path cut = powerCut(top);
    Path asItWas = disks.directory().resolve("as-it-was.img");
    House.run("cp", "--sparse=always", disks.image(cut).toString(), asItWas.toString());
    try (House here = new House(disks, data)) {
      // Not beside the look that it begins with.
      here.until("a look", here::looked);
      // When
      int adopted = here.adoption().adoptOurs(here.node().disks().scan()).adopted();
      List<OfferedPool> offered = here.adoption().offered("", 10);
      // Then
      assertThat(adopted).isZero();
      assertThat(offered).hasSize(1);
      OfferedPool home = offered.getFirst();
      assertThat(home.notSeen()).isNull();
      assertThat(home.uid()).isEqualTo(pool);
      assertThat(home.name()).isEqualTo(new Name("home"));
      assertThat(home.whole()).isTrue();
      assertThat(home.disks())
          .containsExactly(here.node().disks().find(cut.toString()).orElseThrow().id().value());
      assertThat(home.volumes())
          .extracting(volume -> volume.name().value())
          .containsExactly("files", "photos");
      assertThat(home.volumeCount()).isEqualTo(2);
      assertThat(Files.mismatch(disks.image(cut), asItWas)).isEqualTo(-1);
      assertThat(new Mounts().list())
          .noneMatch(mount -> mount.mountPoint().startsWith(data.toString()));
      assertThat(here.names(StorageKinds.POOL)).isEmpty();
      assertThat(here.adoption().offered(pool.toString(), 10)).isEmpty();
      here.adoption().adopt(List.of(cut.toString()), Optional.empty());
      var _ = here.ready(StorageKinds.VOLUME, "photos");
      assertThat(here.mountOfPool("home").resolve("synced")).exists();
      assertThat(here.adoption().offered("", 10)).isEmpty();
    }
  }

  @Test
  void oneThatSomebodyUsesSaysSo() throws Exception {
    // Given
    try (House before = new House(disks, elsewhere)) {
      before.makePool("home", device);
    }
    Path used = disks.mount(device);
    try (House here = new House(disks, data)) {
      // When
      OfferedPool home = here.adoption().offered("", 10).getFirst();
      // Then
      assertThat(home.name()).isEqualTo(new Name("home"));
      assertThat(home.notSeen()).contains(used.toString());
      assertThat(home.volumes()).isEmpty();
    }
  }

  @Test
  void oneOfWhichADiskIsMissingIsShownAllTheSame() throws Exception {
    // Given
    Path second = disks.disk(512L << 20);
    try (House before = new House(disks, elsewhere)) {
      before.makePool("home", device, second);
      before.makeVolume("home", "files", Map.of());
    }
    disks.detach(second);
    try (House here = new House(disks, data)) {
      // When
      OfferedPool home = here.adoption().offered("", 10).getFirst();
      // Then
      assertThat(home.notSeen()).isNull();
      assertThat(home.whole()).isFalse();
      assertThat(home.disks()).hasSize(1);
      assertThat(home.volumes()).hasSize(1);
    }
  }
}
