package io.homecloud.backup.duplicity;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Shell;
import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.CopyInMaking.Made;
import io.homecloud.backup.source.Source;
import io.homecloud.control.Name;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What duplicity cannot read it leaves out, and ends well; here that is no copy. */
class DuplicityUnreadableIT {
  private static final Instant AT = Instant.parse("2026-11-26T03:00:00Z");

  private LoopDisks disks;
  private Path target;
  private Path source;
  private Path own;

  @BeforeEach
  void makeRoom() throws IOException {
    disks = new LoopDisks();
    target = disks.directory().resolve("copies");
    source = Files.createDirectory(disks.directory().resolve("source"));
    own = Files.createDirectory(disks.directory().resolve("own"));
    Files.writeString(source.resolve("letter.txt"), "letter");
  }

  @AfterEach
  void cleanUp() {
    disks.close();
  }

  @Test
  void aDirectoryThatCannotBeListedIsNotCopiedEmpty() throws IOException {
    // Given: its disk has nothing any more but what is remembered of it
    Path album = Files.createDirectories(source.resolve("2019/summer"));
    Path disk = disks.disk(64 << 20);
    String _ = Shell.must("mkfs.ext4", "-q", disk.toString());
    disks.mountAt(disk, album);
    Files.writeString(album.resolve("a.jpg"), "picture");
    disks.unmount(disk, album);
    disks.mountAt(disk, album);
    disks.vanish(disk);
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");

    // When
    Made made = CopyingChild.copy(target, source, own, AT);

    // Then
    assertThat(made)
        .isEqualTo(
            new Made.Not(
                Trouble.CopyFailed,
                "Without what cannot be read this would be no copy: photos/2019/summer: Input/output error"));
    assertThat(CopyingChild.copies(target, own).found()).isEmpty();

    // And when it is gone
    String _ = Shell.must("umount", album.toString());

    // Then
    assertThat(CopyingChild.copy(target, source, own, AT.plusSeconds(60)))
        .isInstanceOf(Made.Complete.class);
  }

  @Test
  void whatIsListedAndNotThereIsNotTakenForDeleted() throws IOException {
    // Given: whoever served it is gone
    Path album = Files.createDirectories(source.resolve("2019/summer"));
    String _ =
        Shell.must(
            "python3",
            "-c",
            """
            import os, subprocess, sys
            fuse = os.open("/dev/fuse", os.O_RDWR)
            options = "fd=%d,rootmode=40000,user_id=0,group_id=0" % fuse
            subprocess.run(["mount", "-i", "-t", "fuse", "-o", options, "x", sys.argv[1]], pass_fds=[fuse], check=True)
            """,
            album.toString());

    try {
      // When
      Made made = CopyingChild.copy(target, source, own, AT);

      // Then
      assertThat(made)
          .isEqualTo(
              new Made.Not(
                  Trouble.CopyFailed,
                  "Without what cannot be read this would be no copy: photos/2019/summer: Transport endpoint is not connected"));
    } finally {
      String _ = Shell.must("umount", album.toString());
    }
  }

  @Test
  void aPathThatIsTooLongIsNamedWithTheWayOut() throws IOException {
    // Given
    String _ =
        Shell.must(
            "python3",
            "-c",
            """
            import os, sys
            os.chdir(sys.argv[1])
            for name in ["deep"] + 20 * ["d" * 200] + ["end"]:
                os.mkdir(name)
                os.chdir(name)
            """,
            source.toString());

    // When
    Made made = CopyingChild.copy(target, source, own, AT);

    // Then
    assertThat(made)
        .isInstanceOfSatisfying(
            Made.Not.class,
            not -> {
              assertThat(not.trouble()).isEqualTo(Trouble.CopyFailed);
              assertThat(not.sentence())
                  .startsWith("Without what cannot be read this would be no copy: photos/deep/dddd")
                  .endsWith(
                      "d: its path is too long for duplicity, which copies up to about 4,000 bytes of it. Give directories that it is in shorter names, or exclude one of them.")
                  .contains("ddd…ddd")
                  .hasSizeLessThan(600);
            });

    // And when a directory that it is in is excluded
    Source without = new Source(new Name("photos"), null, null, List.of("deep/"));

    // Then
    assertThat(CopyingChild.copy(target, Map.of(without, source), own, AT.plusSeconds(60)))
        .isInstanceOf(Made.Complete.class);
    String _ = Shell.must("rm", "-rf", source.resolve("deep").toString());
  }
}
