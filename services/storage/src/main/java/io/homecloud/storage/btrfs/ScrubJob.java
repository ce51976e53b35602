package io.homecloud.storage.btrfs;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.HostResult;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Outcome.Done;
import io.homecloud.storage.Outcome.Refused;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolState;
import io.homecloud.storage.pool.ScrubReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads everything, repairs what can be, names what cannot. */
final class ScrubJob {
  private static final int NAMED_FILES = 1000;

  /** Of all names together: they are told in one event, which has an end. */
  private static final int NAMED_BYTES = 128 << 10;

  /** Also of {@code btrfs scrub} alone: some blocks could not be corrected. */
  private static final int UNCORRECTABLE = 3;

  private final LongJob job;
  private final PoolReading reading;

  ScrubJob(LongJob job, PoolReading reading) {
    this.job = job;
    this.reading = reading;
  }

  Outcome<ScrubReport> scrub(MountedPool pool, TaskProgress progress) {
    PoolState state = reading.state(pool);
    List<PoolDevice> present =
        state.devices().stream().filter(device -> device.path().isPresent()).toList();
    try (Descriptor top = Descriptor.directory(pool.root())) {
      ScrubWatch watch =
          new ScrubWatch(
              top,
              present.stream().map(PoolDevice::id).collect(Collectors.toSet()),
              reading.usage(pool).used());
      if (watch.look(progress)) {
        // Left running by one before us: what it has counted and will count is as good as ours.
        if (job.join(progress, watch)) {
          return cancelled();
        }
        watch.suspectTheRest();
        return new Done<>(
            report(top, present, progress, watch, watch.sum(), watch.sum().uncorrectable()));
      }
      long lost = 0;
      ScrubWatch.Counters counted = ScrubWatch.Counters.NONE;
      for (String target : targets(pool, state)) {
        LongJob.Ended ended =
            job.run(List.of("btrfs", "scrub", "start", "-B", "-R", "--", target), progress, watch);
        if (ended.cancelled()) {
          return cancelled();
        }
        if (!(ended.result() instanceof HostResult.Exited(int code, String output, _))
            || (code != 0 && code != UNCORRECTABLE)) {
          return BtrfsErrorParser.refused(ended.result());
        }
        counted = plus(counted, ScrubOutputParser.parse(output));
        lost = counted.uncorrectable();
      }
      if (lost > watch.sum().uncorrectable()) {
        watch.suspectTheRest();
      }
      return new Done<>(report(top, present, progress, watch, counted, lost));
    }
  }

  /** All disks at once; with one missing the program would stop, so then one by one. */
  private static List<String> targets(MountedPool pool, PoolState state) {
    return state.degraded()
        ? state.devices().stream()
            .flatMap(device -> device.path().stream())
            .map(Path::toString)
            .toList()
        : List.of(pool.root().toString());
  }

  private static ScrubWatch.Counters plus(ScrubWatch.Counters sum, Map<String, Long> more) {
    return new ScrubWatch.Counters(
        sum.bytes()
            + more.getOrDefault("data_bytes_scrubbed", 0L)
            + more.getOrDefault("tree_bytes_scrubbed", 0L),
        sum.corrected() + more.getOrDefault("corrected_errors", 0L),
        sum.uncorrectable() + more.getOrDefault("uncorrectable_errors", 0L),
        sum.unverified() + more.getOrDefault("unverified_errors", 0L),
        0);
  }

  private static ScrubReport report(
      Descriptor top,
      List<PoolDevice> present,
      TaskProgress progress,
      ScrubWatch watch,
      ScrubWatch.Counters counted,
      long lost) {
    List<Path> damaged = new ArrayList<>();
    boolean metadata = false;
    boolean more = false;
    if (lost > 0) {
      Optional<ChecksumKind> kind = ChecksumKind.of(top);
      Set<Long> suspicious = watch.suspiciousChunks();
      FileNames names = new FileNames(top, NAMED_FILES);
      long found = 0;
      try (MemberReader reader = new MemberReader(present)) {
        List<Chunk> chunks =
            Chunk.all(top).stream()
                .filter(chunk -> kind.isPresent() && !chunk.hasParity())
                .toList();
        // Where the counters grew was seen from time to time only: what is not found there is
        // elsewhere.
        for (boolean where : new boolean[] {true, false}) {
          for (Chunk chunk : chunks) {
            if (progress.cancelled()
                || suspicious.contains(chunk.start()) != where
                || found >= lost) {
              continue;
            }
            DamageSearch search = new DamageSearch(top, reader, kind.orElseThrow());
            if (chunk.holdsData()) {
              List<Long> addresses = search.data(chunk);
              addresses.forEach(names::add);
              found += addresses.size();
            } else if (search.metadata(chunk)) {
              metadata = true;
              found++;
            }
          }
        }
      }
      int room = NAMED_BYTES;
      for (Path name : names.found().stream().sorted().toList()) {
        room -= name.toString().length();
        if (room >= 0) {
          damaged.add(name);
        }
      }
      // Counted but not found: of a kind that we cannot verify ourselves.
      more = names.more() || found == 0 || room < 0;
    }
    return new ScrubReport(
        counted.bytes(),
        counted.corrected(),
        counted.uncorrectable(),
        counted.unverified(),
        damaged,
        metadata,
        more);
  }

  private static Outcome<ScrubReport> cancelled() {
    return new Refused<>(StorageError.CANCELLED, "The scrub was stopped when asked to.");
  }
}
