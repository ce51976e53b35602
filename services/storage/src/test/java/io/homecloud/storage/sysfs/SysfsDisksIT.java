package io.homecloud.storage.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.blkid.BlkidContentProbe;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskBench;
import io.homecloud.storage.disk.DiskContent;
import io.homecloud.storage.disk.DiskContent.Ambiguous;
import io.homecloud.storage.disk.DiskContent.Blank;
import io.homecloud.storage.disk.DiskContent.BtrfsMember;
import io.homecloud.storage.disk.DiskContent.FileSystem;
import io.homecloud.storage.disk.DiskContent.PartitionTable;
import io.homecloud.storage.disk.DiskContent.Swap;
import io.homecloud.storage.disk.DiskContent.Unreadable;
import io.homecloud.storage.disk.Obstacle;
import io.homecloud.storage.disk.Transport;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SysfsDisksIT {
  private static final long MIB = 1 << 20;

  private final DiskBench bench = new DiskBench();

  @AfterEach
  void leaveNothing() {
    bench.close();
  }

  @Test
  void whatIsOnADiskIsRecognised() throws Exception {
    // Given
    Path blank = bench.loops.disk(16 * MIB);
    Path ext4 = bench.disk(16 * MIB, "mkfs.ext4", "-q", "-L", "Alte Fotos");
    Path xfs = bench.disk(300 * MIB, "mkfs.xfs", "-q", "-L", "xfs$(id)");
    Path swap = bench.disk(16 * MIB, "mkswap", "-q");
    String fsid = UUID.randomUUID().toString();
    Path btrfs = bench.disk(128 * MIB, "mkfs.btrfs", "-q", "-L", "home", "-U", fsid);
    Path divided = bench.loops.disk(16 * MIB);
    masterBootRecord(divided);
    // When
    List<Disk> found = bench.disks.scan();
    // Then
    assertThat(found).filteredOn(disk -> disk.transport() == Transport.LOOP).hasSize(6);
    assertThat(content(found, blank)).isEqualTo(new Blank());
    assertThat(content(found, ext4))
        .isInstanceOfSatisfying(
            FileSystem.class,
            fs -> {
              assertThat(fs.type()).isEqualTo("ext4");
              assertThat(fs.label()).isEqualTo("Alte Fotos");
              assertThat(UUID.fromString(fs.uuid())).isNotNull();
            });
    assertThat(content(found, xfs))
        .isInstanceOfSatisfying(
            FileSystem.class, fs -> assertThat(fs.label()).isEqualTo("xfs$(id)"));
    assertThat(content(found, swap)).isInstanceOf(Swap.class);
    assertThat(content(found, btrfs))
        .isInstanceOfSatisfying(
            BtrfsMember.class,
            member -> {
              assertThat(member.fsid()).hasToString(fsid);
              assertThat(member.label()).isEqualTo("home");
            });
    assertThat(content(found, divided)).isEqualTo(new PartitionTable("dos"));
  }

  @Test
  void twoSignaturesAreToldAndNotChosenFrom() throws Exception {
    // Given
    Path node = bench.disk(300 * MIB, "mkfs.xfs", "-q");
    Path other = bench.disk(300 * MIB, "mkfs.btrfs", "-q");
    copyBlock(other, node, 64 * 1024);
    // When
    Disk disk = bench.look(node);
    // Then
    assertThat(disk.content()).isEqualTo(new Ambiguous(List.of("xfs", "btrfs")));
    assertThat(disk.obstacles()).containsExactly(Obstacle.OCCUPIED);
  }

  @Test
  void aDiskWhoseStartCannotBeReadIsNotBlank() throws Exception {
    // Given
    Path node = bench.loops.disk(16 * MIB);
    try (FileChannel image = FileChannel.open(bench.loops.image(node), StandardOpenOption.WRITE)) {
      image.truncate(0);
    }
    // When
    Disk disk = bench.look(node);
    // Then
    assertThat(disk.obstacles()).contains(Obstacle.OCCUPIED);
    assertThat(disk.content()).isInstanceOf(Unreadable.class);
  }

  @Test
  void aDiskWithABrokenEndIsNotBlankEither() throws Exception {
    // Given
    Path full = bench.disk(64 * MIB, "mkfs.ext4", "-q");
    Path empty = bench.loops.disk(64 * MIB);
    for (Path node : List.of(full, empty)) {
      try (FileChannel image =
          FileChannel.open(bench.loops.image(node), StandardOpenOption.WRITE)) {
        image.truncate(48 * MIB);
      }
    }
    // When
    DiskContent withFiles = bench.look(full).content();
    DiskContent without = bench.look(empty).content();
    // Then
    assertThat(withFiles)
        .isInstanceOfSatisfying(FileSystem.class, fs -> assertThat(fs.type()).isEqualTo("ext4"));
    assertThat(without).isInstanceOf(Unreadable.class);
  }

  @Test
  void aMountedDiskSaysWhereAndIsReadAfterwardsAsFree() throws Exception {
    // Given
    Path node = bench.disk(16 * MIB, "mkfs.ext4", "-q");
    Path place = bench.loops.mount(node);
    // When
    Disk mounted = bench.look(node);
    bench.loops.unmount(node, place);
    Disk after = bench.look(node);
    // Then
    assertThat(mounted.use().mountPoints()).containsExactly(place.toString());
    assertThat(mounted.use().mountedElsewhere()).isFalse();
    assertThat(mounted.obstacles()).contains(Obstacle.MOUNTED);
    assertThat(after.obstacles()).containsExactly(Obstacle.OCCUPIED);
  }

  @Test
  void everyDiskOfAMountedPoolIsMounted() throws Exception {
    // Given
    Path first = bench.loops.disk(128 * MIB);
    Path second = bench.loops.disk(128 * MIB);
    bench.run("mkfs.btrfs", "-q", "-d", "raid1", "-m", "raid1", "" + first, "" + second);
    Path place = bench.loops.mount(first);
    // When
    Disk other = bench.look(second);
    // Then
    assertThat(other.use().mountPoints()).containsExactly(place.toString());
    assertThat(bench.disks.mounts(other)).hasSize(1);
  }

  @Test
  void anImageIsADiskWithItsNameInItsIdAndFoundByEveryName() throws Exception {
    // Given
    Path node = bench.loops.disk(16 * MIB);
    Path image = bench.loops.image(node);
    Path link = Files.createSymbolicLink(bench.loops.directory().resolve("link"), node);
    // When
    Disk disk = bench.look(node);
    // Then
    assertThat(disk.id().value()).matches("loop-disk\\d+-img-[0-9a-f]{8}");
    assertThat(disk.transport()).isEqualTo(Transport.LOOP);
    assertThat(disk.size()).isEqualTo(16 * MIB);
    for (String name :
        List.of(disk.id().value(), node.toString(), link.toString(), image.toString())) {
      assertThat(bench.disks.find(name)).as(name).contains(disk);
    }
    assertThat(bench.disks.find(bench.loops.directory().toString())).isEmpty();
  }

  @Test
  void theIdStaysWhenTheKernelCallsItDifferently() throws Exception {
    // Given
    Path node = bench.loops.disk(16 * MIB);
    Path image = bench.loops.image(node);
    Disk before = bench.look(node);
    bench.run("losetup", "-d", node.toString());
    Path decoy = bench.loops.disk(MIB);
    // When
    bench.run("losetup", "-f", image.toString());
    Disk after = bench.disks.find(before.id().value()).orElseThrow();
    // Then
    assertThat(decoy).isNotNull();
    assertThat(after.id()).isEqualTo(before.id());
  }

  @Test
  void theMachinesOwnDisksAreThereButNotOffered() {
    // Given
    var ours =
        new SysfsDisks(
            SystemRoots.REAL,
            new BlkidContentProbe(bench.host),
            new io.homecloud.storage.disk.LoopPolicy(List.of(), List.of()),
            bench.mounts::list);
    // When
    List<Disk> found = ours.scan();
    // Then
    assertThat(found).noneMatch(disk -> disk.transport() == Transport.LOOP);
    assertThat(found)
        .filteredOn(disk -> disk.use().mountPoints().contains("/"))
        .allMatch(disk -> !disk.offered());
  }

  private static DiskContent content(List<Disk> found, Path node) {
    return found.stream()
        .filter(disk -> disk.node().equals(node))
        .findFirst()
        .orElseThrow()
        .content();
  }

  /** One primary partition of type Linux over the rest of the disk. */
  private static void masterBootRecord(Path node) throws Exception {
    ByteBuffer sector = ByteBuffer.allocate(512).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    sector.put(446 + 4, (byte) 0x83).putInt(446 + 8, 2048).putInt(446 + 12, 16384);
    sector.put(510, (byte) 0x55).put(511, (byte) 0xaa);
    try (FileChannel disk = FileChannel.open(node, StandardOpenOption.WRITE)) {
      disk.write(sector, 0);
      disk.force(true);
    }
  }

  private static void copyBlock(Path from, Path to, long at) throws Exception {
    ByteBuffer block = ByteBuffer.allocate(4096);
    try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
        FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
      in.read(block, at);
      out.write(block.flip(), at);
      out.force(true);
    }
  }
}
