package io.homecloud.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.HostCommand;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.files.FilePath;
import io.homecloud.storage.files.ImportFinding;
import io.homecloud.storage.files.ImportReport;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class DiskImportIT {
  private static final long MIB = 1 << 20;
  private static final FilePath OLD = FilePath.of("old");

  private final DiskBench bench = new DiskBench();
  private final Random random = new Random(20261121);

  @AfterEach
  void leaveNothing() {
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mkfs.ext4", "mkfs.xfs", "mkfs.btrfs"})
  void everythingComesAndAgainOnlyWhatIsNew(String make) throws Exception {
    // Given
    Path node = bench.disk(320 * MIB, make, "-q");
    Path original = bench.loops.mount(node);
    Files.createDirectories(original.resolve("photos/2009"));
    write(original.resolve("photos/2009/a.jpg"), 3 * MIB);
    write(original.resolve("film.mkv"), 20 * MIB);
    Files.createLink(original.resolve("film again.mkv"), original.resolve("film.mkv"));
    Files.createSymbolicLink(original.resolve("link"), Path.of("/etc/shadow"));
    bench.loops.unmount(node, original);
    Path volume = volume(256 * MIB);
    // When
    ImportReport first = done(importing(node, volume));
    ImportReport second = done(importing(node, volume));
    // Then
    assertThat(first).isEqualTo(new ImportReport(4, 43 * MIB, 0, 0, List.of()));
    assertThat(second).isEqualTo(new ImportReport(0, 0, 4, 0, List.of()));
    Path copy = volume.resolve("old");
    bench.loops.mountAt(node, original, "ro");
    bench.run("diff", "-r", "--no-dereference", "-x", "lost+found", "" + original, "" + copy);
    assertThat(Files.getAttribute(copy.resolve("film.mkv"), "unix:uid")).isEqualTo(20001);
    assertThat(Files.getAttribute(copy.resolve("photos"), "unix:gid")).isEqualTo(20001);
    // One file under two names takes its room once.
    String used = bench.run("btrfs", "filesystem", "du", "-s", "--raw", copy.toString());
    assertThat(used.lines().reduce((_, last) -> last).orElseThrow())
        .matches("\\s*" + 43 * MIB + "\\s+" + 3 * MIB + "\\s+" + 20 * MIB + "\\s.*");
  }

  @Test
  void aQuotaThatIsHitIsNamedAndWithMoreRoomItGoesOn() throws Exception {
    // Given
    Path node = bench.disk(128 * MIB, "mkfs.ext4", "-q");
    Path original = bench.loops.mount(node);
    for (int i = 0; i < 20; i++) {
      write(original.resolve("file" + i), 2 * MIB);
    }
    bench.loops.unmount(node, original);
    Path volume = volume(256 * MIB);
    bench.run("btrfs", "qgroup", "limit", "16M", volume.toString());
    // When
    Outcome<ImportReport> refused = importing(node, volume);
    List<Path> whole = files(volume.resolve("old"));
    bench.run("btrfs", "qgroup", "limit", "none", volume.toString());
    ImportReport report = done(importing(node, volume));
    // Then
    Refusal why = refused.refusal().orElseThrow();
    assertThat(why.error()).isEqualTo(StorageError.QUOTA_EXCEEDED);
    assertThat(whole).hasSizeBetween(4, 7).allMatch(file -> file.toFile().length() == 2 * MIB);
    assertThat(report.files()).isEqualTo(20 - whole.size());
    assertThat(report.skipped()).isEqualTo(whole.size());
    assertThat(volume.resolve(".homecloud-partial")).isEmptyDirectory();
  }

  @Test
  void aFullPoolIsNamed() throws Exception {
    // Given
    Path node = bench.disk(256 * MIB, "mkfs.ext4", "-q");
    Path original = bench.loops.mount(node);
    write(original.resolve("big"), 200 * MIB);
    bench.loops.unmount(node, original);
    Path volume = volume(128 * MIB);
    // When
    Outcome<ImportReport> refused = importing(node, volume);
    // Then
    assertThat(refused.refusal().map(Refusal::error)).contains(StorageError.POOL_FULL);
    assertThat(files(volume.resolve("old"))).isEmpty();
  }

  @Test
  void whatTheDiskCannotReadIsAFindingAndTheRestComes() throws Exception {
    // Given
    Path node = bench.disk(128 * MIB, "mkfs.ext4", "-q", "-E", "lazy_itable_init=0");
    Path original = bench.loops.mount(node);
    for (int i = 0; i < 20; i++) {
      write(original.resolve("file" + i), 4 * MIB);
    }
    bench.loops.unmount(node, original);
    Path image = bench.loops.image(node);
    bench.run("losetup", "-d", node.toString());
    Path broken = brokenAfter(image, 64 * MIB);
    Path volume = volume(256 * MIB);
    // When
    ImportReport report = done(importing(broken, volume));
    // Then
    assertThat(report.notImported()).isBetween(1L, 19L);
    assertThat(report.files()).isEqualTo(20 - report.notImported());
    assertThat(report.findings())
        .extracting(ImportFinding::error)
        .containsOnly(StorageError.FILE_DAMAGED);
    assertThat(files(volume.resolve("old")))
        .hasSize((int) report.files())
        .allMatch(file -> file.toFile().length() == 4 * MIB);
  }

  @Test
  void killedAtAnyInstantItGoesOnAndLeavesNothingAttached() throws Exception {
    // Given
    Path node = bench.disk(256 * MIB, "mkfs.ext4", "-q");
    Path image = bench.loops.image(node);
    Path original = bench.loops.mount(node);
    for (int i = 0; i < 600; i++) {
      write(Files.createDirectories(original.resolve("d" + i % 20)).resolve("f" + i), 100_000);
    }
    write(original.resolve("z-film"), 60 * MIB);
    bench.loops.unmount(node, original);
    Path volume = volume(512 * MIB);
    for (int round = 0; round < 5; round++) {
      // When
      int wanted = random.nextInt(600);
      killWhen(image, volume, () -> entries(volume) >= wanted);
      // Then
      awaitUnheld(node);
    }
    ImportReport report = done(importing(node, volume));
    assertThat(report.notImported()).isZero();
    assertThat(report.files() + report.skipped()).isEqualTo(601);
    bench.loops.mountAt(node, original, "ro");
    bench.run(
        "diff", "-r", "-x", "lost+found", original.toString(), volume.resolve("old").toString());
    try (Stream<Path> left = Files.list(volume.resolve(".homecloud-partial"))) {
      // One that was made and had not its name yet is swept when it is old.
      assertThat(left)
          .allSatisfy(one -> assertThat(one.getFileName().toString()).startsWith("directory-"));
    }
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private void killWhen(Path image, Path volume, Condition condition) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    var command =
        new HostCommand(
            Duration.ofMinutes(2),
            java,
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ImportingProcess.class.getName(),
            image.toString(),
            volume.toString());
    Thread running =
        Thread.startVirtualThread(() -> {
          try {
            assertThat(bench.host.run(command)).isNotNull();
          } catch (CancellationException killed) {
            // As wanted.
          }
        });
    while (running.isAlive() && !condition.holds()) {
      Thread.sleep(5);
    }
    running.interrupt();
    running.join();
  }

  /** Everything copied so far, whole and half-made. */
  private static int entries(Path volume) throws IOException {
    Path partial = volume.resolve(".homecloud-partial");
    return files(volume.resolve("old")).size() + files(partial).size();
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (java.io.UncheckedIOException gone) {
      return List.of();
    }
  }

  private void awaitUnheld(Path node) throws InterruptedException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!bench.look(node).use().holders().isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  /** A subvolume with simple quotas in a new pool. */
  private Path volume(long bytes) throws IOException {
    Path pool = bench.loops.mount(bench.disk(bytes, "mkfs.btrfs", "-q"));
    bench.run("btrfs", "quota", "enable", "--simple", pool.toString());
    Path volume = pool.resolve("volume");
    bench.run("btrfs", "subvolume", "create", volume.toString());
    return volume;
  }

  /** The disk of an image whose end the disk cannot read. */
  private Path brokenAfter(Path image, long bytes) throws IOException {
    Path node = Path.of(bench.run("losetup", "-f", "--show", image.toString()).strip());
    try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
      file.truncate(bytes);
    }
    return node;
  }

  private void write(Path file, long bytes) throws IOException {
    byte[] block = new byte[(int) Math.min(bytes, MIB)];
    try (var out = Files.newOutputStream(file)) {
      for (long written = 0; written < bytes; written += block.length) {
        random.nextBytes(block);
        out.write(block);
      }
    }
  }

  private Outcome<ImportReport> importing(Path node, Path volume) {
    return importing(node, volume, ImportingProcess.UNWATCHED);
  }

  private Outcome<ImportReport> importing(Path node, Path volume, TaskProgress progress) {
    var request =
        new DiskImport.Request(
            bench.look(node).id(), Optional.empty(), volume, OLD, ImportingProcess.OWNER);
    return new DiskImport(bench.disks).run(request, progress);
  }

  private static ImportReport done(Outcome<ImportReport> outcome) {
    return switch (outcome) {
      case Outcome.Done<ImportReport>(ImportReport report) -> report;
      case Outcome.Refused<ImportReport>(Refusal why) -> throw new AssertionError(why.sentence());
    };
  }
}
