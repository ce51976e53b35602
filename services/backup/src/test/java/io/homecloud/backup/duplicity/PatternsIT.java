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

  /**
   * A source.
   *
   * @param include patterns with blanks between them
   */
  private record Case(String volume, String path, String include, String exclude) {
    Source source() {
      return new Source(new Name(volume), path, patterns(include), patterns(exclude));
    }

    private static List<String> patterns(String some) {
      return some.isEmpty() ? List.of() : List.of(some.split(" ", -1));
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case("v00", "", "dir/***", "*"),
          new Case("v01", "", "/dir/***", "*"),
          new Case("v02", "", "dir/ dir/**", "*"),
          new Case("v03", "", "", "dir/***"),
          new Case("v04", "", "", "dir/**"),
          new Case("v05", "", "", "dir/"),
          new Case("v06", "", "", "cache/"),
          new Case("v07", "", "", "/other/**/4.jpg **/x"),
          new Case("v08", "", "*/ *.jpg", "*"),
          new Case("v09", "", "/dir/ /dir/sub/ 2.jpg", "*"),
          new Case("v10", "", "", "[[:digit:]]"),
          new Case("v11", "", "", "[![:alpha:]_-]*"),
          new Case("v12", "", "", "[[:upper:]] [a-z]-?"),
          new Case("v13", "", "", "[[:strange:]] [a *[ 7\\"),
          new Case("v14", "", "", "a\\b star\\* []]"),
          new Case("v15", "", "", "[^a-w]"),
          new Case("v16", "", "", "/**/x dir**2.jpg"),
          new Case("v17", "", "", "sub/deep other/5.txt"),
          new Case("v18", "", "", "link/ li*"),
          new Case("v19", "", "", "???.txt"),
          new Case("v20", "", "", "/"),
          // What is above a source is not asked about, and each source has its own patterns.
          new Case("above", "2019/a", "", "2019 2019/"),
          new Case("two", "dir", "", "*.jpg"),
          new Case("two", "other", "", "*.txt"));

  private LoopDisks disks;

  @BeforeEach
  void makeRoom() {
    disks = new LoopDisks();
  }

  @AfterEach
  void cleanUp() {
    disks.close();
  }

  private void byRsync(Path tree, Path into, Case one) throws IOException {
    List<String> argv = new ArrayList<>(List.of("rsync", "--archive"));
    if (!one.path().isEmpty()) {
      Path list = Files.writeString(disks.directory().resolve("list"), one.path() + "\0");
      argv.addAll(List.of("--recursive", "--from0", "--files-from=" + list));
    }
    one.source().included().forEach(pattern -> argv.add("--include=" + pattern));
    one.source().excluded().forEach(pattern -> argv.add("--exclude=" + pattern));
    argv.addAll(List.of(tree + "/", into + "/"));
    String _ = Shell.must(argv.toArray(String[]::new));
  }

  @Test
  void bothEnginesCopyTheSameByTheSamePatterns() throws IOException {
    // Given: volumes that are all of the same tree
    Path tree = Files.createDirectory(disks.directory().resolve("tree"));
    String _ = Shell.in(tree, TREE);
    Path byRsync = Files.createDirectory(disks.directory().resolve("by-rsync"));
    Map<Source, Path> sources = new LinkedHashMap<>();
    for (Case one : CASES) {
      sources.put(one.source(), tree);
      byRsync(tree, byRsync.resolve(one.volume()), one);
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
    for (Case one : CASES) {
      String beneath = " " + one.volume() + "/";
      assertThat(
              listed
                  .lines()
                  .filter(line -> line.contains(beneath))
                  .map(line -> line.substring(line.indexOf(beneath) + beneath.length())))
          .as("%s", one)
          .containsExactlyInAnyOrderElementsOf(
              Shell.in(byRsync.resolve(one.volume()), "find . -mindepth 1 -printf '%P\\n'")
                  .lines()
                  .toList());
    }
  }
}
