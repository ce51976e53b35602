package io.homecloud.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.host.DaemonState.Ready;
import io.homecloud.host.DaemonState.Starting;
import io.homecloud.host.DaemonState.Stopped;
import io.homecloud.host.DaemonState.Waiting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final BlockingQueue<DaemonState> states = new LinkedBlockingQueue<>();
  private Supervisor supervisor;
  private volatile @Nullable Daemon last;

  @BeforeEach
  void open() throws IOException {
    supervisor =
        Supervisor.open(
            directory.resolve("run"),
            directory.resolve("log"),
            () -> new Backoff(Duration.ofMillis(20), Duration.ofMillis(80), Duration.ofHours(1)));
  }

  @AfterEach
  void close() throws IOException {
    supervisor.close();
  }

  private static DaemonSpec sh(String script) {
    return new DaemonSpec("test", "sh", "-c", script);
  }

  @Test
  void endedDaemonIsStartedAgainAfterLongerAndLongerPauses() throws Exception {
    // When
    supervisor.start(sh("exit 3"), states::add);
    // Then
    for (int millis : List.of(20, 40, 80, 80)) {
      Waiting waiting = await(Waiting.class);
      assertThat(waiting.reason()).isEqualTo("ended with exit code 3");
      assertThat(waiting.pause()).isEqualTo(Duration.ofMillis(millis));
    }
  }

  @Test
  void missingProgramIsToldAndLookedForAgain() throws Exception {
    // Given
    Path program = directory.resolve("later");
    supervisor.start(new DaemonSpec("test", program.toString()), states::add);
    assertThat(await(Waiting.class).reason()).isEqualTo(program + " is not installed");
    // When
    Path fresh = Files.writeString(directory.resolve("fresh"), "#!/bin/sh\nexec sleep 300\n");
    fresh.toFile().setExecutable(true);
    Files.move(fresh, program);
    // Then
    assertThat(await(Ready.class).process().lives()).isTrue();
  }

  @Test
  void closingEndsTheDaemonAndAllThatItStarted() throws Exception {
    // Given
    Daemon daemon = supervisor.start(sh("setsid sleep 300 & sleep 300 & wait"), states::add);
    ProcessTree tree = new ProcessTree(await(Ready.class).process());
    until(() -> tree.members().size() == 3);
    // When
    daemon.close();
    // Then
    assertThat(tree.members()).isEmpty();
    assertThat(daemon.state()).isEqualTo(new Stopped());
    assertThat(directory.resolve("run/test.run")).doesNotExist();
  }

  /** Runs, and ignores the signal that is to stop it. */
  private Daemon stubborn() throws InterruptedException {
    DaemonSpec spec =
        sh("trap '' INT; echo set; while :; do sleep 1; done")
            .stoppedBy(Signal.INT, Duration.ofMillis(300));
    Daemon daemon = supervisor.start(spec, states::add);
    until(() -> daemon.lastLines().contains("set"));
    return daemon;
  }

  @Test
  void daemonThatIgnoresItsStopSignalIsKilledAfterItsTime() throws Exception {
    // Given
    Daemon daemon = stubborn();
    ProcessIdentity process = await(Ready.class).process();
    // When
    daemon.close();
    // Then
    assertThat(process.lives()).isFalse();
  }

  @Test
  void daemonThatIsToBeginAnewIsKilledWhenItDoesNotEnd() throws Exception {
    // Given
    Daemon daemon = stubborn();
    ProcessIdentity process = await(Ready.class).process();
    // When
    daemon.restart();
    // Then
    assertThat(await(Waiting.class).reason()).isEqualTo("begins anew");
    assertThat(process.lives()).isFalse();
    assertThat(await(Ready.class).process()).isNotEqualTo(process);
  }

  @Test
  void daemonThatIsToWaitForSomethingWaitsAtEachOfItsStarts() throws Exception {
    // Given
    AtomicBoolean there = new AtomicBoolean();
    Daemon daemon = supervisor.start(sh("exec sleep 300").after(there::get), states::add);
    assertThat(daemon.awaitReady(Duration.ofMillis(200))).isFalse();
    // When
    there.set(true);
    // Then
    ProcessIdentity process = await(Ready.class).process();
    // When
    there.set(false);
    daemon.restart();
    // Then
    assertThat(await(Waiting.class).failures()).isEqualTo(1);
    assertThat(states.poll(200, TimeUnit.MILLISECONDS)).isNull();
    there.set(true);
    assertThat(await(Ready.class).process()).isNotEqualTo(process);
  }

  @Test
  void stopSignalIsItsOwnAndItMayTidyUp() throws Exception {
    // Given
    DaemonSpec tidy =
        sh("trap 'echo tidied; exit 0' USR1; echo set; while :; do sleep 0.05; done")
            .stoppedBy(Signal.USR1, SOON);
    Daemon daemon = supervisor.start(tidy, states::add);
    until(() -> daemon.lastLines().contains("set"));
    // When
    daemon.close();
    // Then
    until(() -> daemon.lastLines().contains("tidied"));
    assertThat(states).last().isEqualTo(new Stopped());
  }

  @Test
  void daemonThatDoesNotServeInTimeIsStartedAgain() throws Exception {
    // Given
    Path mark = directory.resolve("mark");
    DaemonSpec second =
        sh("[ -e "
                + mark
                + " ] || { touch "
                + mark
                + "; exec sleep 300; }; echo up; exec sleep 300")
            .readyWhen(() -> supervisorSees("up"), Duration.ofMillis(400));
    // When
    Daemon daemon = supervisor.start(second, states::add);
    last = daemon;
    // Then
    ProcessIdentity first = await(Starting.class).process();
    assertThat(await(Waiting.class).reason()).isEqualTo("not ready in PT0.4S");
    assertThat(first.lives()).isFalse();
    assertThat(daemon.awaitReady(SOON)).isTrue();
  }

  @Test
  void daemonThatServesIsReadyHoweverLateItIsLookedAt() throws Exception {
    // Given
    DaemonSpec late = sh("exec sleep 300").readyWhen(() -> true, Duration.ofNanos(1));
    // When
    supervisor.start(late, states::add);
    // Then
    await(Starting.class);
    assertThat(states.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Ready.class);
  }

  private boolean supervisorSees(String line) {
    Daemon daemon = last;
    return daemon != null && daemon.lastLines().contains(line);
  }

  /** Not HUP: under nohup it is ignored from birth, and no shell can trap it then. */
  @Test
  void signalReachesTheDaemon() throws Exception {
    // Given
    Daemon daemon =
        supervisor.start(
            sh("trap 'echo again' USR1; echo set; while :; do sleep 0.05; done"), states::add);
    until(() -> daemon.lastLines().contains("set"));
    // When
    boolean sent = daemon.signal(Signal.USR1);
    // Then
    assertThat(sent).isTrue();
    until(() -> daemon.lastLines().contains("again"));
  }

  @Test
  void environmentAndDirectoryAreTheGivenOnes() throws Exception {
    // Given
    DaemonSpec spec = sh("pwd; env; exec sleep 300").in(directory).with(Map.of("KEY", "two words"));
    // When
    Daemon daemon = supervisor.start(spec, states::add);
    // Then
    until(() -> daemon.lastLines().contains("KEY=two words"));
    assertThat(daemon.lastLines()).contains(directory.toString(), "LC_ALL=C");
    assertThat(daemon.lastLines()).noneMatch(line -> line.startsWith("HOME="));
  }

  @Test
  void leftBehindByAKilledProcessIsEndedWithItsDescendants() throws Exception {
    // Given
    Process left = gone("setsid sleep 300 & sleep 300 & wait");
    ProcessTree tree = ProcessTree.of(left);
    until(() -> tree.members().size() == 3);
    Path run = Files.createDirectories(directory.resolve("other"));
    new RunFile(tree.leader(), Signal.TERM, SOON).write(run.resolve("smbd.run"));
    // When
    Supervisor successor = Supervisor.open(run, directory.resolve("log"));
    // Then
    assertThat(tree.members()).isEmpty();
    assertThat(run.resolve("smbd.run")).doesNotExist();
    successor.close();
  }

  @Test
  void strangerWithTheNumberOfADeadDaemonIsLeftAlone() throws Exception {
    // Given
    Process stranger = gone("exec sleep 300");
    ProcessIdentity now = ProcessTree.of(stranger).leader();
    ProcessIdentity before = new ProcessIdentity(now.pid(), now.startTicks() - 1, now.boot());
    Path run = Files.createDirectories(directory.resolve("other"));
    new RunFile(before, Signal.KILL, SOON).write(run.resolve("smbd.run"));
    Files.writeString(run.resolve("garbage.run"), "1\n2\n3\n");
    // When
    Supervisor successor = Supervisor.open(run, directory.resolve("log"));
    // Then
    assertThat(now.lives()).isTrue();
    successor.close();
    new ProcessTree(now).kill();
  }

  @Test
  void killedBeforeItWasNotedItNeverBecomesTheProgram() throws Exception {
    // Given
    Path mark = directory.resolve("mark");
    Process gated =
        Launch.gated(Path.of("/bin/touch"), List.of("touch", mark.toString()), Map.of()).start();
    // When
    gated.getOutputStream().close();
    // Then
    assertThat(gated.waitFor(SOON)).isTrue();
    assertThat(mark).doesNotExist();
  }

  @Test
  void runDirectoryIsUsedOnce() {
    assertThatThrownBy(() -> Supervisor.open(directory.resolve("run"), directory.resolve("log")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void logIsBoundedAndItsLastLinesAreAtHand() throws Exception {
    // Given
    Path file = directory.resolve("x.log");
    DaemonLog log = new DaemonLog(file, 10_000, _ -> true);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      text.append("line ").append(i).append(" é\n");
    }
    // When
    log.drain(new ByteArrayInputStream(text.toString().getBytes(UTF_8)));
    // Then
    assertThat(log.lastLines()).hasSize(200).last().isEqualTo("line 4999 é");
    assertThat(Files.size(file)).isLessThanOrEqualTo(10_000);
    assertThat(Files.size(directory.resolve("x.log.1"))).isLessThanOrEqualTo(10_000);
  }

  private static Process gone(String script) throws IOException {
    return Launch.of(Path.of("/bin/sh"), List.of("sh", "-c", script), Map.of()).start();
  }

  private <S extends DaemonState> S await(Class<S> kind) throws InterruptedException {
    while (true) {
      DaemonState next = states.poll(SOON.toSeconds(), TimeUnit.SECONDS);
      assertThat(next).as("the next state").isNotNull();
      if (kind.isInstance(next)) {
        return kind.cast(next);
      }
    }
  }

  private static void until(BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + SOON.toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
