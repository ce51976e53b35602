package io.homecloud.storage.btrfs;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A pool of one disk, made with the tools alone. */
final class TestPool implements AutoCloseable {
  private static final long SIZE = 3L << 30;

  private final LoopDisks disks = new LoopDisks();
  private final MountedPool pool;

  private TestPool(String feature, long size) {
    PoolId id = new PoolId(UUID.randomUUID());
    Path device = disks.disk(size);
    run("mkfs.btrfs", "-q", "-U", id.toString(), "-O", feature, device.toString());
    this.pool = new MountedPool(id, disks.mount(device));
  }

  /** One that counts what volumes use. */
  static TestPool counting() {
    return new TestPool("squota", SIZE);
  }

  /** One that is soon full. */
  static TestPool small() {
    return new TestPool("squota", 200L << 20);
  }

  /** One as other people make them. */
  static TestPool foreign() {
    return new TestPool("no-holes", SIZE);
  }

  MountedPool pool() {
    return pool;
  }

  /** For other files of the test; goes with the pool. */
  Path directory() {
    return disks.directory();
  }

  /** Runs a program that must succeed; what it wrote. */
  static String run(String... argv) {
    HostCommand command = new HostCommand(List.of(argv), Duration.ofMinutes(2), Map.of());
    return switch (new LocalHost().run(command)) {
      case Exited(int code, String output, _) when code == 0 -> output.strip();
      case Object other -> throw new AssertionError(command + ": " + other);
    };
  }

  @Override
  public void close() {
    disks.close();
  }
}
