package io.homecloud.storage.trash;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Parameters;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.events.database.Transaction;
import io.homecloud.storage.StorageConfig;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.pool.Pools;
import io.homecloud.storage.snapshot.NewerPins;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The trash, assembled. */
public final class TrashFeature {
  private final TrashReconciler reconciler;
  private final ResourceApi<TrashSpec, TrashStatus> api;
  private final ControlPlane plane;
  private final WayBack back;
  private final MountedPools mounted;

  public TrashFeature(
      StorageConfig config, ControlPlane plane, StorageNode node, MountedPools mounted) {
    this.plane = plane;
    this.mounted = mounted;
    this.back = new WayBack(plane, node.volumes(), config.volumeRoot());
    this.reconciler =
        new TrashReconciler(
            node.volumes(),
            node.records(),
            mounted,
            plane.resources(),
            new Room(
                node.pools(),
                node.pools()::clearing,
                node.volumes()::commit,
                plane.resources(),
                config.trashFloorPercent(),
                config.trashKeptAtLeast(),
                plane::wake),
            back,
            new NewerPins(plane),
            config.trashKept(),
            plane.plausibleClock());
    this.api =
        new ResourceApi<>(
            StorageKinds.TRASH, StorageKinds.API + "/trash", new Refusing(), plane.room());
  }

  public TrashReconciler reconciler() {
    return reconciler;
  }

  public ResourceApi<TrashSpec, TrashStatus> api() {
    return api;
  }

  /**
   * What became of the entries of the trash, by their names.
   *
   * @param deleted those that go now, one after the other
   * @param pinned those that stay, because a snapshot of theirs is pinned
   */
  @Schema(name = "EmptiedTrash")
  public record Emptied(List<Name> deleted, List<Name> pinned) {}

  /**
   * Begins to delete all entries for good, of one pool or of all.
   *
   * @throws io.homecloud.control.problem.ProblemException POOL_NOT_FOUND
   */
  Emptied empty(Optional<Name> pool) {
    Selection selection =
        pool.map(name -> Selection.in(Pools.require(plane.resources(), name).uid()))
            .orElse(Selection.ALL);
    Emptied emptied = new Emptied(new ArrayList<>(), new ArrayList<>());
    for (Resource<TrashSpec, TrashStatus> entry :
        plane.resources().all(StorageKinds.TRASH, selection)) {
      try {
        var _ = api.delete(new Asked(), entry.name());
        emptied.deleted().add(entry.name());
      } catch (ProblemException e) {
        if (e.code() == StorageProblem.SNAPSHOT_PINNED) {
          emptied.pinned().add(entry.name());
        } else if (e.code() != CommonProblem.NOT_FOUND) { // it was restored just now
          throw e;
        }
      }
    }
    return emptied;
  }

  /** Of the volume that an entry is of. */
  UUID uid(Name id) {
    return Parameters.uuid("volume in the trash", id.value());
  }

  /**
   * Gives a volume its place and name back, or another name.
   *
   * @throws io.homecloud.control.problem.ProblemException NAME_TAKEN when there is a volume of that
   *     name now
   */
  public void restore(Name id, Optional<Name> as) {
    Resource<TrashSpec, TrashStatus> entry = api.require(id);
    if (entry.deleting()) {
      throw CommonProblem.BEING_DELETED.because("It is being deleted for good.");
    }
    Name name = as.orElse(entry.spec().volume());
    if (plane.resources().find(StorageKinds.VOLUME, name).isPresent()) {
      throw CommonProblem.NAME_TAKEN.because(
          "There is a volume called " + name + " now; restore with {\"as\": \"another-name\"}.");
    }
    MountedPool pool = mounted.require(entry.parent());
    plane.resources().useTransaction(transaction -> restore(transaction, entry, name, pool));
  }

  private void restore(
      Transaction transaction,
      Resource<TrashSpec, TrashStatus> entry,
      Name name,
      MountedPool pool) {
    boolean still =
        plane
            .resources()
            .lock(transaction.handle(), StorageKinds.TRASH, entry.uid())
            .filter(row -> !row.deleting())
            .isPresent();
    if (!still) {
      throw CommonProblem.NOT_FOUND.because("It is no longer in the trash.");
    }
    back.go(transaction, entry, name, entry.spec().spec(), pool);
  }

  /** Entries come by deleting volumes and are not changed. */
  private final class Refusing implements Admission<TrashSpec, TrashStatus> {
    @Override
    public Admitted<TrashSpec> create(Name name, TrashSpec spec) {
      throw CommonProblem.METHOD_NOT_ALLOWED.because(
          "Entries of the trash come by deleting volumes.");
    }

    @Override
    public TrashSpec change(Resource<TrashSpec, TrashStatus> before, TrashSpec wished) {
      throw CommonProblem.METHOD_NOT_ALLOWED.because(
          "Entries of the trash are restored or deleted.");
    }

    @Override
    public void delete(Resource<TrashSpec, TrashStatus> entry) {
      requireUnpinned(plane.resources(), entry);
    }

    @Override
    public void lastLook(Resource<TrashSpec, TrashStatus> entry) {
      requireUnpinned(plane.resources(), entry);
    }
  }

  /** Refuses to delete a volume for good of which a snapshot is pinned. */
  static void requireUnpinned(ResourceStore store, Resource<TrashSpec, TrashStatus> entry) {
    boolean pinned =
        store.all(StorageKinds.SNAPSHOT, Selection.in(entry.uid())).stream()
            .anyMatch(snapshot -> snapshot.spec().pinned());
    if (pinned) {
      throw StorageProblem.SNAPSHOT_PINNED.because(
          "One of its snapshots is pinned; unpin it first, or restore the volume.");
    }
  }
}
