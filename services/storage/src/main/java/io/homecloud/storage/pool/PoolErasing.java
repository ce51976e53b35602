package io.homecloud.storage.pool;

import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskContent;
import io.homecloud.storage.disk.Partition;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What may be erased: what was on a disk when somebody allowed that, and nothing that is on it
 * later. Making a pool is tried again and again until it can be, and a disk that is to join one
 * waits for what else is done to it, perhaps for hours; meanwhile it may have got files that nobody
 * meant. A condition of a pool that is not made remembers, until it is made or the permission is
 * withdrawn; a task remembers in its parameters.
 */
final class PoolErasing {
  private static final String CONDITION = "Erasable";
  private static final String WISH_AGAIN =
      "To allow it for what is there now, PATCH spec.erase to false and then to true.";
  static final String ORDER_AGAIN = "To allow it for what is there now, ask for this again.";

  private final Clock clock;

  PoolErasing(Clock clock) {
    this.clock = clock;
  }

  /** The pool with a note of what may be erased; the first look at its disks counts. */
  Resource<PoolSpec, PoolStatus> noted(Resource<PoolSpec, PoolStatus> pool, PoolDisks.Named disks) {
    boolean known = Conditions.find(pool.conditions(), CONDITION).isPresent();
    if (known == pool.spec().erase()) {
      return pool;
    }
    List<Condition> conditions = new ArrayList<>(pool.conditions());
    if (known) {
      conditions.removeIf(condition -> condition.type().equals(CONDITION));
    } else {
      String found =
          Stream.concat(
                  disks.found().stream().map(PoolErasing::line),
                  disks.missing().stream().map(disk -> "no disk " + disk))
              .collect(Collectors.joining("\n"));
      conditions =
          new Conditions(conditions, pool.metadata().generation(), clock)
              .kept()
              .set(CONDITION, Truth.True, "AsFound", found)
              .build();
    }
    return pool.observed(PoolStatus.pending(null, pool.metadata().generation(), conditions));
  }

  /** Labels on disks are printable, so that none of them begins a line. */
  static String line(Disk disk) {
    return disk.id()
        + " with "
        + Stream.concat(
                Stream.of(disk.content()), disk.partitions().stream().map(Partition::content))
            .map(PoolErasing::words)
            .collect(Collectors.joining(", "));
  }

  private static String words(DiskContent content) {
    return content instanceof DiskContent.FileSystem(_, _, String uuid)
        ? content.sentence() + " " + uuid
        : content.sentence();
  }

  /** Whether nothing would be lost but what may be. */
  static boolean allowed(Resource<PoolSpec, PoolStatus> pool, List<Disk> disks) {
    List<String> noted =
        Conditions.find(pool.conditions(), CONDITION)
            .map(condition -> condition.message().lines().toList())
            .orElse(List.of());
    return pool.spec().erase()
        && disks.stream()
            .allMatch(disk ->
                disk.content() instanceof DiskContent.Blank
                    || isOwn(disk, pool)
                    || noted.contains(line(disk)));
  }

  /** What a killed attempt has left. */
  private static boolean isOwn(Disk disk, Resource<PoolSpec, PoolStatus> pool) {
    return disk.content() instanceof DiskContent.BtrfsMember(var fsid, _, _)
        && Objects.equals(fsid, pool.uid());
  }

  static <R> Outcome<R> explained(Resource<PoolSpec, PoolStatus> pool, Outcome<R> outcome) {
    return explained(pool.spec().erase(), outcome, WISH_AGAIN);
  }

  /** Says how to allow it anew, where that would help. */
  static <R> Outcome<R> explained(boolean wasAllowed, Outcome<R> outcome, String again) {
    return outcome instanceof Outcome.Refused<R>(var why)
            && why.error() == StorageError.DISK_NOT_EMPTY
            && wasAllowed
        ? new Outcome.Refused<>(
            why.error(), why.sentence() + " That was not on it when erasing was allowed. " + again)
        : outcome;
  }
}
