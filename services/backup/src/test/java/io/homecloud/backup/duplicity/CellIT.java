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
