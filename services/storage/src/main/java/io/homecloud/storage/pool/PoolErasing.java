package io.homecloud.storage.pool;

import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskContent;
import io.homecloud.storage.disk.DiskContent.BtrfsMember;
import io.homecloud.storage.disk.Partition;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

  /** Of a pool that is there, for whoever has wished to erase it in a manifest. */
  static final String BY_HTTP =
      "A manifest erases no pool of homecloud, for it may be applied again when nobody remembers that the pool is its own. Adopt the pool (POST "
          + StorageKinds.API
          + "/pools/adopt), or erase it by HTTP (POST "
          + StorageKinds.API
          + "/pools with \"erase\": true).";

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
        + contents(disk).map(PoolErasing::words).collect(Collectors.joining(", "));
  }

  /** The pool of homecloud that it, or a partition of it, is a disk of. */
  static Optional<BtrfsMember> pool(Disk disk) {
    return contents(disk)
        .filter(BtrfsMember.class::isInstance)
        .map(BtrfsMember.class::cast)
        .filter(member -> member.label().startsWith(PoolReconciler.LABEL))
        .findFirst();
  }

  private static Stream<DiskContent> contents(Disk disk) {
    return Stream.concat(
        Stream.of(disk.content()), disk.partitions().stream().map(Partition::content));
  }

  private static String words(DiskContent content) {
    return content instanceof DiskContent.FileSystem(_, _, String uuid)
        ? content.sentence() + " " + uuid
        : content.sentence();
  }

  /**
   * Whether nothing would be lost but what may be: never a pool of homecloud for the sake of a
   * manifest, whoever has let that in.
   */
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
                    || (noted.contains(line(disk)) && !isKept(disk, pool)));
  }

  private static boolean isKept(Disk disk, Resource<PoolSpec, PoolStatus> pool) {
    return pool.declared() && pool(disk).isPresent() && !isOwn(disk, pool);
  }

  /** What a killed attempt has left. */
  private static boolean isOwn(Disk disk, Resource<PoolSpec, PoolStatus> pool) {
    return disk.content() instanceof BtrfsMember(var fsid, _, _)
        && Objects.equals(fsid, pool.uid());
  }

  static <R> Outcome<R> explained(
      Resource<PoolSpec, PoolStatus> pool, List<Disk> disks, Outcome<R> outcome) {
    return outcome instanceof Outcome.Refused<R>(var why)
            && why.error() == StorageError.DISK_NOT_EMPTY
            && pool.spec().erase()
            && disks.stream().anyMatch(disk -> isKept(disk, pool))
        ? new Outcome.Refused<>(why.error(), why.sentence() + " " + BY_HTTP)
        : explained(
            pool.spec().erase() && disks.stream().noneMatch(disk -> isOwn(disk, pool)),
            outcome,
            WISH_AGAIN);
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
