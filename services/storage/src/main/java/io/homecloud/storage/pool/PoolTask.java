package io.homecloud.storage.pool;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.disk.Disk;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Does one of the long jobs on a pool; the backend makes each of them repeatable after a crash. */
final class PoolTask implements TaskHandler {
  /** At the start of the service pools come into place a moment after tasks are taken up. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final String action;
  private final ControlPlane plane;
  private final PoolBackend backend;
  private final PoolDisks disks;
  private final MountedPools mounted;

  PoolTask(
      String action,
      ControlPlane plane,
      PoolBackend backend,
      PoolDisks disks,
      MountedPools mounted) {
    this.action = action;
    this.plane = plane;
    this.backend = backend;
    this.disks = disks;
    this.mounted = mounted;
  }

  @Override
  public String action() {
    return action;
  }

  @Override
  public TaskResult run(Task task, TaskProgress progress) {
    Task.Target target = Objects.requireNonNull(task.resource());
    Optional<Resource<PoolSpec, PoolStatus>> pool =
        plane.resources().find(StorageKinds.POOL, target.uid());
    long end = System.nanoTime() + PATIENCE.toNanos();
    Optional<MountedPool> here =
        mounted.await(
            target.uid(),
            () -> pool.isEmpty() || progress.cancelled() || System.nanoTime() - end > 0);
    if (pool.isPresent() && here.isEmpty() && progress.cancelled()) {
      return new TaskResult.Stopped();
    }
    if (pool.isEmpty() || here.isEmpty()) {
      return new TaskResult.CouldNot("The pool is not mounted now; repeat when it is.");
    }
    PoolActions.Parameters parameters = read(task.parameters());
    return action.equals(PoolActions.SCRUB)
        ? scrub(pool.get(), here.get(), parameters.healing(), progress)
        : change(pool.get(), here.get(), parameters, progress);
  }

  private TaskResult change(
      Resource<PoolSpec, PoolStatus> pool,
      MountedPool here,
      PoolActions.Parameters parameters,
      TaskProgress progress) {
    DeviceRef device = new DeviceRef.ById(parameters.device() == null ? -1 : parameters.device());
    Outcome<Change> done =
        switch (action) {
          case PoolActions.BALANCE -> backend.balance(here, parameters.filter(), progress);
          case PoolActions.REMOVE -> backend.removeDevice(here, device, progress);
          case PoolActions.CONVERT ->
              backend.convert(
                  here,
                  Objects.requireNonNull(parameters.dataProfile()),
                  Objects.requireNonNull(parameters.metadataProfile()),
                  progress);
          case PoolActions.ADD, PoolActions.REPLACE -> withDisk(here, device, parameters, progress);
          default -> throw new IllegalStateException(action);
        };
    if (done.refusal().isEmpty()) {
      mounted.membersChanged();
      // Not while the pool is unmounted for a moment, to take in a disk that came back.
      mounted.alone(
          pool.uid(),
          () -> {
            adjustWish(pool, here, parameters);
            return pool;
          });
    }
    Outcome<Change> outcome = done.then(change -> withAllCopies(pool, here, change, progress));
    plane.wake(pool.uid());
    return switch (outcome) {
      case Outcome.Done<Change> _ -> new TaskResult.Done(null, List.of());
      case Outcome.Refused<Change>(Refusal why) when why.error() == StorageError.CANCELLED ->
          new TaskResult.Stopped();
      case Outcome.Refused<Change>(Refusal why) -> new TaskResult.CouldNot(why.sentence());
    };
  }

  /** What was written while a disk was missing is kept too few times until it is converted. */
  private Outcome<Change> withAllCopies(
      Resource<PoolSpec, PoolStatus> pool, MountedPool here, Change change, TaskProgress progress) {
    PoolSpec spec = pool.spec();
    Profile data = spec.dataProfile();
    Profile metadata = spec.metadataProfile();
    return action.equals(PoolActions.REPLACE)
            && data != null
            && metadata != null
            && mounted.alone(pool.uid(), () -> PoolUpkeep.copiesMissing(spec, backend.usage(here)))
        ? backend.convert(here, data, metadata, progress)
        : new Outcome.Done<>(change);
  }

  private Outcome<Change> withDisk(
      MountedPool here,
      DeviceRef device,
      PoolActions.Parameters parameters,
      TaskProgress progress) {
    Optional<Disk> disk = disks.find(Objects.requireNonNull(parameters.disk()));
    if (disk.isEmpty()) {
      return new Outcome.Refused<>(StorageError.DISK_NOT_FOUND, "The disk was unplugged.");
    }
    boolean erase = PoolErasing.line(disk.get()).equals(parameters.erases());
    Outcome<Change> done =
        action.equals(PoolActions.ADD)
            ? backend.addDevice(here, disk.get().node(), erase)
            : backend.replaceDevice(here, device, disk.get().node(), erase, progress);
    return PoolErasing.explained(parameters.erases() != null, done, PoolErasing.ORDER_AGAIN);
  }

  /**
   * The wish follows what was done: the members as they are, and the profiles that were asked for.
   */
  private void adjustWish(
      Resource<PoolSpec, PoolStatus> pool, MountedPool here, PoolActions.Parameters parameters) {
    List<String> members =
        backend.state(here).devices().stream()
            .flatMap(member -> disk(member).or(() -> lastSeen(pool, member)).stream())
            .toList();
    plane
        .resources()
        .change(
            StorageKinds.POOL,
            pool.name(),
            Optional.empty(),
            before -> {
              PoolSpec is = before.spec();
              Profile data =
                  parameters.dataProfile() == null ? is.dataProfile() : parameters.dataProfile();
              Profile metadata =
                  parameters.metadataProfile() == null
                      ? is.metadataProfile()
                      : parameters.metadataProfile();
              return new ResourceStore.Wish<>(
                  new PoolSpec(is.node(), members, data, metadata, is.compression(), is.erase()),
                  before.metadata().labels());
            });
  }

  private Optional<String> disk(PoolDevice member) {
    return member
        .path()
        .flatMap(path -> disks.find(path.toString()))
        .map(disk -> disk.id().value());
  }

  /** One that is missing stays a member until it is replaced or removed. */
  private static Optional<String> lastSeen(Resource<PoolSpec, PoolStatus> pool, PoolDevice member) {
    return pool.status() == null
        ? Optional.empty()
        : pool.status().devices().stream()
            .filter(seen -> seen.id() == member.id())
            .flatMap(seen -> Optional.ofNullable(seen.disk()).stream())
            .findFirst();
  }

  private TaskResult scrub(
      Resource<PoolSpec, PoolStatus> pool,
      MountedPool here,
      boolean healing,
      TaskProgress progress) {
    return switch (backend.scrub(here, progress)) {
      case Outcome.Refused<ScrubReport>(Refusal why) when why.error() == StorageError.CANCELLED ->
          new TaskResult.Stopped();
      case Outcome.Refused<ScrubReport>(Refusal why) -> new TaskResult.CouldNot(why.sentence());
      case Outcome.Done<ScrubReport>(ScrubReport found) -> {
        ScrubReport report = found.withNames(new KnownNames(plane.resources())::of);
        List<String> damaged = report.damaged().stream().map(path -> path.toString()).toList();
        if (healing && report.uncorrectable() == 0) {
          backend.resetErrors(here);
        }
        note(pool, report, damaged);
        yield new TaskResult.Done(
            report,
            List.of(
                new StorageFact.PoolScrubCompleted(
                    pool.uid(),
                    pool.name().value(),
                    pool.node(),
                    report.corrected(),
                    report.uncorrectable(),
                    damaged)));
      }
    };
  }

  private void note(Resource<PoolSpec, PoolStatus> pool, ScrubReport report, List<String> damaged) {
    Instant now = plane.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    PoolStatus.Scrub scrub =
        new PoolStatus.Scrub(
            now,
            report.corrected(),
            report.uncorrectable(),
            report.unverified(),
            damaged,
            report.moreDamaged(),
            report.damagedMetadata());
    plane
        .resources()
        .useTransaction(transaction ->
            plane
                .resources()
                .lock(transaction.handle(), StorageKinds.POOL, pool.uid())
                .ifPresent(row -> {
                  if (row.status() != null) {
                    plane
                        .resources()
                        .observe(transaction, row.uid(), row.status().scrubbed(scrub), List.of());
                  }
                }));
    plane.wake(pool.uid());
  }

  private PoolActions.Parameters read(String text) {
    try {
      return plane.json().readValue(text, PoolActions.Parameters.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unreadable parameters of a task", e);
    }
  }
}
