package io.homecloud.backup.restore;

import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus.Progress;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
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
        null,
        null,
        restore.metadata().generation(),
        conditions(restore).notReady("Pending", "It begins in a moment.").build());
  }

  /** It is begun again, though it had ended. */
  RestoreStatus again(Resource<RestoreSpec, RestoreStatus> restore, RestoreStatus before) {
    return new RestoreStatus(
        RunState.Pending,
        null,
        null,
        null,
        before.volume(),
        before.begun() + 1,
        null,
        null,
        restore.metadata().generation(),
        conditions(restore)
            .notReady("Pending", "It goes on in a moment with what it had copied.")
            .build());
  }

  private static @Nullable Integer attempts(@Nullable RestoreStatus before) {
    return before == null ? null : before.attempts();
  }

  private static @Nullable Name volume(@Nullable RestoreStatus before) {
    return before == null ? null : before.volume();
  }

  RestoreStatus running(
      Resource<RestoreSpec, RestoreStatus> restore, Name volume, @Nullable Progress progress) {
    RestoreStatus before = restore.status();
    return new RestoreStatus(
        RunState.Running,
        progress,
        null,
        null,
        volume,
        attempts(before),
        before == null || before.startedAt() == null ? now() : before.startedAt(),
        null,
        restore.metadata().generation(),
        conditions(restore).notReady("Running", "It copies.").build());
  }

  RestoreStatus completed(Resource<RestoreSpec, RestoreStatus> restore, PutInPlace.Tally tally) {
    Conditions conditions = conditions(restore);
    if (!tally.inTheWay().isEmpty()) {
      conditions.set(
          RestoreStatus.ALL_REPLACED,
          Condition.Truth.False,
          "DirectoryInTheWay",
          "Where the copy has a file there is a directory now, and stays: "
              + String.join(", ", tally.inTheWay())
              + (tally.moreInTheWay() == 0 ? "" : " and " + tally.moreInTheWay() + " more")
              + ". Move it away and restore the file once more.");
    }
    return new RestoreStatus(
        RunState.Completed,
        null,
        tally.restored(),
        tally.kept(),
        volume(restore.status()),
        attempts(restore.status()),
        restore.status() == null ? null : restore.status().startedAt(),
        now(),
        restore.metadata().generation(),
        conditions.ready().build());
  }

  /** It goes when what it has copied can be taken away. */
  RestoreStatus deletionWaits(
      Resource<RestoreSpec, RestoreStatus> restore, RestoreStatus before, String sentence) {
    return new RestoreStatus(
        before.state(),
        before.progress(),
        before.restored(),
        before.kept(),
        before.volume(),
        before.attempts(),
        before.startedAt(),
        before.completedAt(),
        restore.metadata().generation(),
        conditions(restore).kept().notReady("DeletionWaits", sentence).build());
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
        volume(before),
        attempts(before),
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
