package io.homecloud.storage.pool;

import io.homecloud.control.node.Nodes;
import io.homecloud.control.node.Peer;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskContent;
import io.homecloud.storage.disk.Disks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Finds the disks of a pool: those that were named, and those that say that they belong to it. */
public final class PoolDisks {
  private final Disks disks;
  private volatile Supplier<List<Disk>> seen;

  public PoolDisks(Disks disks) {
    this.disks = disks;
    this.seen = disks::scan;
  }

  /** From now on {@link #seenMembers} asks this, which reads no disk. */
  public void remembering(Supplier<List<Disk>> memory) {
    this.seen = memory;
  }

  /** Disks by the names in a spec; those that are not there are named. */
  public record Named(List<Disk> found, List<String> missing) {
    List<Path> nodes() {
      return found.stream().map(Disk::node).toList();
    }
  }

  Named named(List<String> names) {
    List<Disk> found = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String name : names) {
      Optional<Disk> disk = disks.find(name);
      disk.ifPresentOrElse(found::add, () -> missing.add(name));
    }
    return new Named(found, missing);
  }

  Optional<Disk> find(String idOrPath) {
    return disks.find(idOrPath);
  }

  /** Every disk of this machine that carries the pool's identity, wherever it is plugged in. */
  public List<Disk> members(PoolId pool) {
    return members(pool, disks.scan());
  }

  /** The same as last seen: good enough for a pool that is in place, and lets disks sleep. */
  List<Disk> seenMembers(PoolId pool) {
    return members(pool, seen.get());
  }

  /** Whether what was seen is enough to say that none of the pool's disks is there. */
  boolean surelyAbsent(PoolId pool) {
    List<Disk> all = seen.get();
    return members(pool, all).isEmpty() && unreadable(all).isEmpty();
  }

  /**
   * Whether none of the pool's disks is there.
   *
   * @throws io.homecloud.control.problem.ProblemException naming a disk that does not answer and
   *     may be one of them
   */
  public boolean gone(PoolId pool) {
    List<Disk> all = disks.scan();
    if (!members(pool, all).isEmpty()) {
      return false;
    }
    unreadable(all)
        .ifPresent(disk -> {
          throw StorageProblem.POOL_BUSY.because(
              "Disk %s (%s) is plugged in and does not say what is on it; that may be this pool. Unplug it, or wait until it answers."
                  .formatted(disk.id(), disk.node()));
        });
    return true;
  }

  /** One that may be of any pool: what the system runs on is of none. */
  private static Optional<Disk> unreadable(List<Disk> all) {
    return all.stream()
        .filter(Disk::offered)
        .filter(disk -> disk.content() instanceof DiskContent.Unreadable)
        .findFirst();
  }

  private static List<Disk> members(PoolId pool, List<Disk> all) {
    return all.stream()
        .filter(disk ->
            disk.content() instanceof DiskContent.BtrfsMember(var fsid, _, _)
                && fsid.equals(pool.value()))
        .toList();
  }

  /**
   * Refuses, with a sentence for people, to give up the pool that carries the installation's own
   * databases.
   *
   * @param system where those are
   */
  public void requireWithoutDatabases(PoolId pool, Path system) {
    if (members(pool).stream()
        .anyMatch(disk -> disk.use().mountPoints().contains(system.toString()))) {
      throw StorageProblem.POOL_BUSY.because(
          "The databases of this installation are on it. To move it with them, stop with"
              + " \"./homecloud down\", plug its disks in elsewhere and adopt them there with"
              + " \"./homecloud up --disk … --adopt\".");
    }
  }

  /**
   * Refuses, with a sentence for people, names that may mean a disk of each node, when nothing says
   * which node is meant: who is asked, or leads, nobody chose. Left are ids of disks that no other
   * node has now; whether they are here is another question.
   *
   * @param how what would have said it
   * @throws io.homecloud.control.problem.ProblemException VALUE_INVALID
   */
  public static void requireOfOneNode(
      List<String> names, Nodes nodes, ResourceStore store, String how) {
    if (nodes.alone()) {
      return;
    }
    Set<String> others = nodes.others().stream().map(Peer::node).collect(Collectors.toSet());
    Set<String> there =
        store.all(StorageKinds.DISK, Selection.ALL).stream()
            .filter(row -> others.contains(row.node()))
            .filter(row -> row.status() == null || !row.status().away())
            .map(row -> row.spec().id())
            .collect(Collectors.toSet());
    names.stream()
        .filter(name -> name.startsWith("/") || there.contains(name))
        .findFirst()
        .ifPresent(name -> {
          throw StorageProblem.VALUE_INVALID.because(
              "There are several nodes; %s says on which of them the disk %s is."
                  .formatted(how, name));
        });
  }

  /** Refuses, with a sentence for people, a disk that somebody uses; whatever is on it. */
  public static void requireUnused(Disk disk) {
    PoolAdmission.usable(disk, true);
  }
}
