package io.homecloud.backup.duplicity;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Shell;
import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.CopyInMaking.Made;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
    String _ = Shell.must("umount", album.toString());
    disks.mountAt(disk, album);
    try (RandomAccessFile image = new RandomAccessFile(disks.image(disk).toFile(), "rw")) {
      image.setLength(0);
    }
    String _ = Shell.must("losetup", "--set-capacity", disk.toString());
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
}
