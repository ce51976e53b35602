package io.homecloud.storage.snapshot.change;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import io.homecloud.testkit.tree.RandomHistory;
import io.homecloud.testkit.tree.TreeFacts;
import io.homecloud.testkit.tree.TreeFacts.Fact;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotDiffIT {
  private final TestVolumes volumes = new TestVolumes(3L << 30);

  @AfterAll
  void leaveNothing() {
    volumes.close();
  }

  static LongStream seeds() {
    return RandomHistory.seeds(10);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomHistoriesAgreeWithWalkingBothTrees(long seed) {
    // Given
    Path volume = volumes.volume("v" + seed);
    try (RandomHistory history = new RandomHistory(seed, volume)) {
      history.steps(150);
      Path older = volumes.snapshot(volume);
      TreeFacts before = TreeFacts.of(older);
      for (int round = 0; round < 6; round++) {
        history.written();
        history.steps(10 + 60 * (round % 3));
        Set<Long> written = history.written();
        Path newer = volumes.snapshot(volume);
        TreeFacts now = TreeFacts.of(newer);
        for (Difference.Source source : Difference.Source.values()) {
          String which = source + " round " + round;
          // When
          List<FileChange> forward = Diffs.between(volumes, older, newer, source);
          List<FileChange> backward = Diffs.between(volumes, newer, older, source);
          // Then
          agree(forward, WalkedChanges.between(before, now), written, now, which);
          agree(backward, WalkedChanges.between(now, before), written, before, which + " back");
        }
        volumes.delete(older);
        older = newer;
        before = now;
      }
      volumes.delete(older, volume);
    }
  }

  @ParameterizedTest
  @EnumSource(Difference.Source.class)
  void aNumberThatAnotherFileHasNowIsNotTheSameFile(Difference.Source source) throws Exception {
    // Given
    Path volume = volumes.volume("reused" + source);
    Files.writeString(volume.resolve("kept"), "kept");
    Files.createDirectory(volume.resolve("directory"));
    Files.writeString(volume.resolve("last"), "deleted");
    Path older = volumes.snapshot(volume);
    Files.delete(volume.resolve("last"));
    volumes.remount();
    Files.writeString(volume.resolve("directory/other"), "made");
    Path newer = volumes.snapshot(volume);
    // When
    List<FileChange> changes = Diffs.between(volumes, older, newer, source);
    // Then
    assertThat(Files.getAttribute(newer.resolve("directory/other"), "unix:ino"))
        .isEqualTo(Files.getAttribute(older.resolve("last"), "unix:ino"));
    assertThat(changes)
        .containsExactly(
            new FileChange.Added(RelativePath.of("directory/other"), FileType.FILE, 4),
            new FileChange.Deleted(RelativePath.of("last"), FileType.FILE, 7));
  }

  @ParameterizedTest
  @EnumSource(Difference.Source.class)
  void whatHasNoNameOrIsASubvolumeOrWasMovedOnTheDiskIsNoChange(Difference.Source source)
      throws Exception {
    // Given
    Path volume = volumes.volume("odd" + source);
    Files.write(volume.resolve("big"), new byte[3_000_000]);
    Files.writeString(volume.resolve("open"), "no name soon");
    Files.writeString(volume.resolve("read"), "its time of access changes");
    try (InputStream stays = Files.newInputStream(volume.resolve("open"))) {
      Files.delete(volume.resolve("open"));
      Path older = volumes.snapshot(volume);
      volumes.run("btrfs", "-q", "subvolume", "create", volume.resolve("nested").toString());
      volumes.run("touch", "-a", "-d", "2001-01-01", volume.resolve("read").toString());
      volumes.run("btrfs", "-q", "filesystem", "defragment", volume.resolve("big").toString());
      volumes.run("btrfs", "-q", "balance", "start", "-d", "-m", "--force", top(volume));
      try (FileChannel named = FileChannel.open(volume.resolve("x"), WRITE, CREATE)) {
        named.write(UTF_8.encode("gone before it counts"));
        Files.delete(volume.resolve("x"));
        Path newer = volumes.snapshot(volume);
        // When
        List<FileChange> changes = Diffs.between(volumes, older, newer, source);
        List<FileChange> back = Diffs.between(volumes, newer, older, source);
        // Then
        assertThat(changes).isEmpty();
        assertThat(back).isEmpty();
      }
      assertThat(stays.read()).isEqualTo('n');
    }
  }

  private static String top(Path volume) {
    return String.valueOf(volume.getParent());
  }

  @Test
  void pathsLongerThanTheKernelTakesAreCompared() throws Exception {
    // Given
    Path volume = volumes.volume("deep");
    deepFile(volume, 30, "old");
    Path older = volumes.snapshot(volume);
    deepFile(volume, 30, "changed");
    Path newer = volumes.snapshot(volume);
    // When
    List<FileChange> changes = Diffs.between(volumes, older, newer);
    // Then
    assertThat(changes)
        .singleElement()
        .isInstanceOfSatisfying(
            FileChange.Changed.class,
            change -> {
              assertThat(change.path().length()).isEqualTo(30 * 201 + 4);
              assertThat(change.aspects()).contains(Aspect.CONTENT);
            });
  }

  /** A file beneath so many directories with names of 200 bytes. */
  static void deepFile(Path volume, int depth, String text) throws Exception {
    Descriptor at = TreeFacts.open(volume);
    byte[] name = "d".repeat(200).getBytes(UTF_8);
    for (int i = 0; i < depth; i++) {
      FileCalls.makeDirectory(at.number(), name, 0755);
      Descriptor inside =
          new Descriptor(FileCalls.open(at.number(), name, FileCalls.O_DIRECTORY, 0, 0));
      at.close();
      at = inside;
    }
    Files.writeString(Path.of(new String(at.path(), UTF_8)).resolve("file"), text);
    at.close();
  }

  private static void agree(
      List<FileChange> actual,
      List<FileChange> expected,
      Set<Long> written,
      TreeFacts newer,
      String which) {
    Set<RelativePath> otherBytes =
        expected.stream()
            .filter(change -> aspects(change).contains(Aspect.CONTENT))
            .map(FileChange::path)
            .collect(Collectors.toSet());
    List<FileChange> settled =
        actual.stream()
            .map(change ->
                otherBytes.contains(change.path()) || !written.contains(inode(newer, change.path()))
                    ? Optional.of(change)
                    : withoutContent(change))
            .flatMap(Optional::stream)
            .toList();
    assertThat(settled).as(which).containsExactlyElementsOf(expected);
  }

  private static long inode(TreeFacts tree, RelativePath path) {
    Fact fact = tree.facts.get(path);
    return fact == null ? 0 : fact.status().inode();
  }

  private static Set<Aspect> aspects(FileChange change) {
    return switch (change) {
      case FileChange.Changed changed -> changed.aspects();
      case FileChange.Renamed renamed -> renamed.aspects();
      case FileChange.Added _, FileChange.Deleted _ -> Set.of();
    };
  }

  /** Equal bytes may have been written over: that is allowed to be told as a change. */
  private static Optional<FileChange> withoutContent(FileChange change) {
    Set<Aspect> rest = new HashSet<>(aspects(change));
    rest.remove(Aspect.CONTENT);
    return switch (change) {
      case FileChange.Changed(var path, var from, var type, long size, _) ->
          rest.isEmpty()
              ? Optional.empty()
              : Optional.of(new FileChange.Changed(path, from, type, size, rest));
      case FileChange.Renamed(var from, var path, var type, long size, _) ->
          Optional.of(new FileChange.Renamed(from, path, type, size, rest));
      case FileChange.Added _, FileChange.Deleted _ -> Optional.of(change);
    };
  }
}
