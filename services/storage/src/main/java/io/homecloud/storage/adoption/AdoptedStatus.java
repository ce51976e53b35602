package io.homecloud.storage.adoption;

import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.storage.catalogue.Findings;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.schedule.ScheduleStatus;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.trash.TrashStatus;
import io.homecloud.storage.volume.VolumeStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The first status of what was found on a disk: it says that the thing was made, so that
 * reconcilers put it into place and never make it anew.
 */
final class AdoptedStatus {
  private final Clock clock;

  AdoptedStatus(Clock clock) {
    this.clock = clock;
  }

  private Conditions none() {
    return new Conditions(List.of(), 0, clock);
  }

  private List<Condition> adopting() {
    return none()
        .notReady("Adopting", "It was found on its pool and is being put into place.")
        .build();
  }

  /** The findings stay in its conditions, {@link Condition#ADOPTED}. */
  PoolStatus pool(Findings findings) {
    boolean whole = findings.count() == 0;
    Conditions conditions =
        none()
            .notReady("Adopting", "It was found on its disks and is being put into place.")
            .set(
                Condition.ADOPTED,
                Truth.True,
                whole ? "Adopted" : "AdoptedWithFindings",
                findings.summary());
    return PoolStatus.pending(
        clock.instant().truncatedTo(ChronoUnit.SECONDS), 0, conditions.build());
  }

  VolumeStatus volume(Instant madeAt) {
    return new VolumeStatus(madeAt, null, null, 0, adopting());
  }

  TrashStatus trash() {
    return new TrashStatus(null, 0, adopting());
  }

  /** Ready at once: there is nothing to do for it, and they are many. */
  SnapshotStatus snapshot(Instant createdAt, Path path, long generation) {
    Conditions ready = new Conditions(List.of(), generation, clock).ready();
    return new SnapshotStatus(createdAt, path.toString(), generation, ready.build());
  }

  /** Runs that were due before are not made up for. */
  ScheduleStatus schedule(Instant lastRun) {
    return new ScheduleStatus(lastRun, null, null, 0, adopting());
  }
}
