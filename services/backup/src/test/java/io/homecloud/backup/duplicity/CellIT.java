package io.homecloud.backup.duplicity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.backup.Shell;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CellIT {
  private LoopDisks disks;

  @BeforeEach
  void makeRoom() {
    disks = new LoopDisks();
  }

  @AfterEach
  void cleanUp() {
    disks.close();
  }

  @Test
  void itHoldsNoDiskThatItIsNotGiven() throws IOException {
    // Given
    Path given = mounted();
    Path other = mounted();
    Files.writeString(given.resolve("letter"), "Dear Emma");

    // When
    String seen = cell(List.of(Job.Mount.of(given)), "cat /proc/mounts " + given + "/letter");

    // Then
    assertThat(seen).contains(" " + given + " ext4 ", "Dear Emma").doesNotContain(other.toString());
    assertThat(seen.lines().filter(line -> line.startsWith("/dev/loop"))).hasSize(1);
  }

  @Test
  void whatItIsGivenToReadCannotBeWritten() throws IOException {
    // Given
    Path given = mounted();
    Path at = disks.directory().resolve("seen");

    // When
    String said =
        cell(
            List.of(new Job.Mount(given, at, false)),
            "touch %s/new /usr/new /etc/new 2>&1 || true".formatted(at));

    // Then
    assertThat(said.lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).endsWith("Read-only file system"));
    assertThat(given.resolve("new")).doesNotExist();
  }

  @Test
  void itIsRootToFilesAlone() throws IOException {
    // Given
    Path given = mounted();

    // When: also what would be done to the whole node, by what it says already
    String said =
        cell(
            List.of(Job.Mount.of(given)),
            """
            cd %s && touch a && chown 7:8 a && chmod 4755 a && mknod b b 7 0 && stat -c %%u:%%g:%%a a
            for out in 'mount -t tmpfs none /tmp' 'mount -o remount,rw /proc' \
              'dd if=/proc/sys/kernel/core_pattern of=/proc/sys/kernel/core_pattern conv=notrunc' 'head -c 1 b'; do
              $out >/dev/null 2>&1 && echo "does $out"
            done
            true
            """
                .formatted(given));

    // Then
    assertThat(said.strip()).isEqualTo("7:8:4755");
  }

  @Test
  void whatIsNotThereIsNotMade() {
    // Given
    Path missing = disks.directory().resolve("unplugged");

    // Then
    assertThatThrownBy(() -> cell(List.of(Job.Mount.of(missing)), "true"))
        .hasMessageContaining("Can't find source path " + missing);
    assertThat(missing).doesNotExist();
  }

  private Path mounted() {
    Path disk = disks.disk(16L << 20);
    String _ = Shell.must("mkfs.ext4", "-q", disk.toString());
    return disks.mount(disk);
  }

  private static String cell(List<Job.Mount> mounts, String script) throws IOException {
    List<String> command = Cell.command(mounts, List.of("/bin/sh", "-c", script));
    return Shell.must(command.toArray(String[]::new));
  }
}
