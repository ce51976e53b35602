package io.homecloud.sharing.samba;

import io.homecloud.control.Name;
import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.host.Supervisor;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.ListenPort;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.testkit.FreePort;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A Samba of ours with a btrfs disk, at a port of its own. */
final class SambaHouse implements AutoCloseable {
  private final LoopDisks disks = new LoopDisks();
  private final Supervisor supervisor;
  private final AtomicInteger sessionChanges = new AtomicInteger();
  final List<Access> accesses = new CopyOnWriteArrayList<>();
  private final List<Supervisor> beside = new ArrayList<>();
  final Path volumes;
  final SambaSettings settings;
  final SambaServer server;
  final int port;

  SambaHouse() {
    this(FreePort.find());
  }

  SambaHouse(int port) {
    this(port, new LocalHost());
  }

  SambaHouse(int port, Host host) {
    this.port = port;
    try {
      Path device = disks.disk(1L << 30);
      tool("mkfs.btrfs", "-q", device.toString());
      volumes = disks.mount(device);
      Path directory = disks.directory().resolve("samba");
      settings = new SambaSettings(directory, new ListenPort(port, port));
      supervisor =
          Supervisor.open(disks.directory().resolve("run"), disks.directory().resolve("log"));
      server = new SambaServer(host, supervisor, settings, listener());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another installation's on the same machine, which would like to have our port. */
  SambaServer beside(int instead) throws IOException {
    Supervisor other =
        Supervisor.open(
            disks.directory().resolve("beside-run"), disks.directory().resolve("beside-log"));
    beside.add(other);
    return new SambaServer(
        new LocalHost(),
        other,
        new SambaSettings(disks.directory().resolve("beside"), new ListenPort(port, instead)),
        ServerListener.NONE);
  }

  /** Another server in the place of ours, which has served nothing. */
  SambaServer another(ServerListener listener) {
    return new SambaServer(new LocalHost(), supervisor, settings, listener);
  }

  private ServerListener listener() {
    return new ServerListener() {
      @Override
      public void changed(ShareServer.Health health) {}

      @Override
      public void sessionsChanged() {
        sessionChanges.incrementAndGet();
      }

      @Override
      public void accessed(Access access) {
        accesses.add(access);
      }
    };
  }

  int sessionChanges() {
    return sessionChanges.get();
  }

  /** A new subvolume, as everybody's files are seen by servers. */
  Path volume(String name) {
    Path directory = volumes.resolve(name);
    tool("btrfs", "-q", "subvolume", "create", directory.toString());
    return owned(directory);
  }

  Path owned(Path file) {
    try {
      Files.setAttribute(file, "unix:uid", ServedShare.FILES_ID);
      Files.setAttribute(file, "unix:gid", ServedShare.FILES_ID);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SmbClient as(String account) {
    return SmbClient.as(port, account, People.PASSWORD);
  }

  SmbClient guest() {
    return SmbClient.guest(port);
  }

  /** Processes that are in that directory or have a file in it open. */
  List<String> holders(Path directory) {
    return tool(
            "find", "/proc", "-maxdepth", "3", "-path", "/proc/[0-9]*", "-lname", directory + "*")
        .lines()
        .toList();
  }

  /** Command lines of all processes of this Samba. */
  List<String> processes() {
    return tool("find", "/proc", "-maxdepth", "2", "-name", "cmdline")
        .lines()
        .map(Path::of)
        .map(SambaHouse::commandLine)
        .filter(line -> line.contains(settings.directory().resolve("smb.conf").toString()))
        .toList();
  }

  private static String commandLine(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** Kills smbd with all its connections, as when the memory is gone. */
  void killServer() {
    Path pid = settings.runtime().resolve("pid/smbd.pid");
    try {
      String parent = Files.readString(pid).strip();
      tool("kill", "-KILL", parent);
      new LocalHost()
          .run(new HostCommand(Duration.ofSeconds(10), "pkill", "-KILL", "--session", parent));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path scratch(String name) {
    return disks.directory().resolve(name);
  }

  static Name name(String value) {
    return new Name(value);
  }

  static String tool(String... argv) {
    Object result = new LocalHost().run(new HostCommand(Duration.ofSeconds(60), argv));
    // find says 1 when a process ended while it looked
    if (result instanceof Exited(int code, String out, _)
        && (code == 0 || argv[0].equals("find"))) {
      return out.strip();
    }
    throw new IllegalStateException(String.join(" ", argv) + ": " + result);
  }

  @Override
  public void close() {
    server.close();
    try {
      supervisor.close();
      for (Supervisor other : beside) {
        other.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    disks.close();
  }
}
