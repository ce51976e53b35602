package io.homecloud.storage.snapshot;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.TaskState;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.pool.MountedPools;
import java.util.Objects;
import java.util.UUID;

/** Snapshots, assembled. */
public final class SnapshotFeature {
  /** The word of the task that puts a volume back to a snapshot. */
  public static final String ROLLBACK = "rollback";

  /** The label of snapshots that keep the present before a task; the value is the task's id. */
  public static final String BEFORE_TASK = "homecloud.io/before-task";

  private final ControlPlane plane;
  private final SnapshotReconciler reconciler;
  private final ResourceApi<SnapshotSpec, SnapshotStatus> api;
  private final SnapshotAdmission admission;
  private final SnapshotUse use;

  public SnapshotFeature(ControlPlane plane, StorageNode node, MountedPools mounted) {
    this.plane = plane;
    this.use = new SnapshotUse(plane::wake, this::isBeingRolledBack);
    this.reconciler =
        new SnapshotReconciler(
            node.volumes(),
            node.records(),
            mounted,
            plane.resources(),
            use,
            new NewerPins(plane),
            plane.clock());
    this.admission = new SnapshotAdmission(plane.resources(), plane.tasks());
    this.api =
        new ResourceApi<>(
            StorageKinds.SNAPSHOT, StorageKinds.API + "/snapshots", admission, plane.room());
  }

  public SnapshotReconciler reconciler() {
    return reconciler;
  }

  public ResourceApi<SnapshotSpec, SnapshotStatus> api() {
    return api;
  }

  private boolean isBeingRolledBack(UUID volume) {
    return plane.tasks().unfinished(volume).stream()
        .anyMatch(task ->
            task.action().equals(ROLLBACK)
                && task.state() == TaskState.Running
                && plane.node().equals(task.node()));
  }

  /** The identity of the volume of that name, whose snapshots are asked for. */
  UUID volume(String name) {
    return plane
        .resources()
        .find(StorageKinds.VOLUME, new Name(name))
        .orElseThrow(() ->
            StorageProblem.VOLUME_NOT_FOUND.because("There is no volume called " + name + "."))
        .uid();
  }

  /** Whether the pool of its volume is mounted now. */
  public boolean inPlace(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    return reconciler.poolOf(Objects.requireNonNull(snapshot.parent())).isPresent();
  }

  /**
   * Refuses to delete a snapshot that is pinned or that a task reads or waits to read; asked while
   * nobody else can change it.
   */
  public void requireUnneeded(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    admission.delete(snapshot);
  }

  /** Who needs snapshots to stay. */
  public SnapshotUse use() {
    return use;
  }

  /**
   * A snapshot that was taken and stays, to be read.
   *
   * @throws io.homecloud.control.problem.ProblemException when there is none of that name, or it is
   *     not usable now
   */
  public Resource<SnapshotSpec, SnapshotStatus> taken(Name name) {
    Resource<SnapshotSpec, SnapshotStatus> snapshot =
        plane
            .resources()
            .find(StorageKinds.SNAPSHOT, name)
            .orElseThrow(() ->
                StorageProblem.SNAPSHOT_NOT_FOUND.because(
                    "There is no snapshot called " + name + "."));
    if (snapshot.deleting()) {
      throw CommonProblem.BEING_DELETED.because("Snapshot " + name + " is being deleted.");
    }
    if (snapshot.status() == null || snapshot.status().path() == null) {
      throw StorageProblem.SNAPSHOT_NOT_READY.because(
          "Snapshot " + name + " has not been taken yet; wait until it is Ready.");
    }
    return snapshot;
  }
}
