package io.homecloud.storage.snapshot;

import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.task.TaskStore;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import java.util.Objects;
import java.util.UUID;

/** Which snapshots may be wished for. */
final class SnapshotAdmission implements Admission<SnapshotSpec, SnapshotStatus> {
  private final ResourceStore store;
  private final TaskStore tasks;

  SnapshotAdmission(ResourceStore store, TaskStore tasks) {
    this.store = store;
    this.tasks = tasks;
  }

  @Override
  public Admitted<SnapshotSpec> create(Name name, SnapshotSpec spec) {
    if (spec.volume() == null) {
      throw CommonProblem.BODY_INVALID.because("spec.volume is missing.");
    }
    VolumeSpec.requireDisplayable(spec.displayName());
    Resource<VolumeSpec, VolumeStatus> volume =
        store
            .find(StorageKinds.VOLUME, spec.volume())
            .orElseThrow(() ->
                StorageProblem.VOLUME_NOT_FOUND.because(
                    "There is no volume called " + spec.volume() + "."));
    if (volume.deleting()) {
      throw CommonProblem.BEING_DELETED.because(
          "Volume " + volume.name() + " is going to the trash.");
    }
    if (volume.status() == null || volume.status().madeAt() == null) {
      throw StorageProblem.VOLUME_NOT_READY.because(
          "Volume " + volume.name() + " has not been made yet; wait until it is Ready.");
    }
    return new Admitted<>(spec, volume.node(), volume.uid());
  }

  @Override
  public SnapshotSpec change(Resource<SnapshotSpec, SnapshotStatus> before, SnapshotSpec wished) {
    if (wished.volume() != null && !wished.volume().equals(before.spec().volume())) {
      throw CommonProblem.FIELD_IMMUTABLE.because("A snapshot stays the snapshot of its volume.");
    }
    VolumeSpec.requireDisplayable(wished.displayName());
    if (wished.pinned() && !before.spec().pinned()) {
      refuseIfPurged(before);
    }
    return new SnapshotSpec(before.spec().volume(), wished.pinned(), wished.displayName());
  }

  /**
   * A volume that is being deleted for good takes its snapshots along. Its row is held until this
   * change is written, so that of the two one sees the other.
   */
  private void refuseIfPurged(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    UUID volume = Objects.requireNonNull(snapshot.parent());
    store.useTransaction(transaction ->
        store
            .lock(transaction.handle(), StorageKinds.TRASH, volume)
            .filter(Resource::deleting)
            .ifPresent(_ -> {
              throw CommonProblem.BEING_DELETED.because(
                  "Its volume is being deleted for good, with its snapshots.");
            }));
  }

  @Override
  public void lastLook(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    requireUnpinned(snapshot);
  }

  private static void requireUnpinned(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    if (snapshot.spec().pinned()) {
      throw StorageProblem.SNAPSHOT_PINNED.because(
          "Snapshot "
              + snapshot.name()
              + " is pinned; PATCH it with {\"spec\":{\"pinned\":false}} first.");
    }
  }

  @Override
  public void delete(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    requireUnpinned(snapshot);
    UUID volume = snapshot.parent();
    String uid = snapshot.uid().toString();
    tasks.unfinished(volume == null ? snapshot.uid() : volume).stream()
        .filter(task -> task.parameters().contains(uid))
        .findFirst()
        .ifPresent(task -> {
          throw StorageProblem.SNAPSHOT_BUSY
              .because(
                  "A task of the kind "
                      + task.action()
                      + " reads it; wait for its end or cancel it.")
              .with("task", task.id());
        });
  }
}
