package io.homecloud.storage.pool;

import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.events.Fact;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.PoolRecords;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.volume.VolumeBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings pools into being and into place: formatted once, mounted, with its directories and its
 * catalogue.
 */
public final class PoolReconciler implements Reconciler<PoolSpec, PoolStatus> {
  /** Nobody tells when it can be written again. */
  private static final Duration WHILE_READ_ONLY = Duration.ofSeconds(30);

  private final PoolBackend backend;
  private final VolumeBackend volumes;
  private final PoolRecords records;
  private final PoolDisks disks;
  private final MountedPools mounted;
  private final Path root;
  private final PoolStatusFactory statuses;

  public PoolReconciler(
      PoolBackend backend,
      VolumeBackend volumes,
      PoolRecords records,
      PoolDisks disks,
      MountedPools mounted,
      Path root,
      PoolStatusFactory statuses) {
    this.backend = backend;
    this.volumes = volumes;
    this.records = records;
    this.disks = disks;
    this.mounted = mounted;
    this.root = root;
    this.statuses = statuses;
  }

  @Override
  public Kind<PoolSpec, PoolStatus> kind() {
    return StorageKinds.POOL;
  }

  @Override
  public io.homecloud.control.reconcile.Outcome<PoolStatus> reconcile(
      Resource<PoolSpec, PoolStatus> pool) {
    return mounted.alone(
        pool.uid(),
        () ->
            mounted.withdrawn(pool.uid())
                ? new io.homecloud.control.reconcile.Outcome.Written<>()
                : reconcileAlone(pool));
  }

  private io.homecloud.control.reconcile.Outcome<PoolStatus> reconcileAlone(
      Resource<PoolSpec, PoolStatus> pool) {
    PoolId id = new PoolId(pool.uid());
    if (pool.deleting()) {
      return release(pool, id);
    }
    List<Disk> members = disks.members(id);
    // One that was never seen whole is formatted again, since its making may have been cut short.
    boolean made = pool.status() != null && pool.status().formattedAt() != null;
    Outcome<List<Disk>> ready =
        members.isEmpty() || !made ? format(pool, id) : new Outcome.Done<>(members);
    return switch (ready) {
      case Outcome.Refused<List<Disk>>(Refusal why) -> refused(pool, why);
      case Outcome.Done<List<Disk>>(List<Disk> found) -> bringUp(pool, id, found);
    };
  }

  private Outcome<List<Disk>> format(Resource<PoolSpec, PoolStatus> pool, PoolId id) {
    if (pool.status() != null && pool.status().formattedAt() != null) {
      return new Outcome.Refused<>(
          StorageError.DISKS_MISSING,
          "None of its disks is there. Plug them in; it comes back by itself.");
    }
    PoolDisks.Named named = disks.named(pool.spec().disks());
    if (!named.missing().isEmpty()) {
      return new Outcome.Refused<>(
          StorageError.DISK_NOT_FOUND,
          "There is no disk " + String.join(", ", named.missing()) + " on this node.");
    }
    PoolSpec spec = pool.spec();
    return backend
        .format(
            new NewPool(
                id,
                "homecloud-" + pool.name(),
                named.nodes(),
                java.util.Objects.requireNonNull(spec.dataProfile()),
                java.util.Objects.requireNonNull(spec.metadataProfile()),
                spec.erase()))
        .then(_ -> new Outcome.Done<>(named.found()));
  }

  private io.homecloud.control.reconcile.Outcome<PoolStatus> bringUp(
      Resource<PoolSpec, PoolStatus> pool, PoolId id, List<Disk> members) {
    Outcome<MountedPool> outcome = mount(pool, id, members);
    if (outcome instanceof Outcome.Refused<MountedPool>(Refusal why)) {
      mounted.unmounted(id);
      return refused(pool, why);
    }
    MountedPool here = ((Outcome.Done<MountedPool>) outcome).value();
    PoolState state = backend.state(here);
    if (!state.readOnly()) {
      Outcome<Change> prepared =
          volumes
              .prepare(here)
              .then(laidOut -> records.prepare(here).then(_ -> new Outcome.Done<>(laidOut)));
      if (prepared instanceof Outcome.Refused<Change>(Refusal why)) {
        return unusable(pool, here, why);
      }
      boolean noted = records.put(here, pool);
      if (noted || prepared.equals(new Outcome.Done<>(Change.MADE))) {
        volumes.commit(here);
      }
    }
    mounted.mounted(here);
    PoolStatus status = statuses.mounted(pool, here, state, backend.usage(here), members);
    return state.readOnly()
        ? new io.homecloud.control.reconcile.Outcome.LookAgain<>(
            status, facts(pool, status), WHILE_READ_ONLY)
        : new io.homecloud.control.reconcile.Outcome.Settled<>(status, facts(pool, status));
  }

  /** What is in the places of ours is not ours: nothing is done with it, and it is let go again. */
  private io.homecloud.control.reconcile.Outcome<PoolStatus> unusable(
      Resource<PoolSpec, PoolStatus> pool, MountedPool here, Refusal why) {
    mounted.unmounted(here.id());
    var _ = backend.unmount(here);
    return refused(pool, why);
  }

  /**
   * Degraded only where every profile can do without the missing disks; the kernel checks that once
   * more.
   */
  private Outcome<MountedPool> mount(
      Resource<PoolSpec, PoolStatus> pool, PoolId id, List<Disk> members) {
    boolean rotating = members.stream().anyMatch(Disk::rotational);
    PoolMount wanted =
        new PoolMount(
            id,
            members.stream().map(Disk::node).toList(),
            root.resolve(pool.name().value()),
            java.util.Objects.requireNonNull(pool.spec().compression()),
            rotating ? PoolMount.Media.AS_DETECTED : PoolMount.Media.SOLID_STATE,
            false,
            false);
    Outcome<MountedPool> whole = backend.mount(wanted);
    if (whole.refusal().filter(why -> why.error() == StorageError.DISKS_MISSING).isPresent()) {
      return backend.mount(
          new PoolMount(
              id,
              wanted.devices(),
              wanted.target(),
              wanted.compression(),
              wanted.media(),
              false,
              true));
    }
    return whole;
  }

  private io.homecloud.control.reconcile.Outcome<PoolStatus> release(
      Resource<PoolSpec, PoolStatus> pool, PoolId id) {
    var here = mounted.find(pool.uid());
    if (here.isPresent()) {
      if (!backend.state(here.get()).readOnly() && records.release(here.get(), pool)) {
        volumes.commit(here.get());
      }
      Outcome<Change> unmount = backend.unmount(here.get());
      if (unmount instanceof Outcome.Refused<Change>(Refusal why)) {
        return refused(pool, why);
      }
      mounted.unmounted(id);
    }
    return new io.homecloud.control.reconcile.Outcome.Gone<>(List.of());
  }

  private io.homecloud.control.reconcile.Outcome<PoolStatus> refused(
      Resource<PoolSpec, PoolStatus> pool, Refusal why) {
    return new io.homecloud.control.reconcile.Outcome.Retry<>(statuses.unavailable(pool, why));
  }

  private static List<Fact> facts(Resource<PoolSpec, PoolStatus> pool, PoolStatus now) {
    PoolStatus before = pool.status();
    String name = pool.name().value();
    List<Fact> facts = new ArrayList<>();
    if (before == null || before.formattedAt() == null) {
      facts.add(
          new StorageFact.PoolCreated(
              pool.uid(), name, pool.node(), String.valueOf(now.mountPath())));
    }
    boolean wasDegraded = before != null && before.state() == PoolStatus.State.Degraded;
    boolean isDegraded = now.state() == PoolStatus.State.Degraded;
    if (isDegraded && !wasDegraded) {
      facts.add(
          new StorageFact.PoolDegraded(
              pool.uid(),
              name,
              pool.node(),
              Conditions.find(now.conditions(), "Degraded")
                  .map(condition -> condition.message())
                  .orElse("")));
    }
    if (!isDegraded && wasDegraded) {
      facts.add(new StorageFact.PoolHealthy(pool.uid(), name, pool.node()));
    }
    if (Conditions.isTrue(now.conditions(), "SpaceLow")
        && (before == null || !Conditions.isTrue(before.conditions(), "SpaceLow"))
        && now.available() != null
        && now.capacity() != null) {
      facts.add(
          new StorageFact.PoolSpaceLow(
              pool.uid(), name, pool.node(), now.available().bytes(), now.capacity().bytes()));
    }
    return facts;
  }
}
