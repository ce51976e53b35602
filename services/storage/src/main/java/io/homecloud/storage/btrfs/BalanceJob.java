package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Outcome.Done;
import io.homecloud.storage.Outcome.Refused;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.BalanceFilter;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolState;
import io.homecloud.storage.pool.Profile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rewriting chunks: to another profile, or so that others become free. */
final class BalanceJob {
  private static final int CANCEL = 2; // BTRFS_BALANCE_CTL_CANCEL
  private static final long RUNNING = 1; // BTRFS_BALANCE_STATE_RUNNING
  private static final long STATE = 8;
  private static final long EXPECTED = 424;
  private static final long COMPLETED = 440;

  private final LongJob job;
  private final PoolReading reading;

  BalanceJob(LongJob job, PoolReading reading) {
    this.job = job;
    this.reading = reading;
  }

  Outcome<Change> convert(MountedPool pool, Profile data, Profile metadata, TaskProgress progress) {
    Optional<Refused<Change>> busy = takeOver(pool, progress);
    if (busy.isPresent()) {
      return busy.get();
    }
    if (check(pool).has(data, metadata)) {
      return new Done<>(Change.ALREADY_SO);
    }
    Optional<Refusal> why = check(pool).convert(data, metadata);
    if (why.isPresent()) {
      return new Refused<>(why.get());
    }
    Outcome<Change> outcome =
        run(
            pool,
            progress,
            // Without force fewer copies of metadata are refused; the caller has asked for it.
            List.of("--force", "-dconvert=" + data + ",soft", "-mconvert=" + metadata + ",soft"));
    return check(pool).has(data, metadata) ? new Done<>(Change.MADE) : notAll(outcome);
  }

  private static Outcome<Change> notAll(Outcome<Change> outcome) {
    return switch (outcome) {
      case Refused<Change> refused -> refused;
      case Done<Change> _ ->
          new Refused<>(StorageError.CANCELLED, "It was stopped before every chunk was converted.");
    };
  }

  Outcome<Change> balance(MountedPool pool, BalanceFilter filter, TaskProgress progress) {
    Optional<Refused<Change>> busy = takeOver(pool, progress);
    if (busy.isPresent()) {
      return busy.get();
    }
    List<String> filters = new ArrayList<>();
    if (filter.dataUsage() >= 0) {
      filters.add("-dusage=" + filter.dataUsage());
    }
    if (filter.metadataUsage() >= 0) {
      filters.add("-musage=" + filter.metadataUsage());
    }
    return run(pool, progress, filters);
  }

  /** Waits for a balance that somebody else left running, and drops one that was interrupted. */
  private Optional<Refused<Change>> takeOver(MountedPool pool, TaskProgress progress) {
    try (Descriptor top = Descriptor.directory(pool.root())) {
      Watching watching = new Watching(top);
      if (job.join(progress, watching)) {
        return Optional.of(Members.cancelled());
      }
      return switch (reading.state(pool).running()) {
        case NONE -> Optional.empty();
        case BALANCE_PAUSED -> {
          watching.cancel();
          yield Optional.empty();
        }
        case BALANCE, ADD_DEVICE, REMOVE_DEVICE, REPLACE_DEVICE, OTHER ->
            Members.busy(reading.state(pool));
      };
    }
  }

  private Outcome<Change> run(MountedPool pool, TaskProgress progress, List<String> filters) {
    List<String> argv = new ArrayList<>(List.of("btrfs", "balance", "start"));
    argv.addAll(filters);
    argv.add("--");
    argv.add(pool.root().toString());
    try (Descriptor top = Descriptor.directory(pool.root())) {
      LongJob.Ended ended = job.run(argv, progress, new Watching(top));
      if (ended.cancelled()) {
        return Members.cancelled();
      }
      return Members.outcome(ended.result());
    }
  }

  private RoomCheck check(MountedPool pool) {
    PoolState state = reading.state(pool);
    return new RoomCheck(state, reading.usage(pool));
  }

  private record Watching(Descriptor top) implements LongJob.Watch {
    @Override
    public boolean look(TaskProgress progress) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment args = arena.allocate(Ioctl.BALANCE_PROGRESS.size());
        // Fails while there is none.
        if (top.tryIoctl(Ioctl.BALANCE_PROGRESS, args) < 0
            || (args.get(JAVA_LONG_UNALIGNED, STATE) & RUNNING) == 0) {
          return false;
        }
        long expected = args.get(JAVA_LONG_UNALIGNED, EXPECTED);
        long completed = args.get(JAVA_LONG_UNALIGNED, COMPLETED);
        progress.report(Math.min(completed, expected), expected, "chunks");
        return true;
      }
    }

    /** The ioctl takes the number itself where others take an address. */
    @Override
    public void cancel() {
      top.tryIoctl(Ioctl.BALANCE_CTL, MemorySegment.ofAddress(CANCEL));
    }
  }
}
