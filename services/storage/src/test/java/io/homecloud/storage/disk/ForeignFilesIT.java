package io.homecloud.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class ForeignFilesIT {
  private static final long MIB = 1 << 20;

  private final DiskBench bench = new DiskBench();

  @AfterEach
  void leaveNothing() {
    bench.close();
  }

  @ParameterizedTest
  @CsvSource({"mkfs.ext4,ext4", "mkfs.xfs,xfs", "mkfs.ext3,ext3", "mkfs.ext2,ext2"})
  void theOriginalIsNotChangedByAByteAlsoWhenItWasNotUnmountedCleanly(String make, String type)
      throws Exception {
    // Given
    Path node = torn(make);
    Path image = bench.loops.image(node);
    String before = checksum(image);
    // When
    String read;
    try (ForeignFiles files = opened(node)) {
      read = Files.readString(files.root().resolve("old/letter"));
      assertThat(Files.exists(files.root().resolve("old"))).isTrue();
    }
    // Then
    assertThat(bench.look(node).content())
        .isInstanceOfSatisfying(
            DiskContent.FileSystem.class, fs -> assertThat(fs.type()).isEqualTo(type));
    assertThat(read).isEqualTo("dear reader");
    assertThat(checksum(image)).isEqualTo(before);
    assertThat(checksum(node)).isEqualTo(before);
  }

  @Test
  void nobodyCanWriteThroughItOrSeeItAndNothingIsLeft() throws Exception {
    // Given
    Path node = torn("mkfs.ext4");
    try (ForeignFiles files = opened(node)) {
      Path root = files.root();
      // When
      Throwable refused = catchThrowable(() -> Files.writeString(root.resolve("new"), "x"));
      // Then
      assertThat(refused)
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("Read-only file system");
      assertThat(bench.look(node).use().holders()).hasSize(1);
      String view = "/dev/" + bench.look(node).use().holders().getFirst();
      assertThat(bench.mounts.list()).noneMatch(mount -> mount.source().equals(view));
      assertThat(bench.removal.remove(bench.look(node).id()).refusal().map(Refusal::error))
          .contains(StorageError.DISK_BUSY);
    }
    awaitUnheld(node);
    assertThat(bench.removal.remove(bench.look(node).id()))
        .isEqualTo(new Outcome.Done<>(Unplugging.NOW));
  }

  @Test
  void linksAreNotFollowedByTheKernelItself() throws Exception {
    // Given
    Path node = bench.disk(64 * MIB, "mkfs.ext4", "-q");
    Path place = bench.loops.mount(node);
    Files.createSymbolicLink(place.resolve("secret"), Path.of("/etc/passwd"));
    bench.loops.unmount(node, place);
    try (ForeignFiles files = opened(node)) {
      // When
      Throwable refused = catchThrowable(() -> Files.readString(files.root().resolve("secret")));
      // Then
      assertThat(refused).hasMessageContaining("Too many levels of symbolic links");
    }
  }

  @Test
  void whatTheKernelCannotReadIsRefusedByName() throws Exception {
    // Given
    Path node = bench.loops.disk(16 * MIB);
    exfat(node);
    Disk disk = bench.look(node);
    // When
    Outcome<ForeignFiles> refused = ForeignFiles.open(disk, Optional.empty());
    // Then
    assertThat(disk.content()).isInstanceOf(DiskContent.FileSystem.class);
    if (Files.readString(Path.of("/proc/filesystems")).contains("exfat")) {
      // A kernel that can read it finds that this one is only a beginning of it.
      assertThat(refused.refusal().map(Refusal::error)).contains(StorageError.FILE_SYSTEM_DAMAGED);
    } else {
      assertThat(refused)
          .isEqualTo(
              new Outcome.Refused<>(
                  StorageError.FILE_SYSTEM_UNSUPPORTED,
                  "The kernel of this node cannot read exfat, which is on " + disk.name() + "."));
    }
  }

  @Test
  void aDamagedFileSystemIsRefusedWithTheKernelsWords() throws Exception {
    // Given
    Path node = bench.disk(64 * MIB, "mkfs.ext4", "-q");
    try (FileChannel disk = FileChannel.open(node, StandardOpenOption.WRITE)) {
      // The group descriptors, which follow the superblock's block.
      disk.write(ByteBuffer.allocate(64 * 1024), 4096);
      disk.write(ByteBuffer.allocate(2048), 2048);
      disk.force(true);
    }
    // When
    Outcome<ForeignFiles> refused = ForeignFiles.open(bench.look(node), Optional.empty());
    // Then
    Refusal why = refused.refusal().orElseThrow();
    assertThat(why.error()).isEqualTo(StorageError.FILE_SYSTEM_DAMAGED);
    assertThat(why.sentence()).endsWith("Structure needs cleaning");
  }

  @Test
  void swapBlankDisksAndMountedOnesAreRefused() throws Exception {
    // Given
    Path blank = bench.loops.disk(MIB);
    Path swap = bench.disk(8 * MIB, "mkswap");
    Path mounted = bench.disk(64 * MIB, "mkfs.ext4", "-q");
    bench.loops.mount(mounted);
    // When
    Refusal ofBlank = refusal(blank, Optional.empty());
    Refusal ofSwap = refusal(swap, Optional.empty());
    Refusal ofMounted = refusal(mounted, Optional.empty());
    Refusal ofNoPartition = refusal(mounted, Optional.of("sda7"));
    // Then
    assertThat(ofBlank.error()).isEqualTo(StorageError.FILE_SYSTEM_UNSUPPORTED);
    assertThat(ofBlank.sentence()).contains("holds nothing known");
    assertThat(ofSwap.error()).isEqualTo(StorageError.FILE_SYSTEM_UNSUPPORTED);
    assertThat(ofSwap.sentence()).contains("swap space");
    assertThat(ofMounted.error()).isEqualTo(StorageError.DISK_BUSY);
    assertThat(ofNoPartition.error()).isEqualTo(StorageError.FILE_SYSTEM_UNSUPPORTED);
  }

  private Refusal refusal(Path node, Optional<String> partition) {
    return ForeignFiles.open(bench.look(node), partition).refusal().orElseThrow();
  }

  private ForeignFiles opened(Path node) {
    return switch (ForeignFiles.open(bench.look(node), Optional.empty())) {
      case Outcome.Done<ForeignFiles>(ForeignFiles files) -> files;
      case Outcome.Refused<ForeignFiles>(Refusal why) -> throw new AssertionError(why.sentence());
    };
  }

  /** A disk as it is when the power goes: its log holds what its files do not. */
  private Path torn(String make) throws Exception {
    Path node =
        make.equals("mkfs.xfs")
            ? bench.disk(300 * MIB, make, "-q")
            : bench.disk(64 * MIB, make, "-q");
    Path place = bench.loops.mount(node);
    Files.createDirectory(place.resolve("old"));
    Files.writeString(place.resolve("old/letter"), "dear reader");
    bench.run("sync", "-f", place.toString());
    bench.mounts.unmount(place.toString());
    Path again = bench.loops.mount(node);
    for (int i = 0; i < 50; i++) {
      Files.writeString(again.resolve("new" + i), "not yet in its place");
    }
    bench.run("sync", "-f", again.toString());
    Path torn = bench.loops.disk(Files.size(bench.loops.image(node)));
    Path image = bench.loops.image(torn);
    bench.run("losetup", "-d", torn.toString());
    Files.copy(bench.loops.image(node), image, StandardCopyOption.REPLACE_EXISTING);
    return Path.of(bench.run("losetup", "-f", "--show", image.toString()).strip());
  }

  private void awaitUnheld(Path node) throws InterruptedException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!bench.look(node).use().holders().isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  /** As much of exFAT's boot sector as blkid wants to see. */
  private static void exfat(Path node) throws Exception {
    ByteBuffer sector = ByteBuffer.allocate(512).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    sector.put(0, new byte[] {(byte) 0xeb, 0x76, (byte) 0x90});
    sector.put(3, "EXFAT   ".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    sector.putLong(64, 0).putLong(72, 32768).putInt(80, 128).putInt(84, 128);
    sector.putInt(88, 256).putInt(92, 4000).putInt(96, 4).putInt(100, 0x1234abcd);
    sector.putShort(104, (short) 0x100).put(108, (byte) 9).put(109, (byte) 3).put(110, (byte) 1);
    sector.put(510, (byte) 0x55).put(511, (byte) 0xaa);
    try (FileChannel disk = FileChannel.open(node, StandardOpenOption.WRITE)) {
      disk.write(sector, 0);
      disk.force(true);
    }
  }

  private static String checksum(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static Throwable catchThrowable(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return org.assertj.core.api.Assertions.catchThrowable(call);
  }
}
