package io.homecloud.backup.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.homecloud.backup.change.Touched;
import io.homecloud.backup.rsync.FileSum;
import io.homecloud.backup.search.CopyIndex.Run;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index says of every path what every run had there. */
class CopyIndexTest {
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());

  @TempDir Path directory = Path.of("/");

  private record State(long size, long modified) {}

  private static RelativePath path(String text) {
    return RelativePath.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static CopyListing listing(Map<RelativePath, State> files) {
    return visitor -> {
      for (var one : files.entrySet()) {
        visitor.visit(
            one.getKey(), FileType.FILE, one.getValue().size(), one.getValue().modified());
      }
    };
  }

  private static void mutate(Map<RelativePath, State> files, Random random) {
    for (int i = 0; i < 20; i++) {
      RelativePath path =
          path(
              "v/%d/%s%d"
                  .formatted(random.nextInt(5), "x".repeat(random.nextInt(3)), random.nextInt(40)));
      if (random.nextInt(3) == 0) {
        files.remove(path);
      } else {
        files.put(path, new State(random.nextInt(3), random.nextInt(3) - 1));
      }
    }
  }

  /** What the index says that each run had. */
  private static Map<UUID, Map<RelativePath, State>> told(CopyIndex index) throws IOException {
    List<Run> runs = index.runs();
    Map<UUID, Map<RelativePath, State>> told = new HashMap<>();
    runs.forEach(run -> told.put(run.uid(), new HashMap<>()));
    try (IndexReader reader = index.read()) {
      RelativePath before = RelativePath.TOP;
      while (reader.next()) {
        assertThat(reader.path()).isGreaterThanOrEqualTo(before);
        before = reader.path();
        Version version = reader.version();
        for (int i = version.first(); i < runs.size() && i <= version.last(); i++) {
          assertThat(
                  told.getOrDefault(runs.get(i).uid(), Map.of())
                      .put(before, new State(version.size(), version.modified())))
              .isNull();
        }
      }
    }
    return told;
  }

  @Test
  void whateverChangesEachRunIsKnownAsItWasAlsoWhenOthersHaveGone() throws IOException {
    // Given
    Random random = new Random(27);
    CopyIndex index = new CopyIndex(directory.resolve("one.index"), JSON);
    TreeMap<RelativePath, State> files = new TreeMap<>();
    Map<UUID, Map<RelativePath, State>> had = new HashMap<>();

    for (int round = 0; round < 60; round++) {
      // When
      mutate(files, random);
      UUID uid = new UUID(0, round);
      index.add(
          new Run(uid, Instant.EPOCH.plusSeconds(round)),
          listing(files),
          directory.resolve("none"));
      had.put(uid, new HashMap<>(files));
      if (round % 20 == 19) {
        Set<UUID> left =
            had.keySet().stream().filter(_ -> random.nextInt(3) > 0).collect(Collectors.toSet());
        had.keySet().retainAll(left);
        index.forget(left);
      }

      // Then
      Map<UUID, Map<RelativePath, State>> told = told(index);
      told.keySet().retainAll(had.keySet());
      assertThat(told).isEqualTo(had);
    }
  }

  @Test
  void aRunThatIsTakenInTwiceBecauseOfAKillIsThereOnce() throws IOException {
    // Given
    CopyIndex index = new CopyIndex(directory.resolve("two.index"), JSON);
    TreeMap<RelativePath, State> files =
        new TreeMap<>(Map.of(path("v/a"), new State(1, 1), path("v/b"), new State(1, 1)));
    Run first = new Run(new UUID(0, 1), Instant.EPOCH);
    Run second = new Run(new UUID(0, 2), Instant.EPOCH.plusSeconds(1));
    index.add(first, listing(files), directory.resolve("none"));
    byte[] runs = Files.readAllBytes(directory.resolve("two.index.runs"));
    files.remove(path("v/a"));
    files.put(path("v/b"), new State(2, 2));

    // When: killed before the list of runs was written
    index.add(second, listing(files), directory.resolve("none"));
    Files.write(directory.resolve("two.index.runs"), runs);
    index.add(second, listing(files), directory.resolve("none"));

    // Then
    assertThat(told(index).get(second.uid())).isEqualTo(files);
    assertThat(told(index).get(first.uid())).hasSize(2);
  }

  @Test
  void whatWasTouchedIsLookedAtAndNothingElse() throws IOException {
    // Given
    CopyIndex index = new CopyIndex(directory.resolve("four.index"), JSON);
    Path tree = Files.createDirectories(directory.resolve("tree"));
    for (String name :
        List.of("v/kept.txt", "v/gone.txt", "v/old/deep/moved.txt", "v/changed.txt")) {
      Files.createDirectories(tree.resolve(name).getParent());
      Files.writeString(tree.resolve(name), name);
    }
    Run first = new Run(new UUID(0, 1), Instant.EPOCH);
    index.add(first, new TreeListing(tree), directory.resolve("none"));
    Files.delete(tree.resolve("v/gone.txt"));
    Files.move(tree.resolve("v/old"), tree.resolve("v/new"));
    Files.writeString(tree.resolve("v/changed.txt"), "something else");
    Files.writeString(tree.resolve("v/added.txt"), "new");
    Path sums = directory.resolve("changes-of-second");
    ChangesFile.write(
        sums,
        first.uid(),
        new Touched(
            Set.of(path("v/gone.txt"), path("v/changed.txt"), path("v/added.txt")),
            Set.of(path("v/old"), path("v/new"))));

    // When
    Run second = new Run(new UUID(0, 2), Instant.EPOCH.plusSeconds(1));
    index.addChanged(
        second, ChangesFile.read(sums, first.uid()).orElseThrow(), new TreeListing(tree), sums);
    Run third = new Run(new UUID(0, 3), Instant.EPOCH.plusSeconds(2));
    index.addChanged(
        third, new Changed(new Touched(Set.of(), Set.of())), new TreeListing(tree), sums);

    // Then
    Map<UUID, Map<RelativePath, State>> told = told(index);
    CopyIndex whole = new CopyIndex(directory.resolve("whole.index"), JSON);
    whole.add(second, new TreeListing(tree), directory.resolve("none"));
    assertThat(told.get(second.uid())).isEqualTo(told(whole).get(second.uid()));
    assertThat(told.get(third.uid())).isEqualTo(told.get(second.uid()));
    assertThat(told.get(first.uid()))
        .containsKeys(path("v/gone.txt"), path("v/old/deep/moved.txt"));
    assertThat(sums).doesNotExist();
    assertThat(ChangesFile.read(sums, first.uid())).isEmpty();
  }

  @Test
  void checksumsComeInWhateverOrderAndTheLastOneCounts() throws IOException {
    // Given
    Path sums = directory.resolve("sums");
    TreeMap<RelativePath, State> files = new TreeMap<>();
    List<RelativePath> paths = new ArrayList<>();
    for (int i = 0; i < 45_000; i++) {
      paths.add(path("v/" + i));
      files.put(paths.getLast(), new State(1, 1));
    }
    java.util.Collections.shuffle(paths, new Random(1));
    FileSum early = new FileSum(1, 2);
    FileSum late = new FileSum(3, -4);

    // When
    try (SumFile told = new SumFile(sums)) {
      paths.forEach(path -> told.add(path, early));
      told.add(path("v/44"), late);
    }
    CopyIndex index = new CopyIndex(directory.resolve("three.index"), JSON);
    index.add(new Run(new UUID(0, 1), Instant.EPOCH), listing(files), sums);

    // Then
    try (IndexReader reader = index.read()) {
      int count = 0;
      while (reader.next()) {
        count++;
        assertThat(reader.version().sum())
            .isEqualTo(reader.path().equals(path("v/44")) ? late : early);
      }
      assertThat(count).isEqualTo(45_000);
    }
    assertThat(sums).doesNotExist();
  }

  @Test
  void otherContentsUnderTheSameSizeAndTimeAreAnotherVersion() throws IOException {
    // Given: a container, which is changed and keeps its time
    CopyIndex index = new CopyIndex(directory.resolve("five.index"), JSON);
    TreeMap<RelativePath, State> files = new TreeMap<>(Map.of(path("v/box"), new State(1, 1)));
    List<FileSum> sums =
        List.of(new FileSum(1, 1), new FileSum(1, 1), new FileSum(2, 2), new FileSum(2, 2));

    // When
    for (int i = 0; i < sums.size(); i++) {
      Path told = directory.resolve("sums-" + i);
      try (SumFile file = new SumFile(told)) {
        file.add(path("v/box"), sums.get(i));
      }
      index.add(new Run(new UUID(0, i), Instant.EPOCH.plusSeconds(i)), listing(files), told);
    }
    index.add(
        new Run(new UUID(0, 4), Instant.EPOCH.plusSeconds(4)),
        listing(files),
        directory.resolve("none"));

    // Then
    try (IndexReader reader = index.read()) {
      List<Version> versions = new ArrayList<>();
      while (reader.next()) {
        versions.add(reader.version());
      }
      assertThat(versions)
          .containsExactly(
              new Version(FileType.FILE, 1, 1, 0, 1, sums.getFirst()),
              new Version(FileType.FILE, 1, 1, 2, Version.OPEN, sums.getLast()));
    }
  }

  @Test
  void aPatternIsOfTheNameOrOfThePath() {
    for (String found :
        List.of(
            "lake",
            "LAKE",
            "*.jpg",
            "l?ke*",
            "photos/*ke.jpg",
            "*",
            "tos/la",
            "summer*/photos/*")) {
      assertThat(matches(found, "summer lake/photos/lake.JPG")).as(found).isTrue();
    }
    for (String not :
        List.of("photo", "*.png", "lake", "?.jpg", "photos/*ke", "*a*a*a*a*a*a*a*b")) {
      assertThat(matches(not, "lake/summer/" + "a".repeat(200) + ".jpg")).as(not).isFalse();
    }
    assertThat(matches("größe", "v/GRÖßE.txt")).isTrue();
    assertThat(matches("gr?ße.*", "v/größe.txt")).isTrue();
  }

  private static boolean matches(String pattern, String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    return NamePattern.of(pattern).matches(Arrays.copyOf(bytes, bytes.length + 50), bytes.length);
  }
}
