package io.homecloud.backup.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Shell;
import io.homecloud.backup.restore.RestoreSpec.Overwrite;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.host.path.RelativePath;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PutInPlaceIT {
  private final LoopDisks disks = new LoopDisks();
  private Path volume = Path.of("/");
  private Path staging = Path.of("/");

  @BeforeEach
  void aVolume() throws IOException {
    Path disk = disks.disk(128L << 20);
    String _ = Shell.must("mkfs.btrfs", "-q", disk.toString());
    volume = disks.mount(disk);
    own(volume);
    Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxr-x---"));
    staging = Files.createDirectory(volume.resolve(".homecloud-restore-1"));
    Files.createDirectory(staging.resolve("copied"));
    Files.writeString(staging.resolve("copied/letter.txt"), "letter");
  }

  @AfterEach
  void cleanUp() {
    disks.close();
  }

  private static void own(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", 1000);
    Files.setAttribute(path, "unix:gid", 1000);
  }

  private PutInPlace.Tally move(String into) throws IOException {
    try (BeneathTree all = BeneathTree.of(volume);
        BeneathTree beside = BeneathTree.of(staging);
        BeneathTree files = BeneathTree.of(staging.resolve("copied"))) {
      return new PutInPlace(Overwrite.never, beside.top(), () -> false)
          .move(files, all, RelativePath.of(into.getBytes(UTF_8)), List.of(RelativePath.TOP));
    }
  }

  /** Whoever is killed in between leaves nothing there that is root's. */
  @Test
  void aDirectoryOnTheWayIsItsOwnersWhenItGetsItsName() throws Exception {
    // Given: who was killed left one that is not done
    Files.createDirectory(staging.resolve("fresh"));
    try (var watching = volume.getFileSystem().newWatchService()) {
      WatchKey seen =
          volume.register(
              watching, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);

      // When
      PutInPlace.Tally tally = move("a/b");

      // Then: it came, and nothing was changed of it
      assertThat(tally.restored()).isEqualTo(1);
      assertThat(watching.take()).isEqualTo(seen);
      assertThat(seen.pollEvents())
          .filteredOn(event -> event.context().equals(Path.of("a")))
          .extracting(event -> event.kind().name())
          .containsOnly("ENTRY_CREATE");
    }
    for (String directory : new String[] {"a", "a/b"}) {
      Path made = volume.resolve(directory);
      assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(1000);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rwxr-x---");
    }
    assertThat(volume.resolve("a/b/letter.txt")).hasContent("letter");
    assertThat(staging.resolve("fresh")).doesNotExist();
  }

  @Test
  void whatIsMadeInItLaterHasTheRightsOfItsNeighbours() throws IOException {
    // Given
    String _ =
        Shell.must(
            "python3",
            "-c",
            """
            import os, struct, sys
            entries = ((0x01, 7), (0x04, 0), (0x20, 0))
            acl = b"".join(struct.pack("<HHI", tag, rights, 0xFFFFFFFF) for tag, rights in entries)
            os.setxattr(sys.argv[1], "system.posix_acl_default", struct.pack("<I", 2) + acl)
            """,
            volume.toString());

    // When
    PutInPlace.Tally _ = move("a/b");

    // Then
    String _ = Shell.in(volume, "umask 022; echo later > a/b/later");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(volume.resolve("a/b/later"))))
        .isEqualTo("rw-------");
  }
}
