package io.homecloud.storage.adoption;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceBatch;
import io.homecloud.control.resource.ResourceRows;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskState;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.host.mount.DeviceNumber;
import io.homecloud.host.mount.Holder;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.MountHolders;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.volume.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Gives pools away: afterwards nothing here knows of them and their disks can be unplugged.
 *
 * <p>A crash at any point leaves the pool here as it was, or away: the rows go last, and while they
 * are there the reconcilers put everything back into place and take the mark away again.
 */
public final class ExportService {
  private static final Logger LOG = Logger.getLogger(ExportService.class);
  private static final int NAMED_HOLDERS = 5;

  /**
   * When to look again whether everybody let go: nobody tells what other mount namespaces do, and
   * those who were asked by event need a moment.
   */
  private static final List<Duration> PAUSES =
      Stream.of(100, 200, 400, 800, 1600, 3200).map(Duration::ofMillis).toList();

  private final ControlPlane plane;
  private final ResourceStore store;
  private final StorageNode hands;
  private final MountedPools mounted;
  private final KnownPools known;
  private final ResourceBatch rows;
  private final Path root;
  private final Path system;
  private final Mounts mounts = new Mounts();
  private final MountHolders holders = new MountHolders();

  ExportService(
      ControlPlane plane,
      StorageNode hands,
      MountedPools mounted,
      KnownPools known,
      Path root,
      Path system) {
    this.root = root;
    this.plane = plane;
    this.store = plane.resources();
    this.hands = hands;
    this.mounted = mounted;
    this.known = known;
    this.system = system;
    this.rows = new ResourceBatch(new ResourceRows(plane.json()));
  }

  /**
   * Gives a pool away with everything on it. Those who use it are told by event and have some
   * seconds to let go. One whose disks are gone is given up: its volumes and snapshots are known no
   * more, and should a disk come back after all, it is offered as one of elsewhere.
   *
   * @param seen the revision that is meant; any when empty
   * @return the pool as it was last
   * @throws io.homecloud.control.problem.ProblemException naming who uses it; it stays then
   */
  public Resource<PoolSpec, PoolStatus> export(Name name, Optional<Long> seen) {
    Resource<PoolSpec, PoolStatus> pool =
        store
            .find(StorageKinds.POOL, name)
            .orElseThrow(() -> ResourceStore.notFound(StorageKinds.POOL, name));
    ResourceStore.requireRevision(pool, seen);
    if (!pool.node().equals(plane.node())) {
      throw CommonProblem.NOT_OF_THIS_NODE.because(
          "The pool is on node " + pool.node() + ", ask there.");
    }
    if (pool.deleting()) {
      throw CommonProblem.BEING_DELETED.because("It is being released already.");
    }
    if (isGone(pool)) {
      refuseWhileBusy(pool.uid());
      tell(pool);
      return mounted.alone(pool.uid(), () -> giveUp(pool));
    }
    MountedPool here = mounted.require(pool.uid());
    hands.poolDisks().requireWithoutDatabases(here.id(), system);
    refuseWhileBusy(pool.uid());
    tell(pool);
    return mounted.alone(pool.uid(), () -> export(pool, here));
  }

  /** Whether it was made once and none of its disks is there. */
  private boolean isGone(Resource<PoolSpec, PoolStatus> pool) {
    return mounted.find(pool.uid()).isEmpty()
        && !mounted.unknown(pool.uid())
        && pool.status() != null
        && pool.status().formattedAt() != null
        && hands.poolDisks().gone(new PoolId(pool.uid()));
  }

  private void tell(Resource<PoolSpec, PoolStatus> pool) {
    List<String> volumes =
        store.all(StorageKinds.VOLUME, Selection.in(pool.uid())).stream()
            .map(volume -> volume.name().value())
            .toList();
    store.useTransaction(transaction ->
        store.tell(
            transaction,
            new StorageFact.PoolExporting(pool.uid(), pool.name().value(), pool.node(), volumes)));
  }

  private Resource<PoolSpec, PoolStatus> giveUp(Resource<PoolSpec, PoolStatus> pool) {
    if (!isGone(pool)) {
      throw StorageProblem.POOL_BUSY.because("A disk of it has come back just now.");
    }
    mounted.withdraw(pool.uid());
    boolean away = false;
    try {
      PoolId id = new PoolId(pool.uid());
      MountedPool left = new MountedPool(id, root.resolve(pool.name().value()));
      if (mounts.list().stream()
          .anyMatch(mount -> mount.mountPoint().equals(left.root().toString()))) {
        // Its disks went while it was in place, and another pool is to have the name.
        letGo(left);
        StorageProblem.require(hands.pools().unmount(left));
        remove(left.root());
      }
      known.giveAway(id);
      store.useTransaction(transaction -> store.removeTree(transaction, pool.uid()));
      away = true;
      known.remove(id);
    } finally {
      if (!away) {
        mounted.giveBack(pool.uid());
        plane.wake(pool.uid());
      }
    }
    LOG.infof("pool %s (%s), whose disks are gone, is given up", pool.name(), pool.uid());
    return pool.status() == null ? pool : pool.observed(pool.status().exported());
  }

  /** Long jobs come to their end, or somebody cancels them. */
  private void refuseWhileBusy(UUID pool) {
    Set<UUID> inside = plane.database().read(handle -> rows.tree(handle, pool));
    for (TaskState state : List.of(TaskState.Running, TaskState.Pending)) {
      for (Task task :
          plane.tasks().list(Optional.of(state), Optional.empty(), Optional.empty(), 1000)) {
        if (task.resource() != null && inside.contains(task.resource().uid())) {
          throw StorageProblem.POOL_BUSY
              .because(
                  "Task "
                      + task.id()
                      + " ("
                      + task.action()
                      + ") works on it; wait for its end or cancel it.")
              .with("task", task.id());
        }
      }
    }
  }

  private Resource<PoolSpec, PoolStatus> export(
      Resource<PoolSpec, PoolStatus> pool, MountedPool here) {
    mounted.withdraw(pool.uid());
    boolean away = false;
    try {
      letGo(here);
      boolean readOnly = hands.pools().state(here).readOnly();
      if (!readOnly && hands.records().release(here, pool)) {
        hands.volumes().commit(here);
      }
      StorageProblem.require(hands.pools().unmount(here));
      remove(here.root());
      if (readOnly) {
        known.giveAway(here.id());
      }
      store.useTransaction(transaction -> store.removeTree(transaction, pool.uid()));
      away = true;
      known.remove(here.id());
    } finally {
      if (!away) {
        mounted.giveBack(pool.uid());
        plane.wake(pool.uid());
      }
    }
    LOG.infof("pool %s (%s) is exported", pool.name(), pool.uid());
    return pool.status() == null ? pool : pool.observed(pool.status().exported());
  }

  /** Unmounts every volume, and waits a while for those who use any. */
  private void letGo(MountedPool pool) {
    DeviceNumber device = device(pool);
    Optional<RuntimeException> busy = tryLetGo(pool, device);
    for (Duration pause : PAUSES) {
      if (busy.isEmpty()) {
        return;
      }
      pause(pause);
      busy = tryLetGo(pool, device);
    }
    if (busy.isPresent()) {
      throw busy.get();
    }
  }

  private static void pause(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StorageProblem.CANCELLED.because("homecloud is being stopped.");
    }
  }

  private Optional<RuntimeException> tryLetGo(MountedPool pool, DeviceNumber device) {
    Optional<Refusal> refusal = Optional.empty();
    for (Map.Entry<Path, VolumeId> mount : hands.volumes().mounts(pool).entrySet()) {
      Outcome<Change> gone = hands.volumes().unmount(pool, mount.getValue(), mount.getKey());
      if (gone instanceof Outcome.Refused<Change>(Refusal why)) {
        refusal = Optional.of(why);
      }
    }
    List<Holder> found = holders.of(mount -> mount.device().equals(device));
    List<String> left = others(pool, device);
    if (found.isEmpty() && left.isEmpty()) {
      return refusal.map(StorageProblem::of);
    }
    List<String> who =
        Stream.concat(
                found.stream().map(Holder::sentence),
                left.stream().map(place -> "a part of it is mounted at " + place))
            .limit(NAMED_HOLDERS)
            .toList();
    return Optional.of(
        StorageProblem.POOL_BUSY
            .because(
                "It is in use: "
                    + String.join("; ", who)
                    + (found.size() + left.size() > NAMED_HOLDERS ? "; and others" : "")
                    + ".")
            .with("holders", found));
  }

  /** Where those serve it who were asked to let go: nothing need be open there. */
  private List<String> others(MountedPool pool, DeviceNumber device) {
    return mounts.list().stream()
        .filter(mount -> mount.device().equals(device))
        .map(Mount::mountPoint)
        .filter(point -> !point.equals(pool.root().toString()))
        .toList();
  }

  private DeviceNumber device(MountedPool pool) {
    return mounts.list().stream()
        .filter(mount -> mount.mountPoint().equals(pool.root().toString()))
        .map(Mount::device)
        .reduce((_, last) -> last)
        .orElseThrow(() ->
            StorageProblem.of(
                new Refusal(StorageError.POOL_NOT_FOUND, "The pool is not mounted any more.")));
  }

  private static void remove(Path root) {
    try {
      Files.deleteIfExists(root);
    } catch (IOException e) {
      // An empty directory, or one that somebody put something into; neither is in the way.
      LOG.debugf("%s stays: %s", root, e.getMessage());
    }
  }
}
