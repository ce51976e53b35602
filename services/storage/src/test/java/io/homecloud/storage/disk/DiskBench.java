package io.homecloud.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.host.mount.MountHolders;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.blkid.BlkidContentProbe;
import io.homecloud.storage.block.BlockNodes;
import io.homecloud.storage.block.LoopDevices;
import io.homecloud.storage.sysfs.SysfsDetacher;
import io.homecloud.storage.sysfs.SysfsDisks;
import io.homecloud.storage.sysfs.SystemRoots;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Images on loop devices, looked at by the real code with the real tools. */
public final class DiskBench implements AutoCloseable {
  public final LocalHost host = new LocalHost();
  public final LoopDisks loops = new LoopDisks();
  public final Mounts mounts = new Mounts();
  public final MountHolders holders = new MountHolders();
  public final SysfsDisks disks =
      new SysfsDisks(
          SystemRoots.REAL,
          new BlkidContentProbe(host),
          new LoopPolicy(List.of(loops.directory()), List.of()),
          mounts::list);
  public final SafeRemoval removal =
      new SafeRemoval(
          disks,
          mounts,
          holders,
          new SysfsDetacher(SystemRoots.REAL, new BlockNodes(), new LoopDevices()));

  /** A disk with what the command, whose last argument is the disk, puts on it. */
  public Path disk(long bytes, String... format) {
    Path node = loops.disk(bytes);
    String[] argv = java.util.Arrays.copyOf(format, format.length + 1);
    argv[format.length] = node.toString();
    run(argv);
    return node;
  }

  /** The disk behind a node. */
  public Disk look(Path node) {
    return disks.scan(node.getFileName().toString()).orElseThrow();
  }

  /** Runs a program that must succeed, and answers what it wrote. */
  public String run(String... argv) {
    var result = host.run(new HostCommand(Duration.ofSeconds(60), argv));
    assertThat(result)
        .as(String.join(" ", argv))
        .isInstanceOfSatisfying(Exited.class, exited -> assertThat(exited.code()).isZero());
    return ((Exited) result).stdout();
  }

  @Override
  public void close() {
    loops.close();
  }
}
