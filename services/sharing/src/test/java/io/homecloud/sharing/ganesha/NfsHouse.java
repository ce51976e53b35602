package io.homecloud.sharing.ganesha;

import io.homecloud.control.Name;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import io.homecloud.host.Supervisor;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.mount.DirectoryMount;
import io.homecloud.host.mount.MountFlag;
import io.homecloud.host.mount.MountRequest;
import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import io.homecloud.host.mount.UserNamespace;
import io.homecloud.sharing.serving.ListenPort;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.testkit.Elsewhere;
import io.homecloud.testkit.FreePort;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A pool with volumes, their directories mounted for servers, and a Ganesha on ports of its own. It
 * has its own rpcbind: in its view of the machine {@code /run} is a directory of the test, and
 * rpcbind's network is nobody's.
 */
final class NfsHouse implements AutoCloseable {
  static final Name DOCS = new Name("docs");
  private static final int OWNER = 1000;
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final String ENCLOSE =
      "mount --bind \"$0\" /run && if [ \"$1\" = rpcbind ]; then exec unshare --net \"$@\"; else exec \"$@\"; fi";

  final LoopDisks disks = new LoopDisks();
  final Mounts mounts = new Mounts();
  final Path directory = disks.directory();
  final Path pool;
  final GaneshaSettings settings;
  final LocalHost host = new LocalHost();
  private final List<AutoCloseable> open = new ArrayList<>();
  private @Nullable Supervisor kept;

  NfsHouse() throws IOException {
    mounts.mount(
        new MountRequest(
            directory.toString(), directory.toString(), "", Set.of(MountFlag.BIND), ""));
    mounts.mount(new MountRequest("none", directory.toString(), "", Set.of(MountFlag.SHARED), ""));
    Path run = Files.createDirectory(directory.resolve("run"));
    Path disk = disks.disk(2L << 30);
    must("mkfs.btrfs", "-q", disk.toString());
    pool = disks.mount(disk);
    ListenPort nfs = port();
    settings =
        new GaneshaSettings(
            directory.resolve("ganesha"),
            nfs,
            port(),
            "",
            run.resolve("rpcbind.sock"),
            List.of(Elsewhere.following(directory, "sh", "-c", ENCLOSE, run.toString())));
  }

  private static ListenPort port() {
    int port = FreePort.find();
    return new ListenPort(port, port);
  }

  GaneshaServer server(ServerListener listener) throws IOException {
    GaneshaServer server = new GaneshaServer(supervisor(), host, settings, listener);
    open.add(server);
    return server;
  }

  /** One after the other, all with the same supervisor; to be closed by who asks. */
  GaneshaServer another(ServerListener listener) throws IOException {
    Supervisor keeping = kept == null ? supervisor() : kept;
    kept = keeping;
    return new GaneshaServer(keeping, host, settings, listener);
  }

  Supervisor supervisor() throws IOException {
    Supervisor supervisor = Supervisor.open(directory.resolve("daemons"), directory.resolve("log"));
    open.add(supervisor);
    return supervisor;
  }

  /** A volume whose files belong to an ordinary user; where it is mounted. */
  Path volume(String name) throws IOException {
    Path volume = pool.resolve(name);
    must("btrfs", "-q", "subvolume", "create", volume.toString());
    own(volume);
    return volume;
  }

  /** A directory as its owner would make it. */
  static Path directory(Path path) throws IOException {
    return own(Files.createDirectories(path));
  }

  static Path own(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", OWNER, java.nio.file.LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", OWNER, java.nio.file.LinkOption.NOFOLLOW_LINKS);
    return path;
  }

  /** The directory mounted for servers. */
  Path place(Path source, String name, boolean readOnly) throws IOException {
    return place(source, name, OWNER, readOnly);
  }

  Path place(Path source, String name, int owner, boolean readOnly) throws IOException {
    Path place = Files.createDirectories(directory.resolve("shares").resolve(name));
    byte[] path = source.toString().getBytes(StandardCharsets.UTF_8);
    int flags = FileCalls.O_PATH | FileCalls.O_DIRECTORY;
    try (UserNamespace owners =
            UserNamespace.of(
                host, owner, owner, io.homecloud.sharing.serving.ServedShare.FILES_ID);
        Descriptor opened =
            new Descriptor(FileCalls.open(Descriptor.AT_FDCWD, path, flags, 0, 0))) {
      if (DirectoryMount.mount(opened.number(), place, owners, readOnly)
          instanceof MountResult.Refused(_, String reason)) {
        throw new IOException(reason);
      }
    }
    return place;
  }

  /** Its output; anything but success fails the test. */
  String must(String... argv) {
    HostResult result = run(argv);
    if (result instanceof HostResult.Exited(int code, String out, _) && code == 0) {
      return out;
    }
    throw new AssertionError(String.join(" ", argv) + ": " + result);
  }

  /** What it said when it failed; success fails the test. */
  String refused(String... argv) {
    if (run(argv) instanceof HostResult.Exited(int code, String out, String errors) && code != 0) {
      return out + errors;
    }
    throw new AssertionError("not refused: " + String.join(" ", argv));
  }

  /** As {@link #must}, meanwhile. */
  CompletableFuture<String> begin(String... argv) {
    return CompletableFuture.supplyAsync(() -> must(argv), Thread::startVirtualThread);
  }

  /**
   * Makes a file so long that nobody has copied it into that volume before a test is done, however
   * fast the machine is; what is put at its end takes no room there.
   */
  Path endless(Path file, Path volume, String size) {
    must("btrfs", "property", "set", volume.toString(), "compression", "zstd");
    must("truncate", "--size=" + size, file.toString());
    return file;
  }

  /** Not compressible, and different for each name. */
  Path random(String name, int size) throws IOException {
    byte[] bytes = new byte[1 << 20];
    new Random(name.hashCode()).nextBytes(bytes);
    Path file = directory.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int left = size; left > 0; left -= bytes.length) {
        bytes[left % 1000]++;
        out.write(bytes, 0, Math.min(left, bytes.length));
      }
    }
    return file;
  }

  /** A client of libnfs 5, see {@code ./homecloud test}. */
  static String libnfs5(String program) {
    return System.getProperty("homecloud.test.libnfs", "/usr/bin") + "/" + program;
  }

  /** A client of NFS 4.1 in Python, see {@code ./homecloud test}. */
  static String python() {
    return System.getProperty("homecloud.test.nfs41", "python3");
  }

  /** The process of Ganesha itself. */
  long pid() throws IOException {
    return Long.parseLong(Files.readString(settings.directory().resolve("ganesha.pid")).strip());
  }

  HostResult run(String... argv) {
    return host.run(new HostCommand(DEADLINE, argv));
  }

  /** Where a client finds a path of NFS 3 that begins with a share's name. */
  String version3(String path) {
    return "nfs://127.0.0.1/%s?version=3&nfsport=%d&mountport=%d"
        .formatted(path, settings.port().wished(), settings.mountPort().wished());
  }

  String version4(String path) {
    return "nfs://127.0.0.1/%s?version=4&nfsport=%d".formatted(path, settings.port().wished());
  }

  @Override
  public void close() {
    for (AutoCloseable thing : open.reversed()) {
      try {
        thing.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    disks.close();
  }
}
