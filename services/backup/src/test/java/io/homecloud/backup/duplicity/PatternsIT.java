package io.homecloud.backup.duplicity;

import static io.homecloud.backup.DuplicityAsking.duplicity;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Shell;
import io.homecloud.backup.engine.CopyInMaking.Made;
import io.homecloud.backup.source.Source;
import io.homecloud.control.Name;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of the same tree duplicity and rsync copy the same by the same patterns. */
class PatternsIT {
  private static final String TREE =
      """
      mkdir -p dir/sub/deep other/dir cache/x 2019/a 'a[b' Q
      touch dir/1.jpg dir/sub/2.jpg dir/sub/deep/3.txt other/dir/4.jpg other/5.txt cache/x/6 \\
        2019/a/7.jpg 7 _ x 'a\\b' 'a[b/x' Q/x dir.txt été.txt other/cache 'a-b' ']' 'star*' '-'
      ln -s dir link
      """;

  /** What is included, and what is excluded, each pattern after a blank. */
  private static final List<List<String>> CASES =
      List.of(
          List.of("dir/***", "*"),
          List.of("/dir/***", "*"),
          List.of("dir/ dir/**", "*"),
          List.of("", "dir/***"),
          List.of("", "dir/**"),
          List.of("", "dir/"),
          List.of("", "cache/"),
          List.of("", "/other/**/4.jpg **/x"),
          List.of("*/ *.jpg", "*"),
          List.of("/dir/ /dir/sub/ 2.jpg", "*"),
          List.of("", "[[:digit:]]"),
          List.of("", "[![:alpha:]_-]*"),
          List.of("", "[[:upper:]] [a-z]-?"),
          List.of("", "[[:strange:]] [a *[ 7\\"),
          List.of("", "a\\b star\\* []]"),
          List.of("", "[^a-w]"),
          List.of("", "/**/x dir**2.jpg"),
          List.of("", "sub/deep other/5.txt"),
          List.of("", "link/ li*"),
          List.of("", "???.txt"),
          List.of("", "/"));

  private LoopDisks disks;

  @BeforeEach
  void makeRoom() {
    disks = new LoopDisks();
  }

  @AfterEach
  void cleanUp() {
    disks.close();
  }

  private static List<String> patterns(String some) {
    return some.isEmpty() ? List.of() : List.of(some.split(" ", -1));
  }

  private static TreeSet<String> byRsync(Path tree, Path into, Source source) {
    List<String> argv = new ArrayList<>(List.of("rsync", "--archive"));
    source.included().forEach(pattern -> argv.add("--include=" + pattern));
    source.excluded().forEach(pattern -> argv.add("--exclude=" + pattern));
    argv.addAll(List.of(tree + "/", into + "/"));
    String _ = Shell.must(argv.toArray(String[]::new));
    return new TreeSet<>(Shell.in(into, "find . -mindepth 1 -printf '%P\\n'").lines().toList());
  }

  @Test
  void bothEnginesCopyTheSameByTheSamePatterns() throws IOException {
    // Given: a volume for each case, all of them the same tree
    Path tree = Files.createDirectory(disks.directory().resolve("tree"));
    String _ = Shell.in(tree, TREE);
    Map<Source, Path> sources = new LinkedHashMap<>();
    Map<String, TreeSet<String>> expected = new TreeMap<>();
    Map<String, TreeSet<String>> copied = new TreeMap<>();
    for (List<String> one : CASES) {
      String volume = "volume%02d".formatted(sources.size());
      Source source =
          new Source(new Name(volume), null, patterns(one.getFirst()), patterns(one.getLast()));
      sources.put(source, tree);
      expected.put(one.toString(), byRsync(tree, disks.directory().resolve(volume), source));
      copied.put(volume, new TreeSet<>());
    }

    // When
    Path target = disks.directory().resolve("copies");
    Path own = Files.createDirectory(disks.directory().resolve("own"));
    Made made = CopyingChild.copy(target, sources, own, Instant.parse("2026-11-26T03:00:00Z"));

    // Then
    assertThat(made).isInstanceOf(Made.Complete.class);
    String listed =
        duplicity(
            disks.directory(), CopyingChild.PASSPHRASE, "list-current-files file://" + target);
    for (String line : listed.lines().toList()) {
      int at = line.indexOf(" volume");
      int slash = line.indexOf('/');
      if (at > 0 && slash > 0) {
        copied.get(line.substring(at + 1, slash)).add(line.substring(slash + 1));
      }
    }
    int number = 0;
    for (List<String> one : CASES) {
      assertThat(copied.get("volume%02d".formatted(number++)))
          .as("%s", one)
          .isEqualTo(expected.get(one.toString()));
    }
  }
}
