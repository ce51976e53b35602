package io.homecloud.storage.volume;

import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.task.TaskStore;
import io.homecloud.host.mount.Holder;
import io.homecloud.storage.Change;
import io.homecloud.storage.LettingGo;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.pool.PoolBackend;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.pool.Pools;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which volumes may be wished for. */
final class VolumeAdmission implements Admission<VolumeSpec, VolumeStatus> {
  private final String node;
  private final ResourceStore store;
  private final TaskStore tasks;
  private final MountedPools pools;
  private final PoolBackend poolBackend;
  private final VolumeBackend backend;
  private final Path root;
  private final Consumer<UUID> wake;
  private final VolumeRelease release;

  VolumeAdmission(
      String node,
      ResourceStore store,
      TaskStore tasks,
      MountedPools pools,
      PoolBackend poolBackend,
      VolumeBackend backend,
      Path root,
      Consumer<UUID> wake) {
    this.node = node;
    this.store = store;
    this.tasks = tasks;
    this.pools = pools;
    this.poolBackend = poolBackend;
    this.backend = backend;
    this.root = root;
    this.wake = wake;
    this.release = new VolumeRelease(store, backend);
  }

  @Override
  public Admitted<VolumeSpec> create(Name name, VolumeSpec wished) {
    VolumeSpec spec = completed(wished);
    Resource<PoolSpec, PoolStatus> pool = Pools.require(store, spec.pool());
    if (pool.deleting()) {
      throw CommonProblem.BEING_DELETED.because("Pool " + pool.name() + " is being released.");
    }
    check(spec);
    if (spec.source() != null) {
      check(spec.source(), pool);
    }
    return new Admitted<>(spec, pool.node(), pool.uid());
  }

  /** What a clone starts from has to be there, whole, and in the same pool. */
  private void check(VolumeSpec.Source source, Resource<PoolSpec, PoolStatus> pool) {
    Resource<VolumeSpec, VolumeStatus> volume =
        store
            .find(StorageKinds.VOLUME, source.volume())
            .orElseThrow(() ->
                StorageProblem.VOLUME_NOT_FOUND.because(
                    "There is no volume " + source.volume() + " to clone."));
    if (!pool.uid().equals(volume.parent())) {
      throw StorageProblem.VALUE_INVALID.because(
          "A clone lives in the pool of what it is a clone of; leave spec.pool as it is there.");
    }
    if (volume.deleting()) {
      throw CommonProblem.BEING_DELETED.because(
          "Volume " + volume.name() + " is going to the trash.");
    }
    if (volume.status() == null || volume.status().madeAt() == null) {
      throw StorageProblem.VOLUME_NOT_READY.because(
          "Volume " + volume.name() + " has not been made yet; wait until it is Ready.");
    }
    UUID snapshot = source.snapshot();
    if (snapshot != null) {
      check(snapshot, volume);
    }
  }

  private void check(UUID uid, Resource<VolumeSpec, VolumeStatus> volume) {
    var snapshot =
        store
            .find(StorageKinds.SNAPSHOT, uid)
            .orElseThrow(() ->
                StorageProblem.SNAPSHOT_NOT_FOUND.because(
                    "There is no snapshot " + uid + " to clone."));
    if (!volume.uid().equals(snapshot.parent())) {
      throw StorageProblem.SNAPSHOT_OF_ANOTHER_VOLUME.because(
          "Snapshot " + snapshot.name() + " is none of volume " + volume.name() + ".");
    }
    if (snapshot.deleting()) {
      throw CommonProblem.BEING_DELETED.because(
          "Snapshot " + snapshot.name() + " is being deleted.");
    }
    if (snapshot.status() == null || snapshot.status().createdAt() == null) {
      throw StorageProblem.SNAPSHOT_NOT_READY.because(
          "Snapshot " + snapshot.name() + " has not been taken yet; wait until it is Ready.");
    }
  }

  private static VolumeSpec completed(VolumeSpec spec) {
    if (spec.pool() == null) {
      throw CommonProblem.BODY_INVALID.because("spec.pool is missing.");
    }
    return new VolumeSpec(
        spec.pool(),
        spec.backend() == null ? VolumeSpec.Backend.btrfs : spec.backend(),
        spec.quota(),
        spec.compression(),
        spec.owner() == null ? Owner.ROOT : spec.owner(),
        spec.mode() == null ? new Mode(0755) : spec.mode(),
        spec.deletionPolicy() == null ? VolumeSpec.DeletionPolicy.Retain : spec.deletionPolicy(),
        spec.noCow(),
        spec.displayName(),
        spec.source());
  }

  private static void check(VolumeSpec spec) {
    if (spec.backend() == VolumeSpec.Backend.longhorn) {
      throw StorageProblem.BACKEND_UNKNOWN.because(
          "Volumes of Longhorn cannot be made yet; leave backend out, or say btrfs.");
    }
    if (spec.noCow() && spec.compression() != null) {
      throw StorageProblem.VALUE_INVALID.because(
          "A volume without copy-on-write cannot be compressed.");
    }
    VolumeSpec.requireDisplayable(spec.displayName());
  }

  @Override
  public VolumeSpec change(Resource<VolumeSpec, VolumeStatus> before, VolumeSpec wished) {
    VolumeSpec is = before.spec();
    VolumeSpec spec =
        completed(
            wished.source() == null && is.source() != null ? wished.copyOf(is.source()) : wished);
    immutable("pool", is.pool(), spec.pool());
    immutable("backend", is.backend(), spec.backend());
    immutable("noCow", is.noCow(), spec.noCow());
    immutable("source", is.source(), spec.source());
    check(spec);
    quotaNotBelowUsed(before, spec);
    return spec;
  }

  private void quotaNotBelowUsed(Resource<VolumeSpec, VolumeStatus> volume, VolumeSpec spec) {
    if (spec.quota() == null || spec.quota().equals(volume.spec().quota())) {
      return;
    }
    requireHere(volume, "What is used of it");
    Optional<MountedPool> pool = pools.find(volume.parent());
    if (pool.isEmpty()) {
      return;
    }
    if (volume.spec().quota() == null || spec.quota().compareTo(volume.spec().quota()) < 0) {
      // What was written since the last commit is not counted yet.
      backend.commit(pool.get());
    }
    Optional<VolumeUsage> usage = backend.usage(pool.get(), new VolumeId(volume.uid()));
    if (usage.isPresent() && usage.get().used() > spec.quota().bytes()) {
      // Without how much: of a wish that stands in a custom resource this is said again and again,
      // and a sentence that changes would be written each time.
      throw StorageProblem.QUOTA_BELOW_USED.because(
          "Volume "
              + volume.name()
              + " with its snapshots uses more than "
              + spec.quota()
              + " already (status.used says how much); ask for more, or delete files and snapshots first.");
    }
  }

  /** A request comes here at its own node only; what comes otherwise may be looked at anywhere. */
  private void requireHere(Resource<VolumeSpec, VolumeStatus> volume, String what) {
    if (!volume.node().equals(node)) {
      throw CommonProblem.NOT_OF_THIS_NODE.because(
          what + " is known on node " + volume.node() + ".");
    }
  }

  private static void immutable(String field, @Nullable Object is, @Nullable Object wished) {
    if (!Objects.equals(is, wished)) {
      throw CommonProblem.FIELD_IMMUTABLE.because(
          field + " is decided when a volume is made; clone it instead.");
    }
  }

  /** A volume in use is refused at once, with who uses it, instead of waiting for ever. */
  @Override
  public void delete(Resource<VolumeSpec, VolumeStatus> volume) {
    if (volume.deleting()) {
      return;
    }
    requireHere(volume, "Who uses it");
    Optional<MountedPool> pool = pools.find(volume.parent());
    if (pool.isEmpty()) {
      return;
    }
    tasks.unfinished(volume.uid()).stream()
        .findFirst()
        .ifPresent(task -> {
          throw StorageProblem.VOLUME_BUSY
              .because(
                  "A task of the kind "
                      + task.action()
                      + " works on it; wait for its end or cancel it.")
              .with("task", task.id());
        });
    if (poolBackend.state(pool.get()).readOnly()) {
      throw StorageProblem.READ_ONLY.because(
          "The pool of volume " + volume.name() + " can only be read now; its conditions say why.");
    }
    VolumeId id = new VolumeId(volume.uid());
    Path own = root.resolve(volume.name().value());
    boolean asked = release.ask(volume, pool.get(), own);
    Outcome<Change> unmounted = backend.unmount(pool.get(), id, own);
    if (unmounted instanceof Outcome.Refused<Change>(Refusal why)) {
      release.stays(volume, own, asked);
      throw StorageProblem.of(why).with("holders", backend.holders(pool.get(), id));
    }
    List<Holder> elsewhere =
        LettingGo.waitedFor(() -> backend.holders(pool.get(), id), LettingGo.BRIEFLY);
    if (!elsewhere.isEmpty()) {
      wake.accept(volume.uid());
      release.stays(volume, own, asked);
      throw StorageProblem.VOLUME_BUSY
          .because("It is in use: " + elsewhere.getFirst().sentence() + ".")
          .with("holders", elsewhere);
    }
  }

  /** Its reconciler mounts it again; who was asked to let go of it may use it again. */
  @Override
  public void stays(Resource<VolumeSpec, VolumeStatus> volume) {
    wake.accept(volume.uid());
    release.stays(volume, root.resolve(volume.name().value()));
  }
}
