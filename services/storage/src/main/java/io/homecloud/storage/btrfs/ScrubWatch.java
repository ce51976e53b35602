package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.homecloud.control.task.TaskProgress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows a scrub, and notes where on the disks it was when its count of lost blocks grew. That
 * narrows the search for them to what it read between two looks.
 */
final class ScrubWatch implements LongJob.Watch {
  /** What the kernel has counted on one disk since the scrub began. */
  record Counters(long bytes, long corrected, long uncorrectable, long unverified, long position) {
    static final Counters NONE = new Counters(0, 0, 0, 0, 0);
  }

  private record Range(long device, long from, long to) {}

  // struct btrfs_ioctl_scrub_args and, in it, struct btrfs_scrub_progress
  private static final long LAST = 16;
  private static final long DATA_BYTES = 48;
  private static final long METADATA_BYTES = 56;
  private static final long UNCORRECTABLE = 120;
  private static final long CORRECTED = 128;
  private static final long POSITION = 136;
  private static final long UNVERIFIED = 144;

  private final Descriptor pool;
  private final Set<Long> devices;
  private final long total;
  private final Map<Long, Counters> counters = new HashMap<>();
  private final List<Range> suspicious = new ArrayList<>();

  /**
   * @param devices that are scrubbed
   * @param total bytes there are to read
   */
  ScrubWatch(Descriptor pool, Set<Long> devices, long total) {
    this.pool = pool;
    this.devices = Set.copyOf(devices);
    this.total = total;
  }

  @Override
  public boolean look(TaskProgress progress) {
    boolean running = false;
    try (Arena arena = Arena.ofConfined()) {
      for (long device : devices) {
        MemorySegment args = arena.allocate(Ioctl.SCRUB_PROGRESS.size());
        args.set(JAVA_LONG_UNALIGNED, 0, device);
        args.set(JAVA_LONG_UNALIGNED, LAST, -1);
        // Fails while this disk is not scrubbed.
        if (pool.tryIoctl(Ioctl.SCRUB_PROGRESS, args) >= 0) {
          running = true;
          note(
              device,
              new Counters(
                  args.get(JAVA_LONG_UNALIGNED, DATA_BYTES)
                      + args.get(JAVA_LONG_UNALIGNED, METADATA_BYTES),
                  args.get(JAVA_LONG_UNALIGNED, CORRECTED),
                  args.get(JAVA_LONG_UNALIGNED, UNCORRECTABLE),
                  args.get(JAVA_LONG_UNALIGNED, UNVERIFIED),
                  args.get(JAVA_LONG_UNALIGNED, POSITION)));
        }
      }
    }
    long bytes = sum().bytes();
    progress.report(Math.min(bytes, total), total, "bytes");
    return running;
  }

  private void note(long device, Counters now) {
    Counters before = counters.getOrDefault(device, Counters.NONE);
    if (now.uncorrectable() > before.uncorrectable()) {
      suspicious.add(
          new Range(device, before.position(), Math.max(before.position(), now.position())));
    }
    counters.put(device, now);
  }

  /** Of all disks, as last seen. */
  Counters sum() {
    return counters.values().stream()
        .reduce(
            Counters.NONE,
            (a, b) ->
                new Counters(
                    a.bytes() + b.bytes(),
                    a.corrected() + b.corrected(),
                    a.uncorrectable() + b.uncorrectable(),
                    a.unverified() + b.unverified(),
                    0));
  }

  /** Whatever came after the last look is suspicious too. */
  void suspectTheRest() {
    for (long device : devices) {
      long from = counters.getOrDefault(device, Counters.NONE).position();
      suspicious.add(new Range(device, from, Long.MAX_VALUE));
    }
  }

  /** Starts of the chunks that lost blocks may be in. */
  Set<Long> suspiciousChunks() {
    Set<Long> chunks = new HashSet<>();
    for (long device : devices) {
      List<Range> ranges = suspicious.stream().filter(range -> range.device() == device).toList();
      if (!ranges.isEmpty()) {
        new TreeSearch(TreeSearch.DEVICE_TREE, device, TreeSearch.DEVICE_EXTENT)
            .each(
                pool,
                item -> {
                  // struct btrfs_dev_extent: the chunk's start and the length
                  long from = item.offset();
                  long to = from + item.number(24);
                  if (ranges.stream().anyMatch(r -> r.from() <= to && from <= r.to())) {
                    chunks.add(item.number(16));
                  }
                });
      }
    }
    return chunks;
  }

  @Override
  public void cancel() {
    pool.tryIoctl(Ioctl.SCRUB_CANCEL, MemorySegment.NULL);
  }
}
