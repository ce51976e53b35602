package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Outcome.Done;
import io.homecloud.storage.Outcome.Refused;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.DeviceRef;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts a disk in the place of another. The kernel goes on by itself after a restart. */
final class ReplaceJob {
  private final LongJob job;
  private final PoolReading reading;
  private final PoolFormat format;

  ReplaceJob(LongJob job, PoolReading reading, PoolFormat format) {
    this.job = job;
    this.reading = reading;
    this.format = format;
  }

  Optional<Refusal> mayReplace(MountedPool pool, DeviceRef old, Path with, boolean erase) {
    PoolState state = reading.state(pool);
    Optional<PoolDevice> leaving = Members.find(state, old);
    if (leaving.isEmpty()) {
      return Optional.of(
          new Refusal(StorageError.DISK_NOT_FOUND, "There is no such disk in the pool."));
    }
    // Number 0 is the disk that a replacement writes to, until it is over.
    boolean interrupted =
        Superblock.read(with)
            .filter(found -> found.pool().equals(pool.id()) && found.deviceId() == 0)
            .isPresent();
    return format
        .usable(with, erase || interrupted)
        .or(() ->
            new RoomCheck(state, reading.usage(pool))
                .replace(leaving.get(), PoolFormat.sizeOf(with)));
  }

  Outcome<Change> replace(
      MountedPool pool, DeviceRef old, Path with, boolean erase, TaskProgress progress) {
    try (Descriptor top = Descriptor.directory(pool.root())) {
      PoolState before = reading.state(pool);
      Watching watching = new Watching(reading, pool, top, Members.find(before, old));
      if (job.join(progress, watching)) {
        return Members.cancelled();
      }
      // The new disk takes the number and the identity of the old one: only its node tells.
      Optional<PoolDevice> arrived = arrived(pool, with);
      if (arrived.isPresent()) {
        grow(top, arrived.get());
        return new Done<>(
            before.running() == PoolState.Job.REPLACE_DEVICE ? Change.MADE : Change.ALREADY_SO);
      }
      if (watching.suspended()) {
        watching.cancel();
      }
      Optional<Refused<Change>> against =
          mayReplace(pool, old, with, erase)
              .map(Refused<Change>::new)
              .or(() -> Members.busy(reading.state(pool)));
      if (against.isPresent()) {
        return against.get();
      }
      PoolDevice leaving = Members.find(reading.state(pool), old).orElseThrow();
      LongJob.Ended ended = job.run(command(pool, leaving, with), progress, watching);
      Optional<PoolDevice> now = arrived(pool, with);
      if (now.isPresent()) {
        grow(top, now.get());
        return new Done<>(Change.MADE);
      }
      return ended.cancelled() ? Members.cancelled() : failed(ended);
    }
  }

  /** The program may succeed with a replacement that somebody else stopped. */
  private static Outcome<Change> failed(LongJob.Ended ended) {
    return switch (Members.outcome(ended.result())) {
      case Refused<Change> refused -> refused;
      case Done<Change> _ ->
          new Refused<>(StorageError.CANCELLED, "The replacement was stopped by somebody.");
    };
  }

  private Optional<PoolDevice> arrived(MountedPool pool, Path with) {
    return Members.find(reading.state(pool), new DeviceRef.ByPath(with));
  }

  private static List<String> command(MountedPool pool, PoolDevice leaving, Path with) {
    List<String> argv = new ArrayList<>(List.of("btrfs", "replace", "start", "-B", "-f"));
    if (leaving.errors().any()) {
      argv.add("-r"); // read a disk that fails only where no other has a copy
    }
    argv.addAll(
        List.of("--", Long.toString(leaving.id()), with.toString(), pool.root().toString()));
    return argv;
  }

  /** A larger disk was used up to the size of the old one only. */
  private static void grow(Descriptor top, PoolDevice device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(Ioctl.RESIZE.size());
      args.setString(8, device.id() + ":max");
      top.ioctl(Ioctl.RESIZE, args);
    }
  }

  /** Seen by the kernel's own status. */
  private record Watching(
      PoolReading reading, MountedPool pool, Descriptor top, Optional<PoolDevice> leaving)
      implements LongJob.Watch {
    // BTRFS_IOCTL_DEV_REPLACE_CMD_… and …_STATE_…
    private static final long STATUS = 1;
    private static final long CANCEL = 2;
    private static final long STARTED = 1;
    private static final long SUSPENDED = 4;

    private static final long STATE = 16;
    private static final long PER_MILLE = 24;

    boolean suspended() {
      try (Arena arena = Arena.ofConfined()) {
        return command(STATUS, arena).get(JAVA_LONG_UNALIGNED, STATE) == SUSPENDED;
      }
    }

    private MemorySegment command(long command, Arena arena) {
      MemorySegment args = arena.allocate(Ioctl.DEV_REPLACE.size());
      args.set(JAVA_LONG_UNALIGNED, 0, command);
      top.tryIoctl(Ioctl.DEV_REPLACE, args);
      return args;
    }

    @Override
    public boolean look(TaskProgress progress) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment status = command(STATUS, arena);
        if (status.get(JAVA_LONG_UNALIGNED, STATE) != STARTED) {
          // Finished, it still tidies up for a moment.
          return reading.state(pool).running() == PoolState.Job.REPLACE_DEVICE;
        }
        long size = leaving.map(PoolDevice::size).orElse(0L);
        long perMille = Math.clamp(status.get(JAVA_LONG_UNALIGNED, PER_MILLE), 0, 1000);
        progress.report(size / 1000 * perMille, size, "bytes");
        return true;
      }
    }

    @Override
    public void cancel() {
      try (Arena arena = Arena.ofConfined()) {
        command(CANCEL, arena);
      }
    }
  }
}
