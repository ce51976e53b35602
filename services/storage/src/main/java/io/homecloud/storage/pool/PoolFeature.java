package io.homecloud.storage.pool;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.storage.StorageConfig;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.disk.Disk;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Pools, assembled. */
public final class PoolFeature {
  private final PoolBackend backend;
  private final PoolDisks disks;
  private final MountedPools mounted;
  private final ControlPlane plane;
  private final PoolStatusFactory statuses;
  private final PoolUpkeep upkeep;
  private final PoolReconciler reconciler;
  private final ResourceApi<PoolSpec, PoolStatus> api;
  private final PoolActions actions;
  private final List<TaskHandler> tasks;

  public PoolFeature(
      StorageConfig config, ControlPlane plane, StorageNode node, MountedPools mounted) {
    this.backend = node.pools();
    this.disks = node.poolDisks();
    this.mounted = mounted;
    this.plane = plane;
    PlausibleClock clock = plane.plausibleClock();
    this.statuses = new PoolStatusFactory(clock, config.spaceLowPercent());
    this.upkeep = new PoolUpkeep(plane, config.scrubCron(), clock);
    this.reconciler =
        new PoolReconciler(
            node.pools(),
            node.volumes(),
            node.records(),
            node.poolDisks(),
            mounted,
            config.poolRoot(),
            config.systemRoot(),
            statuses,
            upkeep,
            new MissingDisks(config.data().resolve("missing-disks")),
            config.disksAwaited());
    this.actions = new PoolActions(plane, node.pools(), node.poolDisks(), mounted, statuses);
    this.tasks =
        Stream.of(
                PoolActions.SCRUB,
                PoolActions.BALANCE,
                PoolActions.ADD,
                PoolActions.REMOVE,
                PoolActions.REPLACE,
                PoolActions.CONVERT)
            .<TaskHandler>map(
                action -> new PoolTask(action, plane, node.pools(), node.poolDisks(), mounted))
            .toList();
    this.api =
        new ResourceApi<>(
                StorageKinds.POOL,
                StorageKinds.API + "/pools",
                new PoolAdmission(
                    config.node(),
                    config.systemRoot(),
                    node.poolDisks(),
                    plane.resources(),
                    plane.nodes()),
                plane.room())
            .presentedBy(pools -> pools.stream().map(this::asItIs).toList());
  }

  /** Room and errors are read from the file system when somebody asks. */
  private Resource<PoolSpec, PoolStatus> asItIs(Resource<PoolSpec, PoolStatus> pool) {
    PoolStatus seen = pool.status();
    Optional<MountedPool> here = mounted.find(pool.uid());
    if (here.isEmpty() || seen == null || seen.mountPath() == null || pool.deleting()) {
      return pool;
    }
    try {
      PoolStatus now = statuses.mounted(pool, here.get(), looked(here.get(), seen));
      if (now.differs(seen)) {
        plane.wake(pool.uid());
      }
      return pool.observed(now);
    } catch (StorageFailure broken) {
      plane.wake(pool.uid());
      return pool;
    }
  }

  private PoolStatusFactory.Seen looked(MountedPool here, PoolStatus before) {
    PoolState state = backend.state(here);
    List<Disk> members = disks.seenMembers(here.id());
    Optional<PoolStatusFactory.Ailing> ailing = upkeep.ailing(state, members);
    return new PoolStatusFactory.Seen(
        state,
        backend.usage(here),
        members,
        before.nextScrub(),
        PoolStatusFactory.CameBack.said(before),
        ailing,
        PoolStatusFactory.noRoom(backend, here, state, ailing));
  }

  public PoolReconciler reconciler() {
    return reconciler;
  }

  /** Who does the long jobs. */
  public List<TaskHandler> tasks() {
    return tasks;
  }

  PoolActions actions() {
    return actions;
  }

  public ResourceApi<PoolSpec, PoolStatus> api() {
    return api;
  }
}
