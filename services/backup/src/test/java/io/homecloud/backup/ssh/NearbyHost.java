package io.homecloud.backup.ssh;

import io.homecloud.backup.Shell;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import io.homecloud.host.StreamHost;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Another machine that is this one: what ssh is to have done there is done here, by a shell. */
final class NearbyHost implements StreamHost {
  /** As short as one of any kind may be. */
  static final String MARK = "{\n}\n";

  private final LocalHost host = new LocalHost();
  private final AtomicInteger connections = new AtomicInteger();

  /** A directory of it. */
  FarSide far(Path directory) {
    SshKeys keys = new SshKeys(this, directory.resolve("pair"), directory.resolve("hosts"));
    return new FarSide(
        this,
        keys,
        UUID.randomUUID(),
        SshUrl.parse("ssh://root@nearby" + directory),
        () -> Instant.MAX);
  }

  /** A directory for copies on a disk of its own, with btrfs. */
  static Path onBtrfs(LoopDisks disks) {
    Path disk = disks.disk(200L << 20);
    String _ = Shell.must("mkfs.btrfs", "-q", disk.toString());
    return disks.mount(disk).resolve("copies");
  }

  /** A new repository there, with a place for the copies of the plan {@code photos}. */
  static FarSide withPhotos(Path root) throws IOException {
    FarSide far = new NearbyHost().far(root);
    List<String> _ = far.give(MARK, "make", "readme");
    List<String> _ = far.give(MARK, "plan", "photos");
    return far;
  }

  /** How often something was asked. */
  int connections() {
    return connections.get();
  }

  private HostCommand here(HostCommand command) {
    connections.incrementAndGet();
    List<String> argv = command.argv();
    List<String> here = new ArrayList<>(argv.subList(0, argv.indexOf("ssh")));
    here.addAll(List.of("sh", "-c", argv.getLast()));
    return new HostCommand(here, command.deadline(), command.environment());
  }

  @Override
  public HostResult run(HostCommand command) {
    return host.run(here(command));
  }

  @Override
  public HostResult run(HostCommand command, byte[] input) {
    return host.run(here(command), input);
  }

  @Override
  public HostResult read(HostCommand command, OutputReader reader) throws IOException {
    return host.read(here(command), reader);
  }

  @Override
  public HostResult write(HostCommand command, InputWriter writer) throws IOException {
    return host.write(here(command), writer);
  }
}
