package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Outcome.Done;
import io.homecloud.storage.Outcome.Refused;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.pool.DeviceRef;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** Moves everything off a disk and lets it go. */
final class RemoveJob {
  private final LongJob job;
  private final PoolReading reading;

  RemoveJob(LongJob job, PoolReading reading) {
    this.job = job;
    this.reading = reading;
  }

  Optional<Refusal> mayRemove(MountedPool pool, DeviceRef device) {
    PoolState state = reading.state(pool);
    return Members.find(state, device)
        .flatMap(leaving -> new RoomCheck(state, reading.usage(pool)).remove(leaving));
  }

  Outcome<Change> remove(MountedPool pool, DeviceRef device, TaskProgress progress) {
    Optional<PoolDevice> leaving = Members.find(reading.state(pool), device);
    if (leaving.isEmpty()) {
      return new Done<>(Change.ALREADY_SO);
    }
    try (Descriptor top = Descriptor.directory(pool.root())) {
      Watching watching = new Watching(reading, pool, top, leaving.get());
      if (job.join(progress, watching)) {
        return Members.cancelled();
      }
      PoolState now = reading.state(pool);
      // What somebody left running may have removed this one, or another.
      if (Members.find(now, new DeviceRef.ById(leaving.get().id())).isEmpty()) {
        return new Done<>(Change.MADE);
      }
      Optional<Refused<Change>> against =
          mayRemove(pool, device).map(Refused<Change>::new).or(() -> Members.busy(now));
      if (against.isPresent()) {
        return against.get();
      }
      String id = Long.toString(leaving.get().id());
      LongJob.Ended ended =
          job.run(
              List.of("btrfs", "device", "remove", "--", id, pool.root().toString()),
              progress,
              watching);
      Outcome<Change> outcome = Members.outcome(ended.result());
      return ended.cancelled() && outcome instanceof Refused ? Members.cancelled() : outcome;
    }
  }

  /** Seen by what is still allocated on the disk. */
  private record Watching(PoolReading reading, MountedPool pool, Descriptor top, PoolDevice leaving)
      implements LongJob.Watch {
    @Override
    public boolean look(TaskProgress progress) {
      PoolState now = reading.state(pool);
      long left =
          Members.find(now, new DeviceRef.ById(leaving.id())).map(PoolDevice::allocated).orElse(0L);
      progress.report(
          Math.max(0, leaving.allocated() - left), Math.max(leaving.allocated(), left), "bytes");
      return now.running() == PoolState.Job.REMOVE_DEVICE;
    }

    /** As {@code btrfs device remove cancel} does: the word in the place of a disk's name. */
    @Override
    public void cancel() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment args = arena.allocate(Ioctl.RM_DEV_V2.size());
        args.set(JAVA_LONG_UNALIGNED, 0, 0);
        args.setString(56, "cancel");
        top.tryIoctl(Ioctl.RM_DEV_V2, args);
      }
    }
  }
}
