package io.homecloud.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.host.HostResult.Exited;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemUserIT {
  private static final Duration LONG = Duration.ofMinutes(2);

  private final LocalHost host = new LocalHost();
  @TempDir Path directory;

  @Test
  void programRunsAsTheUserWithoutGroupsOrPrivileges() throws Exception {
    // Given
    SystemUser nobody = SystemUser.named(host, "nobody");
    List<String> argv =
        nobody.command(
            List.of("sh", "-c", "id -u; id -G; grep -E 'CapEff|NoNewPrivs' /proc/$$/status"));
    // When
    HostResult result = host.run(new HostCommand(argv, LONG, Map.of()));
    // Then
    assertThat(((Exited) result).stdout().lines().map(line -> line.replaceAll("\\s+", " ")))
        .containsExactly(
            Integer.toString(nobody.uid()),
            Integer.toString(nobody.gid()),
            "CapEff: 0000000000000000",
            "NoNewPrivs: 1");
  }

  @Test
  void ownedDirectoryIsTheUsersAlone() throws Exception {
    // Given
    SystemUser nobody = SystemUser.named(host, "nobody");
    // When
    Path owned = nobody.own(directory.resolve("owned"));
    // Then
    assertThat(Files.getAttribute(owned, "unix:uid")).isEqualTo(nobody.uid());
    assertThat(Files.getAttribute(owned, "unix:mode")).isEqualTo(0040700);
  }

  @Test
  void daemonRunsAsTheUser() throws Exception {
    // Given
    try (Supervisor supervisor =
        Supervisor.open(directory.resolve("run"), directory.resolve("log"))) {
      DaemonSpec spec = new DaemonSpec("test", "sleep", "300").as(SystemUser.named(host, "nobody"));
      // When
      Daemon daemon = supervisor.start(spec);
      // Then
      assertThat(daemon.awaitReady(LONG)).isTrue();
      assertThat(daemon.state())
          .isInstanceOfSatisfying(
              DaemonState.Ready.class,
              ready -> awaitOwner(ready.process().pid(), SystemUserIT.this.uid("nobody")));
    }
  }

  @Test
  void unknownOrOddUserIsRefused() {
    assertThatThrownBy(() -> SystemUser.named(host, "no-such-user"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> SystemUser.named(host, "--help"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private int uid(String name) {
    try {
      return SystemUser.named(host, name).uid();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The change of user happens a moment after the start. */
  private static void awaitOwner(long pid, int uid) {
    long end = System.nanoTime() + LONG.toNanos();
    try {
      while (!Files.getAttribute(Path.of("/proc", Long.toString(pid)), "unix:uid").equals(uid)) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.sleep(10);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
