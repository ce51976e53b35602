package io.homecloud.storage.pool;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.storage.StorageConfig;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import java.util.List;
import java.util.stream.Stream;

/** Pools, assembled. */
public final class PoolFeature {
  private final PoolReconciler reconciler;
  private final ResourceApi<PoolSpec, PoolStatus> api;
  private final PoolActions actions;
  private final List<TaskHandler> tasks;

  public PoolFeature(
      StorageConfig config, ControlPlane plane, StorageNode node, MountedPools mounted) {
    this.reconciler =
        new PoolReconciler(
            node.pools(),
            node.volumes(),
            node.records(),
            node.poolDisks(),
            mounted,
            config.poolRoot(),
            new PoolStatusFactory(plane.clock(), config.spaceLowPercent()));
    this.actions = new PoolActions(plane, node.pools(), node.poolDisks(), mounted);
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
            new PoolAdmission(config, node.poolDisks(), plane.resources()),
            plane.room());
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
