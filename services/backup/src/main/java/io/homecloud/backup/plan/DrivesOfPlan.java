package io.homecloud.backup.plan;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.repository.DriveStatus;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.Runs;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The drives that a plan copies to, when its repository is a set of them, and which has its turn.
 *
 * @param lastRuns when the plan's last run to each was complete
 */
record DrivesOfPlan(List<DriveStatus> drives, Duration swapEvery, Map<String, Instant> lastRuns) {

  /**
   * Empty when the repository is no set of drives, or was not looked at yet.
   *
   * @param latest runs that say to be later do not count
   */
  static Optional<DrivesOfPlan> of(
      ResourceStore store, PlanSpec plan, List<Resource<RunSpec, RunStatus>> runs, Instant latest) {
    Optional<Resource<RepositorySpec, RepositoryStatus>> repository =
        store.find(BackupKinds.REPOSITORY, plan.repository());
    List<DriveStatus> drives =
        repository
            .map(Resource::status)
            .map(RepositoryStatus::drives)
            .filter(Objects::nonNull)
            .orElse(List.of());
    if (drives.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new DrivesOfPlan(drives, repository.get().spec().swapEvery(), lastRuns(runs, latest)));
  }

  /** When the last one to each drive was complete. */
  static Map<String, Instant> lastRuns(List<Resource<RunSpec, RunStatus>> runs, Instant latest) {
    Map<String, List<Resource<RunSpec, RunStatus>>> drives = new HashMap<>();
    for (Resource<RunSpec, RunStatus> run : runs) {
      Runs.drive(run)
          .ifPresent(drive -> drives.computeIfAbsent(drive, _ -> new ArrayList<>()).add(run));
    }
    Map<String, Instant> last = new HashMap<>();
    drives.forEach(
        (drive, there) -> Runs.lastSuccess(there, latest).ifPresent(at -> last.put(drive, at)));
    return last;
  }

  boolean anyUsable() {
    return drives.stream().anyMatch(DriveStatus::usable);
  }

  /** When each of those came that are here. */
  Stream<Instant> attaches() {
    return drives.stream()
        .filter(DriveStatus::present)
        .map(DriveStatus::attachedAt)
        .filter(Objects::nonNull);
  }

  /**
   * The one that the next run belongs to, when it has its turn and is not plugged in, or cannot be
   * used.
   */
  Optional<DriveStatus> due(Instant now) {
    return drives.stream()
        .filter(drive -> !turn(drive).isAfter(now))
        .min(Comparator.comparing(drive -> last(drive).orElse(Instant.EPOCH)))
        .filter(drive -> !drive.usable());
  }

  /** When the next one has its turn that has it not yet. */
  Optional<Instant> nextTurn(Instant now) {
    return drives.stream().map(this::turn).filter(now::isBefore).min(Comparator.naturalOrder());
  }

  Optional<Instant> last(DriveStatus drive) {
    return Optional.ofNullable(lastRuns.get(drive.uuid()));
  }

  private Instant turn(DriveStatus drive) {
    return last(drive).map(at -> at.plus(swapEvery)).orElse(Instant.EPOCH);
  }
}
