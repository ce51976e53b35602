package io.homecloud.backup.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is told of a run, its log is small, harmless, and still there after a crash. */
class RunLogTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-26T03:00:00.123Z"), ZoneOffset.UTC);
  private static final String HEAD = "2026-11-26T03:00:00Z rsync: ";

  @TempDir Path directory = Path.of("/");
  private RunLogs logs;
  private final UUID run = UUID.randomUUID();

  @BeforeEach
  void begin() {
    logs = new RunLogs(directory.resolve("logs"), CLOCK);
  }

  private void tell(String text) {
    logs.of(run)
        .during(() -> {
          RunLog.tell("rsync", text);
          return true;
        });
  }

  @Test
  void whatIsToldForARunIsInItsLogAndNowhereElse() throws IOException {
    // When
    RunLog.tell("rsync", "of nobody");
    tell("first\n\n  \nsecond");

    // Then
    assertThat(logs.read(run)).contains(HEAD + "first\n" + HEAD + "second\n");
    assertThat(logs.read(UUID.randomUUID())).isEmpty();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("logs/" + run))))
        .isEqualTo("rwx------");
  }

  @Test
  void whatAHostileProgramSaysDoesNoHarm() {
    // When
    tell(
        "red \u001b[31m\u0000 bell\u0007 back\b tab\t turned \u202Egnp.exe\u2028new \u0085line\r\nnext");

    // Then
    String log = logs.read(run).orElseThrow();
    assertThat(log).doesNotContainPattern("[\\p{Cntrl}&&[^\n]]|[\u202E\u2028\u0085]");
    assertThat(log.lines()).allMatch(line -> line.startsWith(HEAD));
    assertThat(log).contains("tab  turned", HEAD + "next");
  }

  @Test
  void ofMuchThereIsTheBeginningAndTheEnd() {
    // When
    for (int i = 0; i < 20_000; i++) {
      tell("line " + i);
    }
    tell("x".repeat(3_000_000));

    // Then
    String log = logs.read(run).orElseThrow();
    assertThat(log.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(200 << 10, 257 << 10);
    assertThat(log).startsWith(HEAD + "line 0\n" + HEAD + "line 1\n");
    assertThat(log).contains("left out", HEAD + "line 19999\n");
    assertThat(log.lines()).allMatch(line -> line.length() < 2_100);
    assertThat(logs.ending(run, 2)).hasSize(2).last().asString().startsWith(HEAD + "xxx");
  }

  @Test
  void whoComesAfterACrashGoesOnWithIt() throws IOException {
    // Given: half a line, and what ext4 leaves after a power cut
    tell("before");
    Files.write(
        directory.resolve("logs/" + run + "/first"),
        "2026-11-26T03:00:00Z rs\0\0".getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.APPEND);

    // When
    logs = new RunLogs(directory.resolve("logs"), CLOCK);
    tell("after");

    // Then
    assertThat(logs.of(run).isNew()).isFalse();
    assertThat(logs.read(run).orElseThrow())
        .startsWith(HEAD + "before\n2026-11-26T03:00:00Z rs??\n")
        .endsWith("\n" + HEAD + "after\n");
  }

  @Test
  void itGoesWithItsRun() {
    // Given
    UUID other = UUID.randomUUID();
    tell("mine");
    logs.of(other).add("rsync", "theirs");

    // When
    logs.sweep(other::equals);
    logs.forget(UUID.randomUUID());

    // Then
    assertThat(logs.read(other)).isEmpty();
    assertThat(logs.read(run)).isPresent();
  }
}
