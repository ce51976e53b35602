package io.homecloud.storage.snapshot.change;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.testkit.tree.RandomHistory;
import io.homecloud.testkit.tree.TreeFacts;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotRestoreIT {
  private final TestVolumes volumes = new TestVolumes(3L << 30);
  private final SnapshotRestore restore = new SnapshotRestore();
  private int count;
  private Path volume = Path.of("/");

  @AfterAll
  void leaveNothing() {
    volumes.close();
  }

  @BeforeEach
  void makeVolume(TestInfo test) {
    volume = volumes.volume(test.getTestMethod().orElseThrow().getName() + count++);
  }

  @AfterEach
  void nothingHalfMadeIsLeft() {
    assertThat(volume).isDirectoryNotContaining("glob:**/.homecloud*");
  }

  private Outcome<PutBackReport> ask(Path snapshot, String what, String to, Existing existing) {
    return restore.restore(
        snapshot, RelativePath.of(what), volume, RelativePath.of(to), existing, Diffs.NOBODY);
  }

  private PutBackReport restore(Path snapshot, String what, String to, Existing existing) {
    return Diffs.done(ask(snapshot, what, to, existing));
  }

  /** With the present kept just now. */
  private Existing replacing() {
    return new Existing.Replace(volumes.snapshot(volume));
  }

  private static Map<RelativePath, String> inside(Path top, String directory) {
    Map<RelativePath, String> facts = new TreeMap<>();
    TreeFacts.of(top.resolve(directory)).restorable().forEach(facts::put);
    return facts;
  }

  static LongStream seeds() {
    return RandomHistory.seeds(5);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aWholeTreeComesBackAsItWas(long seed) {
    // Given
    try (RandomHistory history = new RandomHistory(seed, volume)) {
      history.steps(300);
    }
    Path snapshot = volumes.snapshot(volume);
    // When
    PutBackReport report = restore(snapshot, "", "copy", Existing.KEEP);
    // Then
    assertThat(report.left()).isEmpty();
    assertThat(report.changed()).isEqualTo(TreeFacts.of(snapshot).facts.size());
    assertThat(TreeFacts.differences(inside(snapshot, ""), inside(volume, "copy"))).isEmpty();
  }

  @Test
  void aDeletedFileComesBackWithTheDirectoriesAboveIt() throws Exception {
    // Given
    Path file = Files.createDirectories(volume.resolve("a/b")).resolve("file");
    Files.writeString(file, "text");
    volumes.run("chown", "3:4", volume.resolve("a/b").toString());
    volumes.run("chmod", "751", volume.resolve("a").toString());
    Path snapshot = volumes.snapshot(volume);
    volumes.run("rm", "-r", volume.resolve("a").toString());
    // When
    PutBackReport report = restore(snapshot, "a/b/file", "a/b/file", Existing.KEEP);
    // Then
    assertThat(report).isEqualTo(new PutBackReport(1, List.of(), 0));
    assertThat(Files.readString(file)).isEqualTo("text");
    assertThat(Files.getAttribute(volume.resolve("a/b"), "unix:uid")).isEqualTo(3);
    assertThat(Files.getAttribute(volume.resolve("a"), "unix:mode")).isEqualTo(040751);
  }

  @Test
  void whatIsThereIsKeptUnlessToldOtherwise() throws Exception {
    // Given
    Path directory = Files.createDirectory(volume.resolve("d"));
    Files.writeString(directory.resolve("changed"), "old");
    Files.writeString(directory.resolve("gone"), "old");
    Path snapshot = volumes.snapshot(volume);
    Files.writeString(directory.resolve("changed"), "new");
    Files.writeString(directory.resolve("extra"), "new");
    Files.delete(directory.resolve("gone"));
    // When
    PutBackReport kept = restore(snapshot, "d", "d", Existing.KEEP);
    String afterKeeping = Files.readString(directory.resolve("changed"));
    PutBackReport replaced = restore(snapshot, "d", "d", replacing());
    // Then
    assertThat(kept)
        .isEqualTo(
            new PutBackReport(
                1, List.of(new Left(RelativePath.of("d/changed"), Left.Why.IN_THE_WAY)), 1));
    assertThat(afterKeeping).isEqualTo("new");
    assertThat(replaced).isEqualTo(new PutBackReport(1, List.of(), 0));
    assertThat(Files.readString(directory.resolve("changed"))).isEqualTo("old");
    assertThat(Files.readString(directory.resolve("gone"))).isEqualTo("old");
    assertThat(Files.readString(directory.resolve("extra"))).isEqualTo("new");
  }

  @Test
  void aFileIsReplacedInOneStepAndNotWhileItIsWritten() throws Exception {
    // Given
    Path file = volume.resolve("file");
    Files.writeString(file, "old");
    Path snapshot = volumes.snapshot(volume);
    Files.writeString(file, "new");
    Existing replacing = replacing();
    try (FileChannel writer = FileChannel.open(file, StandardOpenOption.APPEND)) {
      // When
      PutBackReport report = restore(snapshot, "file", "file", replacing);
      // Then
      assertThat(report)
          .isEqualTo(
              new PutBackReport(
                  0, List.of(new Left(RelativePath.of("file"), Left.Why.BEING_WRITTEN)), 1));
      writer.write(UTF_8.encode("er"));
    }
    assertThat(Files.readString(file)).isEqualTo("newer");
    assertThat(restore(snapshot, "file", "file", replacing()).left()).isEmpty();
    assertThat(Files.readString(file)).isEqualTo("old");
  }

  @Test
  void whatHasToStayAndCannotBePutBackIsKeptAndNamed() throws Exception {
    // Given
    Path file = Files.createDirectory(volume.resolve("d")).resolve("file");
    Files.writeString(file, "old");
    Path snapshot = volumes.snapshot(volume);
    Files.writeString(file, "new");
    Existing replacing = replacing();
    AtomicInteger exchanges = new AtomicInteger();
    Runnable deletedMeanwhile =
        () -> {
          if (exchanges.incrementAndGet() == 2) {
            volumes.run("rm", "-r", volume.resolve("d").toString());
          }
        };
    PutBackReport report;
    try (FileChannel writer = FileChannel.open(file, StandardOpenOption.APPEND)) {
      // When
      report =
          Diffs.done(
              new SnapshotRestore(deletedMeanwhile)
                  .restore(
                      snapshot,
                      RelativePath.of("d/file"),
                      volume,
                      RelativePath.of("d/file"),
                      replacing,
                      Diffs.NOBODY));
      writer.write(UTF_8.encode("er"));
    }
    restore.sweep(volume, Existing.KEEP);
    // Then
    assertThat(report.changed()).isZero();
    assertThat(report.left()).extracting(Left::why).containsExactly(Left.Why.BEING_WRITTEN);
    Path kept = volume.resolve(report.left().getFirst().path().toString());
    assertThat(kept).hasContent("newer");
    // And when another replaces something, with a snapshot of it
    restore.sweep(volume, replacing());
    assertThat(kept.getParent()).doesNotExist();
  }

  @Test
  void whatWasWrittenAfterThePresentWasKeptStays() throws Exception {
    // Given
    Path directory = Files.createDirectory(volume.resolve("d"));
    for (String name : List.of("saved", "made", "linked", "same")) {
      Files.writeString(directory.resolve(name), "old " + name);
    }
    Path snapshot = volumes.snapshot(volume);
    Files.delete(directory.resolve("made"));
    Files.delete(directory.resolve("linked"));
    Files.createSymbolicLink(directory.resolve("linked"), Path.of("here"));
    Files.writeString(directory.resolve("saved"), "new saved");
    Files.writeString(directory.resolve("same"), "new same");
    Existing replacing = replacing();
    Files.writeString(directory.resolve("saved"), "NEW saved");
    Files.writeString(directory.resolve("made"), "NEW made");
    Files.delete(directory.resolve("linked"));
    Files.createSymbolicLink(directory.resolve("linked"), Path.of("there"));
    // When
    PutBackReport report = restore(snapshot, "d", "d", replacing);
    // Then
    assertThat(report.left())
        .containsExactlyInAnyOrder(
            new Left(RelativePath.of("d/saved"), Left.Why.CHANGED_SINCE),
            new Left(RelativePath.of("d/made"), Left.Why.CHANGED_SINCE),
            new Left(RelativePath.of("d/linked"), Left.Why.CHANGED_SINCE));
    assertThat(report.changed()).isEqualTo(1);
    assertThat(directory.resolve("saved")).hasContent("NEW saved");
    assertThat(directory.resolve("made")).hasContent("NEW made");
    assertThat(Files.readSymbolicLink(directory.resolve("linked"))).isEqualTo(Path.of("there"));
    assertThat(directory.resolve("same")).hasContent("old same");
  }

  @Test
  void allNamesOfAFileAreReplacedThoughEachChangesItsTime() throws Exception {
    // Given
    Path directory = Files.createDirectory(volume.resolve("d"));
    for (String name : List.of("a", "b", "c")) {
      Files.writeString(directory.resolve(name), "old " + name);
    }
    Path snapshot = volumes.snapshot(volume);
    Files.delete(directory.resolve("b"));
    Files.delete(directory.resolve("c"));
    Files.writeString(directory.resolve("a"), "new");
    Files.createLink(directory.resolve("b"), directory.resolve("a"));
    Files.createLink(directory.resolve("c"), directory.resolve("a"));
    // When
    PutBackReport report = restore(snapshot, "d", "d", replacing());
    // Then
    assertThat(report).isEqualTo(new PutBackReport(3, List.of(), 0));
    assertThat(directory.resolve("c")).hasContent("old c");
  }

  @Test
  void whatIsAsInTheSnapshotIsNotTouchedAndNamesOfOneFileStayThat() throws Exception {
    // Given
    Path directory = Files.createDirectory(volume.resolve("d"));
    for (String name : List.of("same", "open", "moved", "a", "changed")) {
      Files.writeString(directory.resolve(name), "old " + name);
    }
    Files.createLink(directory.resolve("b"), directory.resolve("a"));
    Files.createSymbolicLink(directory.resolve("link"), Path.of("a"));
    Path snapshot = volumes.snapshot(volume);
    Files.writeString(directory.resolve("changed"), "new");
    Files.delete(directory.resolve("b"));
    Files.delete(directory.resolve("link"));
    // The same bytes and times in another file
    volumes.run("cp", "-p", directory.resolve("moved").toString(), directory + "/copy");
    volumes.run("mv", directory + "/copy", directory.resolve("moved").toString());
    Map<String, Object> inodes = new TreeMap<>();
    for (String name : List.of("same", "open", "moved", "a")) {
      inodes.put(name, Files.getAttribute(directory.resolve(name), "unix:ino"));
    }
    try (FileChannel _ = FileChannel.open(directory.resolve("open"), StandardOpenOption.APPEND)) {
      // When
      PutBackReport report = restore(snapshot, "d", "d", replacing());
      PutBackReport again = restore(snapshot, "d", "d", replacing());
      // Then
      assertThat(report).isEqualTo(new PutBackReport(3, List.of(), 0));
      assertThat(again).isEqualTo(new PutBackReport(0, List.of(), 0));
    }
    assertThat(directory.resolve("changed")).hasContent("old changed");
    for (String name : inodes.keySet()) {
      assertThat(Files.getAttribute(directory.resolve(name), "unix:ino"))
          .as(name)
          .isEqualTo(inodes.get(name));
    }
    assertThat(Files.getAttribute(directory.resolve("b"), "unix:ino")).isEqualTo(inodes.get("a"));
  }

  @Test
  void aDirectoryIsNeverReplacedByAFileNorASymlinkFollowed() throws Exception {
    // Given
    Path outside = Files.createDirectory(volumes.scratch().resolve("outside"));
    Files.writeString(volume.resolve("x"), "file");
    Files.createDirectory(volume.resolve("d"));
    Files.writeString(volume.resolve("d/inside"), "old");
    Files.createSymbolicLink(volume.resolve("way"), Path.of("/etc"));
    Path snapshot = volumes.snapshot(volume);
    Files.delete(volume.resolve("x"));
    Files.createDirectory(volume.resolve("x"));
    volumes.run("rm", "-r", volume.resolve("d").toString());
    Files.createSymbolicLink(volume.resolve("d"), outside);
    // When
    PutBackReport typeClash = restore(snapshot, "x", "x", replacing());
    PutBackReport intoLink = restore(snapshot, "d/inside", "d/inside", replacing());
    PutBackReport link = restore(snapshot, "way", "other", Existing.KEEP);
    Outcome<PutBackReport> throughLink = ask(snapshot, "way/passwd", "passwd", Existing.KEEP);
    // Then
    assertThat(typeClash.left())
        .containsExactly(new Left(RelativePath.of("x"), Left.Why.IN_THE_WAY));
    assertThat(intoLink.left())
        .containsExactly(new Left(RelativePath.of("d/inside"), Left.Why.IN_THE_WAY));
    assertThat(outside).isEmptyDirectory();
    assertThat(link.left()).isEmpty();
    assertThat(Files.readSymbolicLink(volume.resolve("other"))).isEqualTo(Path.of("/etc"));
    assertThat(throughLink.refusal().map(Refusal::error)).contains(StorageError.SNAPSHOT_NOT_FOUND);
    Files.delete(outside);
  }

  @Test
  void whatIsNotInTheSnapshotIsRefused() {
    // Given
    Path snapshot = volumes.snapshot(volume);
    // When
    Outcome<PutBackReport> outcome = ask(snapshot, "never/was", "x", Existing.KEEP);
    // Then
    assertThat(outcome.refusal().map(Refusal::error)).contains(StorageError.SNAPSHOT_NOT_FOUND);
    assertThat(volume).isEmptyDirectory();
  }

  @Test
  void askedToStopNothingHalfMadeIsLeft() throws Exception {
    // Given
    for (int i = 0; i < 50; i++) {
      Files.writeString(Files.createDirectories(volume.resolve("d/" + i)).resolve("f"), "text");
    }
    Path snapshot = volumes.snapshot(volume);
    // When
    Outcome<PutBackReport> outcome =
        restore.restore(
            snapshot,
            RelativePath.of("d"),
            volume,
            RelativePath.of("copy"),
            Existing.KEEP,
            new StopAfter(30));
    // Then
    assertThat(outcome.refusal().map(Refusal::error)).contains(StorageError.CANCELLED);
    assertThat(volume.resolve("copy")).doesNotExist();
  }

  @Test
  void whatAKilledRestoreLeftIsSwept() throws Exception {
    // Given
    Path left = Files.createDirectories(volume.resolve(".homecloud-restoring-x/1/deep"));
    Files.writeString(left.resolve("file"), "half");
    Files.writeString(volume.resolve("file"), "mine");
    // When
    restore.sweep(volume, Existing.KEEP);
    // Then
    assertThat(volume.toFile().list()).containsExactly("file");
  }
}
