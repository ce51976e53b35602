package io.homecloud.storage.snapshot.change;

import static io.homecloud.testkit.Eventually.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.testkit.tree.RandomHistory;
import io.homecloud.testkit.tree.TreeFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** A rollback while others use the volume, are asked to stop, or are in its way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RollbackBesideOthersIT {
  private final TestVolumes volumes = new TestVolumes(3L << 30);
  private Path volume = Path.of("/");

  @AfterAll
  void leaveNothing() {
    volumes.close();
  }

  @BeforeEach
  void makeVolume(TestInfo test) {
    volume = volumes.volume(test.getTestMethod().orElseThrow().getName());
  }

  private PutBackReport rollback(Path present, Path wanted) {
    return Diffs.done(
        new SnapshotRollback(volumes.scratch()).rollback(volume, present, wanted, Diffs.NOBODY));
  }

  private PutBackReport rollback(Path wanted) {
    return rollback(volumes.snapshot(volume), wanted);
  }

  private void assertAsIn(Path wanted) {
    assertThat(
            TreeFacts.differences(
                TreeFacts.of(wanted).restorable(), TreeFacts.of(volume).restorable()))
        .isEmpty();
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void whoHasAFileOpenGoesOnWithWhatEverybodySees() throws Exception {
    // Given
    Path file = volume.resolve("letter");
    Files.writeString(file, "first version");
    Path wanted = volumes.snapshot(volume);
    Object before = inode(file);
    try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
      writer.write(UTF_8.encode("second, longer version"));
      quiet(file);
      // When
      PutBackReport report = rollback(wanted);
      // Then
      assertThat(report.left()).isEmpty();
      assertAsIn(wanted);
      writer.write(UTF_8.encode("LATER"), 0);
    }
    assertThat(Files.readString(file)).isEqualTo("LATER version");
    assertThat(inode(file)).isEqualTo(before);
  }

  @Test
  void aFileSavedAnewByAnEditorStaysTheFileThatIsThere() throws Exception {
    // Given
    Path file = volume.resolve("letter");
    Files.writeString(file, "first version");
    Path wanted = volumes.snapshot(volume);
    Files.delete(file);
    Files.writeString(file, "saved anew");
    Object present = inode(file);
    try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
      quiet(file);
      // When
      PutBackReport report = rollback(wanted);
      // Then
      assertThat(report.left()).isEmpty();
      assertAsIn(wanted);
      writer.write(UTF_8.encode("LATER"), 0);
    }
    assertThat(Files.readString(file)).isEqualTo("LATER version");
    assertThat(inode(file)).isEqualTo(present);
  }

  @Test
  void aFileThatIsBeingWrittenStaysAsItIs() throws Exception {
    // Given
    Path file = volume.resolve("letter");
    Files.writeString(file, "first version");
    Path wanted = volumes.snapshot(volume);
    try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
      PutBackReport report;
      Instant begun;
      do {
        // On a busy machine it may take so long that nobody is taken to be writing any more.
        begun = Instant.now();
        writer.write(UTF_8.encode("second, longer version"), 0);
        // When
        report = rollback(wanted);
      } while (report.left().isEmpty() && begun.plusSeconds(2).isBefore(Instant.now()));
      // Then
      assertThat(report.left())
          .containsExactly(new Left(RelativePath.of("letter"), Left.Why.BEING_WRITTEN));
    }
    assertThat(Files.readString(file)).isEqualTo("second, longer version");
    assertThat(rollback(wanted).left()).isEmpty();
    assertAsIn(wanted);
  }

  @Test
  void whoOpensAFileJustNowWritesToWhatIsPutBack() throws Exception {
    // Given
    Path file = volume.resolve("letter");
    Files.writeString(file, "first version");
    Path wanted = volumes.snapshot(volume);
    Files.writeString(file, "second, longer version");
    Path present = volumes.snapshot(volume);
    AtomicInteger steps = new AtomicInteger();
    Thread writer = Thread.ofPlatform().unstarted(() -> overwrite(file));
    Runnable meanwhile =
        () -> {
          if (steps.incrementAndGet() == 2) { // of the first the whole begins
            writer.start();
            joined(writer, Duration.ofMillis(300)); // long enough to be through
          }
        };
    // When
    PutBackReport report =
        Diffs.done(
            new SnapshotRollback(volumes.scratch(), meanwhile)
                .rollback(volume, present, wanted, Diffs.NOBODY));
    // Then
    assertThat(report.left()).isEmpty();
    assertThat(joined(writer, Duration.ofSeconds(30))).isTrue();
    assertThat(Files.readString(file)).isEqualTo("LATER version");
  }

  private static void overwrite(Path file) {
    try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
      writer.write(UTF_8.encode("LATER"), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean joined(Thread thread, Duration limit) {
    try {
      return thread.join(limit);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Nobody has changed it for so long that nobody is taken to be writing. */
  private static void quiet(Path file) {
    within(
        Duration.ofSeconds(30),
        () ->
            assertThat((FileTime) Files.getAttribute(file, "unix:ctime"))
                .isLessThan(FileTime.from(Instant.now().minusMillis(2100))));
  }

  @Test
  void aFileThatWouldBeRemovedStaysWhileItIsBeingWritten() throws Exception {
    // Given
    Path wanted = volumes.snapshot(volume);
    Path file = Files.createDirectory(volume.resolve("new")).resolve("film");
    Files.writeString(file, "begin");
    RelativePath path = RelativePath.of("new/film");
    try (FileChannel writer = FileChannel.open(file, StandardOpenOption.APPEND)) {
      // When
      PutBackReport report = rollback(wanted);
      // Then
      assertThat(report.left())
          .containsExactly(
              new Left(path, Left.Why.BEING_WRITTEN), new Left(path.parent(), Left.Why.IN_THE_WAY));
      assertThat(report.leftCount()).isEqualTo(2);
      writer.write(UTF_8.encode(" and end"));
    }
    assertThat(Files.readString(file)).isEqualTo("begin and end");
    assertThat(rollback(wanted).left()).isEmpty();
    assertAsIn(wanted);
  }

  @Test
  void whatWasChangedAfterTheSnapshotOfThePresentIsLeft() throws Exception {
    // Given
    Files.writeString(volume.resolve("changed"), "old");
    Path wanted = volumes.snapshot(volume);
    Files.writeString(volume.resolve("changed"), "now");
    Files.writeString(volume.resolve("new"), "now");
    Files.writeString(volume.resolve("exchanged"), "now");
    Path present = volumes.snapshot(volume);
    Files.writeString(volume.resolve("changed"), "NOW");
    Files.writeString(volume.resolve("new"), "NOW");
    Files.delete(volume.resolve("exchanged"));
    Files.writeString(volume.resolve("exchanged"), "NOW");
    // When
    PutBackReport report = rollback(present, wanted);
    // Then
    assertThat(report.left())
        .containsExactlyInAnyOrder(
            new Left(RelativePath.of("changed"), Left.Why.CHANGED_SINCE),
            new Left(RelativePath.of("new"), Left.Why.CHANGED_SINCE),
            new Left(RelativePath.of("exchanged"), Left.Why.CHANGED_SINCE));
    for (String name : List.of("changed", "new", "exchanged")) {
      assertThat(Files.readString(volume.resolve(name))).isEqualTo("NOW");
    }
    assertThat(rollback(wanted).left()).isEmpty();
    assertAsIn(wanted);
  }

  @Test
  void aDirectoryExchangedForALinkLeadsNowhere() throws Exception {
    // Given
    Path outside = Files.createDirectory(volumes.scratch().resolve("outside"));
    Files.writeString(outside.resolve("changed"), "of others");
    Files.writeString(outside.resolve("new"), "of others");
    Path directory = Files.createDirectory(volume.resolve("directory"));
    Files.writeString(directory.resolve("changed"), "old");
    Files.writeString(directory.resolve("gone"), "old");
    Path wanted = volumes.snapshot(volume);
    Files.writeString(directory.resolve("changed"), "now");
    Files.writeString(directory.resolve("new"), "now");
    Files.delete(directory.resolve("gone"));
    Path present = volumes.snapshot(volume);
    Files.move(directory, volume.resolve("moved"));
    Files.createSymbolicLink(directory, outside);
    // When
    PutBackReport report = rollback(present, wanted);
    // Then
    assertThat(report.leftCount()).isPositive();
    assertThat(outside).isDirectoryContaining("glob:**/{changed,new}");
    assertThat(Files.readString(outside.resolve("changed"))).isEqualTo("of others");
    assertThat(Files.readString(outside.resolve("new"))).isEqualTo("of others");
    assertThat(outside.resolve("gone")).doesNotExist();
    assertThat(rollback(wanted).left()).isEmpty();
    assertAsIn(wanted);
  }

  @Test
  void whatOthersDoMeanwhileNeverKeepsTheNextRunFromTheWantedState() throws Exception {
    // Given
    try (RandomHistory history = new RandomHistory(1, volume);
        RandomHistory others = new RandomHistory(2, volume);
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      history.steps(200);
      Path wanted = volumes.snapshot(volume);
      for (int round = 0; round < 5; round++) {
        history.steps(100);
        AtomicBoolean enough = new AtomicBoolean();
        Future<?> busy =
            threads.submit(() -> {
              while (!enough.get()) {
                others.steps(5);
              }
            });
        // When
        PutBackReport disturbed = rollback(wanted);
        enough.set(true);
        busy.get();
        PutBackReport quiet = rollback(wanted);
        // Then
        assertThat(disturbed.changed()).isPositive();
        assertThat(quiet.left()).isEmpty();
        assertAsIn(wanted);
      }
    }
  }

  /** Many times, since it is a matter of microseconds what falls between which steps. */
  @Test
  void everyWriteOfABusyWriterIsInASnapshotOrInItsFile() throws Exception {
    for (int round = 0; round < 20; round++) {
      // Given
      RelativePath name = RelativePath.of("log" + round);
      Path file = volume.resolve(name.toString());
      Files.writeString(file, "");
      Path wanted = volumes.snapshot(volume);
      AtomicBoolean enough = new AtomicBoolean();
      ExecutorService threads = Executors.newSingleThreadExecutor();
      Future<Integer> writer = threads.submit(() -> appended(file, enough));
      while (Files.size(file) < 9000) {
        Thread.onSpinWait();
      }
      // When
      Path present = volumes.snapshot(volume);
      PutBackReport report = rollback(present, wanted);
      enough.set(true);
      int written = writer.get();
      threads.close();
      // Then
      List<String> lines = new ArrayList<>();
      if (report.left().isEmpty()) { // it did not write just then
        lines.addAll(Files.readAllLines(present.resolve(name.toString())));
      } else {
        assertThat(report.left())
            .singleElement()
            .isIn(new Left(name, Left.Why.CHANGED_SINCE), new Left(name, Left.Why.BEING_WRITTEN));
      }
      lines.addAll(Files.readAllLines(file));
      assertThat(lines)
          .as("round %d", round)
          .isEqualTo(IntStream.range(0, written).mapToObj("%08d"::formatted).toList());
    }
  }

  /** Appends numbered lines; how many. */
  private static int appended(Path file, AtomicBoolean enough) throws IOException {
    int written = 0;
    try (FileChannel log = FileChannel.open(file, StandardOpenOption.APPEND)) {
      while (!enough.get()) {
        log.write(ByteBuffer.wrap("%08d\n".formatted(written++).getBytes(UTF_8)));
      }
    }
    return written;
  }

  @Test
  void askedToStopItStopsAndIsFinishedLater() throws Exception {
    // Given
    try (RandomHistory history = new RandomHistory(5, volume)) {
      history.steps(300);
      Path wanted = volumes.snapshot(volume);
      history.steps(300);
      for (int after : new int[] {0, 1, 2, 3, 5, 8}) {
        history.steps(60);
        // When
        Outcome<PutBackReport> outcome =
            new SnapshotRollback(volumes.scratch())
                .rollback(volume, volumes.snapshot(volume), wanted, new StopAfter(after));
        // Then
        assertThat(outcome.refusal().map(Refusal::error)).contains(StorageError.CANCELLED);
        assertThat(volume).isDirectoryNotContaining("glob:**/.homecloud*");
      }
      assertThat(rollback(wanted).left()).isEmpty();
      assertAsIn(wanted);
    }
  }

  @Test
  void filesWithoutCopyOnWriteAreSharedOrCopied() throws Exception {
    // Given
    Path directory = Files.createDirectory(volume.resolve("machines"));
    volumes.run("chattr", "+C", directory.toString());
    Files.write(directory.resolve("disk"), new byte[300_000]);
    Files.write(directory.resolve("gone"), new byte[300_000]);
    Path wanted = volumes.snapshot(volume);
    Files.writeString(directory.resolve("disk"), "changed", StandardOpenOption.WRITE);
    Files.delete(directory.resolve("gone"));
    Files.delete(directory.resolve("disk"));
    volumes.run("chattr", "-C", directory.toString());
    Files.writeString(directory.resolve("disk"), "now with copy on write");
    // When
    PutBackReport report = rollback(wanted);
    // Then
    assertThat(report.left()).isEmpty();
    assertAsIn(wanted);
  }

  @Test
  void aFileMadeImmutableIsLeft() throws Exception {
    // Given
    Files.writeString(volume.resolve("fixed"), "old");
    Path wanted = volumes.snapshot(volume);
    Files.writeString(volume.resolve("fixed"), "now");
    volumes.run("chattr", "+i", volume.resolve("fixed").toString());
    // When
    PutBackReport report = rollback(wanted);
    volumes.run("chattr", "-i", volume.resolve("fixed").toString());
    // Then
    assertThat(report.left()).containsExactly(new Left(RelativePath.of("fixed"), Left.Why.REFUSED));
    assertThat(Files.readString(volume.resolve("fixed"))).isEqualTo("now");
  }

  @Test
  void aVolumeThatCannotBeWrittenSaysSo() throws Exception {
    // Given
    Files.writeString(volume.resolve("file"), "old");
    Path wanted = volumes.snapshot(volume);
    Files.writeString(volume.resolve("file"), "now");
    Path present = volumes.snapshot(volume);
    volumes.run("btrfs", "property", "set", volume.toString(), "ro", "true");
    // When
    Outcome<PutBackReport> outcome =
        new SnapshotRollback(volumes.scratch()).rollback(volume, present, wanted, Diffs.NOBODY);
    // Then
    assertThat(outcome)
        .extracting(refused -> refused.refusal().map(Refusal::error))
        .isEqualTo(Optional.of(StorageError.READ_ONLY));
  }

  @Test
  void aFifoInPlaceOfAFileIsNotOpened() throws Exception {
    // Given
    Files.writeString(volume.resolve("file"), "old");
    Path wanted = volumes.snapshot(volume);
    Files.writeString(volume.resolve("file"), "now");
    Path present = volumes.snapshot(volume);
    Files.delete(volume.resolve("file"));
    try (Descriptor top = TreeFacts.open(volume)) {
      FileCalls.makeNode(
          top.number(), "file".getBytes(UTF_8), io.homecloud.host.libc.FileType.FIFO, 0600, 0);
    }
    // When
    PutBackReport report = rollback(present, wanted);
    // Then
    assertThat(report.left())
        .containsExactly(new Left(RelativePath.of("file"), Left.Why.CHANGED_SINCE));
    assertThat(rollback(wanted).left()).isEmpty();
    assertAsIn(wanted);
  }

  @Test
  void pathsLongerThanTheKernelTakesArePutBack() throws Exception {
    // Given
    SnapshotDiffIT.deepFile(volume, 30, "old");
    Path wanted = volumes.snapshot(volume);
    SnapshotDiffIT.deepFile(volume, 30, "changed");
    SnapshotDiffIT.deepFile(volume, 40, "new");
    // When
    PutBackReport report = rollback(wanted);
    // Then
    assertThat(report.left()).isEmpty();
    assertAsIn(wanted);
  }

  @Test
  void nothingToDoChangesNothing() throws Exception {
    // Given
    Files.writeString(volume.resolve("file"), "same");
    Path wanted = volumes.snapshot(volume);
    Map<RelativePath, String> before = TreeFacts.of(volume).restorable();
    // When
    PutBackReport report = rollback(wanted);
    // Then
    assertThat(report).isEqualTo(new PutBackReport(report.changed(), List.of(), 0));
    assertThat(TreeFacts.differences(before, TreeFacts.of(volume).restorable())).isEmpty();
  }
}
