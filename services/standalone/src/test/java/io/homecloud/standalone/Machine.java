package io.homecloud.standalone;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine that boots with systemd: this one's files, with everything that is written to them kept
 * apart in memory, and none of this one's services. Its network is its own.
 */
final class Machine implements AutoCloseable {
  private static final Duration LIFE = Duration.ofMinutes(20);
  private static final Duration BOOT = Duration.ofMinutes(2);

  private final LoopDisks disks;
  private final Path directory;
  private final Path root;
  private final Path cache;
  private final Path disk;
  private final String name = "homecloud-" + ProcessHandle.current().pid();
  private Thread running = Thread.ofPlatform().unstarted(() -> {});

  /**
   * @param cache where builds are kept, seen at the same place inside
   * @param disk that it has
   */
  Machine(LoopDisks disks, Path cache, Path disk) throws IOException {
    this.disks = disks;
    this.cache = Files.createDirectories(cache);
    this.disk = disk;
    directory = Files.createDirectory(disks.directory().resolve("machine"));
    Script.tool("mount", "-t", "tmpfs", "-o", "mode=755,size=2G", name, directory.toString());
    Files.createDirectories(directory.resolve("upper/etc"));
    root = Files.createDirectory(directory.resolve("root"));
    Files.createDirectory(directory.resolve("work"));
    Files.createFile(directory.resolve("upper/etc/machine-id"));
    Script.tool(
        "mount",
        "-t",
        "overlay",
        "-o",
        "lowerdir=/,upperdir=%s/upper,workdir=%s/work".formatted(directory, directory),
        name,
        root.toString());
    Script.tool("rm", "-rf", root.resolve("etc/systemd/system").toString());
    Files.createDirectories(root.resolve("etc/systemd/system"));
  }

  /** Returns when everything that starts by itself has started. */
  void boot() {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of("systemd-nspawn", "--quiet", "--boot", "--directory=" + root));
    argv.addAll(List.of("--machine=" + name, "--private-network", "--link-journal=no"));
    argv.addAll(List.of("--register=no", "--keep-unit", "--console=pipe", "--capability=all"));
    argv.addAll(List.of("--bind-ro=" + Script.ROOT, "--bind=" + cache, "--bind=" + disk));
    argv.addAll(List.of("--bind=/dev/loop-control", "--bind=/dev/btrfs-control"));
    argv.add("--bind-ro=/sys/fs/btrfs");
    running =
        Thread.ofPlatform()
            .daemon()
            .name("machine")
            .start(() -> {
              var _ = new LocalHost().run(new HostCommand(LIFE, argv.toArray(String[]::new)));
            });
    within(
        BOOT,
        () -> assertThat(inside("systemctl", "is-system-running").stdout()).contains("running"));
  }

  /** {@code ./homecloud} in it. */
  Exited homecloud(String... words) {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of("env", "HOMECLOUD_BUILT=yes", "HOMECLOUD_CACHE=" + cache));
    argv.add(Script.ROOT.resolve("homecloud").toString());
    argv.addAll(List.of(words));
    return inside(argv.toArray(String[]::new));
  }

  /** A program in it. */
  Exited inside(String... argv) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--target", leader(), "--all"));
    all.addAll(List.of(argv));
    HostCommand command = new HostCommand(Duration.ofMinutes(8), all.toArray(String[]::new));
    return (Exited) new LocalHost().run(command);
  }

  /** Its first process, as this machine numbers it. */
  private String leader() {
    String monitor =
        Script.tool("pgrep", "-x", "-f", "[^ ]*systemd-nspawn .*--machine=" + name + " .*");
    return Script.tool("pgrep", "-P", monitor);
  }

  void powerOff() throws InterruptedException {
    inside("systemctl", "poweroff");
    assertThat(running.join(BOOT)).as("off").isTrue();
  }

  /** Ends every process of it at this instruction. */
  void cutPower() throws InterruptedException {
    Script.tool("kill", "-KILL", leader());
    assertThat(running.join(BOOT)).as("off").isTrue();
  }

  @Override
  public void close() {
    try {
      if (running.isAlive()) {
        cutPower();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      disks.close();
    }
  }
}
