package io.homecloud.storage.pool;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskStore.Order;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.disk.Disk;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Describes long jobs on pools that are asked for, after refusing at once what cannot be. */
public final class PoolActions {
  /** The jobs, by the words of the API. */
  static final String SCRUB = "scrub";

  static final String BALANCE = "balance";
  static final String ADD = "add-disk";
  static final String REMOVE = "remove-disk";
  static final String REPLACE = "replace-disk";
  static final String CONVERT = "convert";

  private final ControlPlane plane;
  private final PoolBackend backend;
  private final PoolDisks disks;
  private final MountedPools mounted;
  private final PoolStatusFactory statuses;

  PoolActions(
      ControlPlane plane,
      PoolBackend backend,
      PoolDisks disks,
      MountedPools mounted,
      PoolStatusFactory statuses) {
    this.plane = plane;
    this.backend = backend;
    this.disks = disks;
    this.mounted = mounted;
    this.statuses = statuses;
  }

  /**
   * Parameters of every job; absent ones are null.
   *
   * @param erases what may be erased from the disk: what was on it when somebody allowed that
   */
  record Parameters(
      @Nullable Integer dataUsage,
      @Nullable Integer metadataUsage,
      @Nullable String disk,
      @Nullable Long device,
      @Nullable String node,
      @Nullable String erases,
      @Nullable Profile dataProfile,
      @Nullable Profile metadataProfile,
      boolean healing) {
    static final Parameters NONE =
        new Parameters(null, null, null, null, null, null, null, null, false);

    /** Of a scrub after which errors are counted from 0 again, since what they came of is known. */
    static final Parameters HEALING =
        new Parameters(null, null, null, null, null, null, null, null, true);

    static Parameters converting(@Nullable Profile data, @Nullable Profile metadata) {
      return new Parameters(null, null, null, null, null, null, data, metadata, false);
    }

    static Parameters removing(long device) {
      return new Parameters(null, null, null, device, null, null, null, null, false);
    }

    static Parameters taking(Disk disk, @Nullable Long device, boolean erase) {
      return new Parameters(
          null,
          null,
          disk.id().value(),
          device,
          null,
          erase ? PoolErasing.line(disk) : null,
          null,
          null,
          false);
    }

    BalanceFilter filter() {
      return new BalanceFilter(
          dataUsage == null ? 50 : dataUsage, metadataUsage == null ? 50 : metadataUsage);
    }
  }

  Order scrub(Name pool, String subject) {
    return unlessUnderWay(SCRUB, ready(pool), Parameters.NONE, subject);
  }

  Order balance(Name pool, @Nullable Integer data, @Nullable Integer metadata, String subject) {
    Parameters parameters =
        new Parameters(data, metadata, null, null, null, null, null, null, false);
    try {
      var _ = parameters.filter();
    } catch (IllegalArgumentException e) {
      throw StorageProblem.VALUE_INVALID.because(
          "A usage is between 0 and 100 percent, or -1 for not at all.");
    }
    return unlessUnderWay(BALANCE, ready(pool), parameters, subject);
  }

  Order add(Name pool, String disk, boolean erase, String subject) {
    Resource<PoolSpec, PoolStatus> row = ready(pool);
    Disk found = usable(pool, disk, erase);
    return unlessUnderWay(ADD, row, Parameters.taking(found, null, erase), subject);
  }

  Order remove(Name pool, String device, String subject) {
    Resource<PoolSpec, PoolStatus> row = ready(pool);
    PoolDevice member = member(row, device);
    refuse(backend.mayRemove(mounted.require(row.uid()), new DeviceRef.ById(member.id())));
    return unlessUnderWay(REMOVE, row, Parameters.removing(member.id()), subject);
  }

  Order replace(Name pool, String device, String with, boolean erase, String subject) {
    Resource<PoolSpec, PoolStatus> row = ready(pool);
    PoolDevice member = member(row, device);
    Disk found = usable(pool, with, erase);
    refuse(
        backend.mayReplace(
            mounted.require(row.uid()), new DeviceRef.ById(member.id()), found.node(), erase));
    return unlessUnderWay(REPLACE, row, Parameters.taking(found, member.id(), erase), subject);
  }

  Order convert(Name pool, Profile data, Profile metadata, String subject) {
    Resource<PoolSpec, PoolStatus> row = ready(pool);
    refuse(backend.mayConvert(mounted.require(row.uid()), data, metadata));
    return unlessUnderWay(CONVERT, row, Parameters.converting(data, metadata), subject);
  }

  /** Counts errors of all disks from 0 again, when somebody has seen to what they came of. */
  Resource<PoolSpec, PoolStatus> resetErrors(Name pool) {
    Resource<PoolSpec, PoolStatus> row = ready(pool);
    backend.resetErrors(mounted.require(row.uid()));
    plane.wake(row.uid());
    return row;
  }

  /**
   * Lets a pool go on with the disks that are there although they have missed what was written
   * last: what only the others have is given up.
   */
  Resource<PoolSpec, PoolStatus> useOutdated(Name name, String subject) {
    UUID uid = Pools.require(plane.resources(), name).uid();
    return mounted.alone(
        uid,
        () -> {
          Resource<PoolSpec, PoolStatus> pool = Pools.require(plane.resources(), name);
          boolean outdated =
              Conditions.find(pool.conditions(), Condition.READY)
                  .filter(ready -> ready.reason().equals(StorageError.DISK_OUTDATED.word()))
                  .isPresent();
          Set<Long> there =
              disks.members(new PoolId(uid)).stream()
                  .flatMap(disk -> backend.identify(disk.node()).stream())
                  .filter(identity -> identity.pool().value().equals(uid))
                  .map(DeviceIdentity::deviceId)
                  .collect(Collectors.toSet());
          if (mounted.find(uid).isPresent() || !outdated || there.isEmpty()) {
            throw StorageProblem.POOL_NOT_READY.because(
                "Pool "
                    + name
                    + " does not wait for a disk that has more than those that are there; GET the pool, its conditions say"
                    + " how it is.");
          }
          plane
              .resources()
              .useTransaction(transaction ->
                  plane
                      .resources()
                      .observe(
                          transaction, uid, statuses.goingOn(pool, there, subject), List.of()));
          plane.wake(uid);
          return Pools.require(plane.resources(), name);
        });
  }

  private static void refuse(Optional<Refusal> why) {
    if (why.isPresent()) {
      throw StorageProblem.of(why.get());
    }
  }

  private Resource<PoolSpec, PoolStatus> ready(Name name) {
    Resource<PoolSpec, PoolStatus> pool = Pools.require(plane.resources(), name);
    mounted.require(pool.uid());
    return pool;
  }

  private Disk usable(Name pool, String name, boolean erase) {
    Disk disk =
        disks
            .find(name)
            .orElseThrow(() ->
                StorageProblem.DISK_NOT_FOUND.because(
                    "There is no such disk on node " + plane.node() + "."));
    PoolAdmission.usable(disk, erase);
    PoolAdmission.requireUnwished(plane.resources(), plane.node(), pool, Set.of(disk.id().value()));
    return disk;
  }

  /**
   * A member by its number, its disk's id or its path; one that is gone by what was last seen of
   * it.
   */
  private PoolDevice member(Resource<PoolSpec, PoolStatus> pool, String device) {
    List<PoolDevice> members = backend.state(mounted.require(pool.uid())).devices();
    Optional<Path> node = disks.find(device).map(Disk::node);
    Optional<Long> known =
        pool.status() == null
            ? Optional.empty()
            : pool.status().devices().stream()
                .filter(seen -> device.equals(seen.disk()))
                .map(PoolStatus.Device::id)
                .findFirst();
    return members.stream()
        .filter(member ->
            Long.toString(member.id()).equals(device)
                || (node.isPresent() && member.path().equals(node))
                || (known.isPresent() && known.get() == member.id()))
        .findFirst()
        .orElseThrow(() ->
            StorageProblem.DISK_NOT_FOUND.because(
                "Pool "
                    + pool.name()
                    + " has no such disk; its status lists them by id, path and number."));
  }

  private Order unlessUnderWay(
      String action, Resource<PoolSpec, PoolStatus> pool, Parameters parameters, String subject) {
    plane
        .tasks()
        .unfinished(pool.uid(), action)
        .ifPresent(running -> {
          throw StorageProblem.POOL_BUSY
              .because("Such a task is under way already; wait for it or cancel it.")
              .with("task", running.id());
        });
    return order(action, pool, parameters, subject);
  }

  static Order order(
      String action, Resource<PoolSpec, PoolStatus> pool, Parameters parameters, String subject) {
    return new Order(
        action,
        new Task.Target(pool.uid(), StorageKinds.POOL.name(), pool.name().value()),
        pool.node(),
        "pool:" + Objects.requireNonNull(pool.uid()),
        parameters,
        subject);
  }
}
