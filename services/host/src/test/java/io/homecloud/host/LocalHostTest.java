package io.homecloud.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.HostResult.NotInstalled;
import io.homecloud.host.HostResult.TimedOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalHostTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final LocalHost host = new LocalHost();
  @TempDir Path directory;

  private static HostCommand sh(Duration deadline, String script) {
    return new HostCommand(deadline, "sh", "-c", script);
  }

  @Test
  void exitCodeAndBothOutputsAreTheAnswer() {
    // When
    HostResult result = host.run(sh(LONG, "echo out; echo err >&2; exit 3"));
    // Then
    assertThat(result).isEqualTo(new Exited(3, "out\n", "err\n"));
  }

  @Test
  void nothingOfOurEnvironmentIsInherited() {
    // When
    HostResult result =
        host.run(new HostCommand(List.of("env"), LONG, Map.of("PASSPHRASE", "two words")));
    // Then
    assertThat(((Exited) result).stdout().lines())
        .containsExactlyInAnyOrder(
            "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "PASSPHRASE=two words");
  }

  @Test
  void missingProgramIsAnAnswer() {
    assertThat(host.run(new HostCommand(LONG, "no-such-program")))
        .isEqualTo(new NotInstalled("no-such-program"));
    assertThat(host.run(new HostCommand(LONG, "/no/such/program")))
        .isEqualTo(new NotInstalled("/no/such/program"));
    assertThat(host.run(new HostCommand(LONG, "/etc/passwd")))
        .isEqualTo(new NotInstalled("/etc/passwd"));
  }

  @Test
  void relativePathIsRefused() {
    assertThatThrownBy(() -> host.run(new HostCommand(LONG, "bin/sh")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Ends it at its deadline, a later one while a busy machine lets it note nothing before. */
  private void late(String script, Path pids) throws IOException {
    for (Duration deadline :
        List.of(Duration.ofMillis(700), Duration.ofSeconds(5), Duration.ofSeconds(30))) {
      if (!noted(pids)) {
        HostCommand command = sh(deadline, script);
        assertThat(host.run(command)).isEqualTo(new TimedOut(command));
      }
    }
  }

  @Test
  void deadlineKillsOrphanedDescendantsToo() throws Exception {
    // Given
    Path pids = directory.resolve("pids");
    Instant start = Instant.now();
    // When
    late("(sleep 300 & echo $! >>" + pids + "); sleep 300", pids);
    // Then
    assertThat(Duration.between(start, Instant.now())).isLessThan(LONG);
    awaitEnd(onlyPid(pids));
  }

  @Test
  void outputHeldOpenByALeftChildCountsAgainstTheDeadline() throws Exception {
    // Given
    Path pids = directory.resolve("pids");
    // When
    late("sleep 300 & echo $! >>" + pids, pids);
    // Then
    awaitEnd(onlyPid(pids));
  }

  @Test
  void tooMuchOutputIsNeverCut() {
    // Given
    HostCommand endless = new HostCommand(LONG, "yes");
    // When // Then
    assertThatThrownBy(() -> host.run(endless)).isInstanceOf(Host.OutputTooLarge.class);
    assertThat(host.run(sh(LONG, "head -c 8388608 /dev/zero")))
        .isInstanceOfSatisfying(Exited.class, e -> assertThat(e.stdout()).hasSize(8 << 20));
  }

  @Test
  void interruptionKills() throws Exception {
    // Given
    Path pids = directory.resolve("pids");
    List<Throwable> thrown = new java.util.concurrent.CopyOnWriteArrayList<>();
    Thread caller =
        Thread.ofPlatform()
            .start(() -> {
              try {
                host.run(sh(LONG, "echo $$ >>" + pids + "; exec sleep 300"));
              } catch (RuntimeException e) {
                thrown.add(e);
              }
            });
    awaitFile(pids);
    // When
    caller.interrupt();
    // Then
    assertThat(caller.join(LONG)).isTrue();
    assertThat(thrown).singleElement().isInstanceOf(CancellationException.class);
    awaitEnd(onlyPid(pids));
  }

  @Test
  void inputIsReadByTheProgram() {
    // Given
    byte[] input = "é\n".repeat(200_000).getBytes(UTF_8);
    // When
    HostResult result = host.run(new HostCommand(LONG, "cat"), input);
    // Then
    assertThat(((Exited) result).stdout().getBytes(UTF_8)).isEqualTo(input);
  }

  @Test
  void inputThatNobodyReadsIsNoFailure() {
    // When
    HostResult result = host.run(sh(LONG, "exec <&-; exit 4"), new byte[4 << 20]);
    // Then
    assertThat(result).isEqualTo(new Exited(4, "", ""));
  }

  @Test
  void readerTakesMoreThanIsEverKept() throws Exception {
    // Given
    long[] seen = {0};
    // When
    HostResult result =
        host.read(
            sh(LONG, "head -c 50000000 /dev/zero; echo done >&2"),
            out -> seen[0] = out.transferTo(java.io.OutputStream.nullOutputStream()));
    // Then
    assertThat(result).isEqualTo(new Exited(0, "", "done\n"));
    assertThat(seen[0]).isEqualTo(50_000_000);
  }

  @Test
  void readerThatHasEnoughEndsTheProgram() throws Exception {
    // Given
    int[] first = {-1};
    // When
    HostResult result = host.read(new HostCommand(LONG, "yes"), out -> first[0] = out.read());
    // Then
    assertThat(first[0]).isEqualTo('y');
    assertThat(result).isInstanceOfSatisfying(Exited.class, e -> assertThat(e.code()).isNotZero());
  }

  @Test
  void leftChildThatHoldsNoOutputIsNotWaitedForAndLives() throws Exception {
    // Given
    Path pids = directory.resolve("pids");
    // When
    HostResult result =
        host.run(sh(LONG, "sleep 300 >/dev/null 2>&1 </dev/null & echo $! >>" + pids));
    // Then
    assertThat(result).isEqualTo(new Exited(0, "", ""));
    ProcessIdentity left = ProcessIdentity.of(onlyPid(pids)).orElseThrow();
    assertThat(Signals.send(left, Signal.KILL)).isTrue();
    awaitEnd(left.pid());
    assertThat(Signals.send(left, Signal.KILL)).isFalse();
  }

  @Test
  void whatAReaderOrWriterThrowsIsThrown() {
    assertThatThrownBy(() ->
            host.read(
                new HostCommand(LONG, "sleep", "300"),
                out -> {
                  throw new IOException("disk full");
                }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");
    // Often, for a program that ends well at the end of what it was given may be quicker.
    for (int round = 0; round < 50; round++) {
      assertThatThrownBy(() ->
              host.write(
                  new HostCommand(LONG, "cat"),
                  in -> {
                    throw new IOException("source gone");
                  }))
          .isInstanceOf(IOException.class)
          .hasMessage("source gone");
    }
  }

  private static long onlyPid(Path file) throws IOException {
    return Long.parseLong(Files.readString(file).strip());
  }

  private static boolean noted(Path file) throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  private static void awaitFile(Path file) throws Exception {
    long end = System.nanoTime() + LONG.toNanos();
    while (!noted(file)) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(10);
    }
  }

  private static void awaitEnd(long pid) throws Exception {
    long end = System.nanoTime() + LONG.toNanos();
    while (ProcessStat.of(pid).filter(s -> !s.ended()).isPresent()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(10);
    }
  }
}
