package io.homecloud.backup.restore;

import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus.Progress;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Every status and condition of a restore is made here. */
final class RestoreStatusFactory {
  private final Clock clock;

  RestoreStatusFactory(Clock clock) {
    this.clock = clock;
  }

  RestoreStatus pending(Resource<RestoreSpec, RestoreStatus> restore) {
    return new RestoreStatus(
        RunState.Pending,
        null,
        null,
        null,
        null,
        null,
        restore.metadata().generation(),
        conditions(restore).notReady("Pending", "It begins in a moment.").build());
  }

  RestoreStatus running(Resource<RestoreSpec, RestoreStatus> restore, @Nullable Progress progress) {
    RestoreStatus before = restore.status();
    return new RestoreStatus(
        RunState.Running,
        progress,
        null,
        null,
        before == null || before.startedAt() == null ? now() : before.startedAt(),
        null,
        restore.metadata().generation(),
        conditions(restore).notReady("Running", "It copies.").build());
  }

  RestoreStatus completed(Resource<RestoreSpec, RestoreStatus> restore, PutInPlace.Tally tally) {
    return new RestoreStatus(
        RunState.Completed,
        null,
        tally.restored(),
        tally.kept(),
        restore.status() == null ? null : restore.status().startedAt(),
        now(),
        restore.metadata().generation(),
        conditions(restore).ready().build());
  }

  RestoreStatus notCompleted(
      Resource<RestoreSpec, RestoreStatus> restore,
      RunState state,
      String reason,
      String sentence) {
    RestoreStatus before = restore.status();
    return new RestoreStatus(
        state,
        before == null ? null : before.progress(),
        null,
        null,
        before == null ? null : before.startedAt(),
        now(),
        restore.metadata().generation(),
        conditions(restore).notReady(reason, sentence).build());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private Conditions conditions(Resource<RestoreSpec, RestoreStatus> restore) {
    return new Conditions(restore.conditions(), restore.metadata().generation(), clock);
  }
}
