package io.homecloud.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Shell;
import io.homecloud.backup.restore.RestoreSpec.Overwrite;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What of a copy comes into place, and what stays. */
class OverwriteIT {
  private static final Instant THEN = Instant.parse("2026-11-20T03:00:00Z");

  /** As the kernel has it: account 20003 may do everything. */
  private static final String ACL =
      "0x0200000001000700ffffffff02000700234e000004000500ffffffff10000700ffffffff20000000ffffffff";

  @TempDir Path directory;
  private Path copied;
  private Path volume;

  @BeforeEach
  void makePlaces() throws IOException {
    copied = Files.createDirectory(directory.resolve("copied"));
    volume = Files.createDirectory(directory.resolve("volume"));
  }

  private static void file(Path place, String name, String content, Instant modified)
      throws IOException {
    Path file = place.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  private PutInPlace.Tally moved(Overwrite rule, String wanted) throws IOException {
    try (BeneathTree from = BeneathTree.of(copied);
        BeneathTree into = BeneathTree.of(volume);
        BeneathTree beside = BeneathTree.of(directory)) {
      return new PutInPlace(rule, beside.top(), () -> false)
          .move(from, into, RelativePath.TOP, List.of(RelativePath.of(wanted)));
    }
  }

  @ParameterizedTest
  @EnumSource(Overwrite.class)
  void whatIsThereIsReplacedAsTheRuleSays(Overwrite rule) throws IOException {
    // Given
    for (String name : List.of("a/older.txt", "a/newer.txt", "a/same.txt", "a/missing.txt")) {
      file(copied, name, "of then", THEN);
    }
    file(volume, "a/older.txt", "of today", THEN.minusSeconds(1));
    file(volume, "a/newer.txt", "of today", THEN.plusSeconds(1));
    file(volume, "a/same.txt", "of today", THEN);

    // When
    PutInPlace.Tally tally = moved(rule, "a");

    // Then
    assertThat(volume.resolve("a/missing.txt")).hasContent("of then");
    assertThat(volume.resolve("a/older.txt"))
        .hasContent(rule == Overwrite.never ? "of today" : "of then");
    for (String name : List.of("a/newer.txt", "a/same.txt")) {
      assertThat(volume.resolve(name))
          .hasContent(rule == Overwrite.always ? "of then" : "of today");
    }
    assertThat(tally.restored())
        .isEqualTo(
            switch (rule) {
              case never -> 1;
              case older -> 2;
              case always -> 4;
            });
    assertThat(tally.kept()).isEqualTo(4 - tally.restored());
    assertThat(tally.inTheWay()).isEmpty();
  }

  @Test
  void aDirectoryInPlaceOfAFileStaysAndIsNamed() throws IOException {
    // Given
    for (int i = 0; i < 23; i++) {
      file(copied, "a/%02d".formatted(i), "of then", THEN);
      file(volume, "a/%02d/of-today.txt".formatted(i), "of today", THEN);
    }

    // When
    PutInPlace.Tally tally = moved(Overwrite.always, "a");

    // Then
    assertThat(volume.resolve("a/07/of-today.txt")).hasContent("of today");
    assertThat(tally.kept()).isEqualTo(23);
    assertThat(tally.inTheWay()).hasSize(20).allMatch(name -> name.matches("a/[0-9]{2}"));
    assertThat(tally.moreInTheWay()).isEqualTo(3);
  }

  @Test
  void directoriesThatAreThereAreAsTheyWereOnlyWhenThatIsWished() throws IOException {
    // Given: the copy has photos/2026 and was asked for that
    file(copied, "photos/2026/lake.jpg", "of then", THEN);
    file(volume, "photos/2026/sea.jpg", "of today", THEN);
    String _ =
        Shell.in(
            copied,
            """
            for one in photos photos/2026; do
              chown 20001:20002 $one; chmod 2750 $one; setfattr -n user.note -v then $one
              for list in access default; do setfattr -n system.posix_acl_$list -v %s $one; done
              touch -d '2026-11-20T03:00:00Z' $one
            done
            """
                .formatted(ACL));
    String now = facts("photos");
    String today = facts("photos/2026");

    // When, Then
    PutInPlace.Tally _ = moved(Overwrite.never, "photos/2026");
    assertThat(facts("photos/2026")).isEqualTo(today);

    // And when
    file(copied, "photos/2026/lake.jpg", "of then", THEN);
    String _ = Shell.in(copied, "touch -d '2026-11-20T03:00:00Z' photos/2026");
    PutInPlace.Tally _ = moved(Overwrite.always, "photos/2026");

    // Then
    assertThat(facts("photos/2026"))
        .contains("20001:20002 2770", "user.note=0x7468656e")
        .contains("system.posix_acl_access=" + ACL, "system.posix_acl_default=" + ACL);
    assertThat(Files.getLastModifiedTime(volume.resolve("photos/2026")).toInstant())
        .isEqualTo(THEN);
    assertThat(facts("photos")).isEqualTo(now);
  }

  private String facts(String path) {
    return Shell.in(
        volume, "stat -c '%%u:%%g %%a' %1$s; getfattr -d -m - -e hex %1$s".formatted(path));
  }
}
