package io.homecloud.storage.pool;

import io.homecloud.control.reconcile.Outcome.Gone;
import io.homecloud.control.reconcile.Outcome.LookAgain;
import io.homecloud.control.reconcile.Outcome.Retry;
import io.homecloud.control.reconcile.Outcome.Settled;
import io.homecloud.control.reconcile.Outcome.Written;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.PoolRecords;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.pool.PoolStatusFactory.Ailing;
import io.homecloud.storage.pool.PoolStatusFactory.CameBack;
import io.homecloud.storage.pool.PoolStatusFactory.Seen;
import io.homecloud.storage.volume.VolumeBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings pools into being and into place: formatted once, mounted, with its directories and its
 * catalogue; and takes disks in again that were missing.
 */
public final class PoolReconciler implements Reconciler<PoolSpec, PoolStatus> {
  /** How labels of pools begin. */
  static final String LABEL = "homecloud-";

  /** Who uses a pool that is to take a disk in again does not tell when it stops. */
  private static final Duration BUSY = Duration.ofSeconds(30);

  /** Nobody tells when it can be written again. */
  private static final Duration WHILE_READ_ONLY = Duration.ofSeconds(30);

  /** Of the database, perhaps, which is away for a moment. */
  private static final Duration UNTIL_TOLD = Duration.ofSeconds(10);

  private final PoolBackend backend;
  private final VolumeBackend volumes;
  private final PoolRecords records;
  private final PoolDisks disks;
  private final MountedPools mounted;
  private final Path root;
  private final PoolStatusFactory statuses;
  private final PoolUpkeep upkeep;
  private final MissingDisks missing;
  private final PoolMembers choice;
  private final PoolRejoin rejoin;
  private final PoolErasing erasing;
  private final long awaitedUntil;

  /**
   * @param system where the databases of the installation are
   * @param awaited how long after now a pool waits for missing disks before it does without
   */
  PoolReconciler(
      PoolBackend backend,
      VolumeBackend volumes,
      PoolRecords records,
      PoolDisks disks,
      MountedPools mounted,
      Path root,
      Path system,
      PoolStatusFactory statuses,
      PoolUpkeep upkeep,
      MissingDisks missing,
      Duration awaited) {
    this.backend = backend;
    this.volumes = volumes;
    this.records = records;
    this.disks = disks;
    this.mounted = mounted;
    this.root = root;
    this.statuses = statuses;
    this.upkeep = upkeep;
    this.missing = missing;
    this.choice = new PoolMembers(backend, upkeep);
    this.rejoin = new PoolRejoin(backend, volumes, system);
    this.erasing = new PoolErasing(statuses.clock());
    this.awaitedUntil = System.nanoTime() + awaited.toNanos();
  }

  @Override
  public Kind<PoolSpec, PoolStatus> kind() {
    return StorageKinds.POOL;
  }

  @Override
  public io.homecloud.control.reconcile.Outcome<PoolStatus> reconcile(
      Resource<PoolSpec, PoolStatus> pool) {
    return mounted.alone(
        pool.uid(), () -> mounted.withdrawn(pool.uid()) ? new Written<>() : reconcileAlone(pool));
  }

  private io.homecloud.control.reconcile.Outcome<PoolStatus> reconcileAlone(
      Resource<PoolSpec, PoolStatus> pool) {
    PoolId id = new PoolId(pool.uid());
    if (pool.deleting()) {
      return release(pool, id);
    }
    List<Disk> members = members(pool, id);
    // One that was never seen whole is formatted again, since its making may have been cut short.
    return members.isEmpty() || !made(pool) ? make(pool, id) : bringUp(pool, id, members);
  }

  private io.homecloud.control.reconcile.Outcome<PoolStatus> make(
      Resource<PoolSpec, PoolStatus> pool, PoolId id) {
    if (made(pool)) {
      return absent(
          pool,
          id,
          new Refusal(
              StorageError.DISKS_MISSING,
              "None of its disks is there. Plug them in; it comes back by itself."));
    }
    PoolDisks.Named named = disks.named(pool.spec().disks());
    Resource<PoolSpec, PoolStatus> noted = erasing.noted(pool, named);
    return switch (PoolErasing.explained(noted, named.found(), format(noted, id, named))) {
      case Outcome.Refused<List<Disk>>(Refusal why) -> absent(noted, id, why);
      case Outcome.Done<List<Disk>>(List<Disk> found) -> bringUp(noted, id, found);
    };
  }

  private static boolean made(Resource<PoolSpec, PoolStatus> pool) {
    return pool.status() != null && pool.status().formattedAt() != null;
  }

  /**
   * Disks are read for a pool that is to be put in place. For one that is there it does to have
   * seen them, and one whose disks lie in a drawer must not wake all others up again and again. But
   * they may have been seen before they were formatted: that alone takes no pool away.
   */
  private List<Disk> members(Resource<PoolSpec, PoolStatus> pool, PoolId id) {
    List<Disk> seen = disks.seenMembers(id);
    if (!seen.isEmpty() && mounted.find(pool.uid()).isPresent()) {
      return seen;
    }
    if (made(pool) && PoolStatus.withoutDisks(pool.status()) && disks.surelyAbsent(id)) {
      return List.of();
    }
    List<Disk> there = disks.members(id);
    if (made(pool) && there.size() > seen.size()) {
      mounted.membersChanged();
    }
    return there;
  }

  private Outcome<List<Disk>> format(
      Resource<PoolSpec, PoolStatus> pool, PoolId id, PoolDisks.Named named) {
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
                LABEL + pool.name(),
                named.nodes(),
                Objects.requireNonNull(spec.dataProfile()),
                Objects.requireNonNull(spec.metadataProfile()),
                PoolErasing.allowed(pool, named.found())))
        .then(_ -> new Outcome.Done<>(named.found()));
  }

  private io.homecloud.control.reconcile.Outcome<PoolStatus> bringUp(
      Resource<PoolSpec, PoolStatus> pool, PoolId id, List<Disk> members) {
    Outcome<MountedPool> outcome = mount(pool, id, members);
    Optional<Refusal> kept = Optional.empty();
    if (outcome instanceof Outcome.Done<MountedPool>(MountedPool there)) {
      PoolState state = backend.state(there);
      if (rejoin.apart(state, members, () -> apart(pool))) {
        return inPlace(pool, there, members, Optional.of(CameBack.apart(pool, state)));
      }
      if (rejoin.possible(state, members)) {
        Optional<CameBack> outdated = outdated(pool, state);
        if (outdated.isPresent()) {
          return inPlace(pool, there, members, outdated);
        }
        kept = rejoin.inTheWay(there);
        if (kept.isEmpty()) {
          // Nobody finds it meanwhile, so that nobody mounts a volume of it again; and each of its
          // volumes tells that it is not there, for those who serve it.
          mounted.unmounted(id);
          kept = rejoin.letGo(there);
          outcome = mount(pool, id, members);
          kept = kept.isEmpty() ? stillWithout(outcome, members) : kept;
        }
      }
    }
    return switch (outcome) {
      case Outcome.Refused<MountedPool>(Refusal why) -> absent(pool, id, why);
      case Outcome.Done<MountedPool>(MountedPool here) ->
          inPlace(pool, here, members, kept.map(CameBack::busy));
    };
  }

  /** Its row is on the pool with the databases perhaps, and of before the order. */
  private boolean apart(Resource<PoolSpec, PoolStatus> pool) {
    return PoolStatus.apart(pool.status()) || missing.apart(pool.uid());
  }

  /** Why a disk that came back to others that went on without it has to be written anew. */
  private Optional<CameBack> outdated(Resource<PoolSpec, PoolStatus> pool, PoolState state) {
    return state.devices().stream().allMatch(PoolDevice::missing)
        ? Optional.empty()
        : upkeep.withoutChecksums(pool.uid()).map(volume -> CameBack.outdated(pool, state, volume));
  }

  /** Why a disk was not taken in by the mount that was to do it; that is tried again. */
  private Optional<Refusal> stillWithout(Outcome<MountedPool> mount, List<Disk> members) {
    return mount instanceof Outcome.Done<MountedPool>(MountedPool there)
            && rejoin.possible(backend.state(there), members)
        ? Optional.of(rejoin.notTaken(there))
        : Optional.empty();
  }

  private io.homecloud.control.reconcile.Outcome<PoolStatus> inPlace(
      Resource<PoolSpec, PoolStatus> pool,
      MountedPool here,
      List<Disk> members,
      Optional<CameBack> back) {
    PoolState state = backend.state(here);
    if (state.devices().stream().allMatch(PoolDevice::missing)) {
      String why = back.map(CameBack::message).orElse("Plug them in; it comes back by itself.");
      return absent(
          pool,
          here.id(),
          new Refusal(StorageError.DISKS_MISSING, "None of its disks works. " + why));
    }
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
    if (!made(pool)) {
      mounted.membersChanged();
    }
    missing.note(pool.uid(), state);
    boolean told = mounted.mounted(here, state.readOnly());
    Optional<Ailing> ailing = upkeep.ailing(state, members);
    Seen seen =
        new Seen(
            state,
            backend.usage(here),
            members,
            upkeep.scrub(pool),
            back,
            ailing,
            PoolStatusFactory.noRoom(backend, here, state, ailing));
    PoolStatus status = statuses.mounted(pool, here, seen);
    upkeep.mend(pool, state, status);
    var facts = PoolFacts.between(pool, status);
    if (!told) {
      return new LookAgain<>(status, facts, UNTIL_TOLD);
    }
    if (back.filter(CameBack::passes).isPresent()) {
      return new LookAgain<>(status, facts, BUSY);
    }
    return state.readOnly()
        ? new LookAgain<>(status, facts, WHILE_READ_ONLY)
        : new Settled<>(status, facts);
  }

  /** What is in the places of ours is not ours: nothing is done with it, and it is let go again. */
  private io.homecloud.control.reconcile.Outcome<PoolStatus> unusable(
      Resource<PoolSpec, PoolStatus> pool, MountedPool here, Refusal why) {
    var _ = backend.unmount(here);
    return absent(pool, here.id(), why);
  }

  /**
   * Degraded only where every profile can do without the missing disks; the kernel checks that once
   * more. And never with those that have missed something while the others are not all there. At
   * the start of the machine disks may be late, and each write without one costs.
   */
  private Outcome<MountedPool> mount(
      Resource<PoolSpec, PoolStatus> pool, PoolId id, List<Disk> members) {
    return mounted.find(pool.uid()).isPresent()
        ? mount(pool, id, members, members)
        : choice
            .genuine(pool, members)
            .then(genuine -> mount(pool, id, genuine, choice.usable(pool, genuine)));
  }

  private Outcome<MountedPool> mount(
      Resource<PoolSpec, PoolStatus> pool, PoolId id, List<Disk> members, List<Disk> usable) {
    PoolMount wanted =
        new PoolMount(
            id,
            usable.stream().map(Disk::node).toList(),
            root.resolve(pool.name().value()),
            Objects.requireNonNull(pool.spec().compression()),
            PoolMount.Access.WRITE,
            false);
    Outcome<MountedPool> whole = backend.mount(wanted);
    boolean incomplete = whole.refusal().filter(PoolReconciler::disksMissing).isPresent();
    if (!incomplete || (awaits(pool) && usable.equals(members))) {
      return whole;
    }
    Outcome<MountedPool> degraded =
        choice
            .upToDate(pool, usable)
            .then(current ->
                backend.mount(
                    new PoolMount(
                        id,
                        current.stream().map(Disk::node).toList(),
                        wanted.target(),
                        wanted.compression(),
                        PoolMount.Access.WRITE,
                        true)));
    return degraded.refusal().filter(PoolReconciler::disksMissing).isEmpty()
        ? degraded
        : choice
            .outdated(pool, members)
            .<Outcome<MountedPool>>map(Outcome.Refused::new)
            .orElse(degraded);
  }

  private static boolean disksMissing(Refusal why) {
    return why.error() == StorageError.DISKS_MISSING || why.error() == StorageError.DISK_OUTDATED;
  }

  private boolean awaits(Resource<PoolSpec, PoolStatus> pool) {
    return pool.status() != null
        && pool.status().state() != PoolStatus.State.Pending
        && !pool.status().incomplete()
        && System.nanoTime() - awaitedUntil < 0;
  }

  private io.homecloud.control.reconcile.Outcome<PoolStatus> release(
      Resource<PoolSpec, PoolStatus> pool, PoolId id) {
    Optional<MountedPool> here = mounted.find(pool.uid()).or(() -> left(pool, id));
    if (here.isPresent()) {
      if (!backend.state(here.get()).readOnly() && records.release(here.get(), pool)) {
        volumes.commit(here.get());
      }
      Outcome<Change> unmount = backend.unmount(here.get());
      if (unmount instanceof Outcome.Refused<Change>(Refusal why)) {
        return new Retry<>(statuses.unavailable(pool, why, false));
      }
      mounted.unmounted(id);
    }
    return new Gone<>(List.of());
  }

  /**
   * A process before this one may have ended with the pool mounted, and in any case the pool is to
   * carry the note that it was given away. Without its disks it is simply forgotten.
   */
  private Optional<MountedPool> left(Resource<PoolSpec, PoolStatus> pool, PoolId id) {
    List<Disk> members = disks.members(id);
    return members.isEmpty()
        ? Optional.empty()
        : switch (mount(pool, id, members)) {
          case Outcome.Done<MountedPool>(MountedPool there) -> Optional.of(there);
          case Outcome.Refused<MountedPool> _ -> Optional.empty();
        };
  }

  /** It is not in place; when that is for want of disks, the kernel tells when one comes. */
  private io.homecloud.control.reconcile.Outcome<PoolStatus> absent(
      Resource<PoolSpec, PoolStatus> pool, PoolId id, Refusal why) {
    mounted.unmounted(id);
    if (!disksMissing(why) || !made(pool)) {
      return new Retry<>(statuses.unavailable(pool, why, false));
    }
    if (awaits(pool)) {
      Duration left = Duration.ofNanos(Math.max(1, awaitedUntil - System.nanoTime()));
      return new LookAgain<>(
          statuses.awaiting(pool, why), List.of(), left.plus(Duration.ofMillis(100)));
    }
    PoolStatus status = statuses.unavailable(pool, why, true);
    return new Settled<>(status, PoolFacts.between(pool, status));
  }
}
