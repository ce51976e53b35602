package io.homecloud.backup.page;

import io.homecloud.backup.restore.RestoreSpec;
import io.homecloud.backup.restore.RestoreStatus;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.pages.ReadableTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A restore, on its page and in the list of them.
 *
 * @param what is brought back
 * @param title what has become of it
 * @param good whether it has ended well
 * @param again whether it can be tried again
 * @param said how it ended
 */
public record RestoreLine(
    String name,
    String run,
    String what,
    String where,
    String date,
    String title,
    boolean good,
    boolean again,
    String said,
    @Nullable Live live) {
  static RestoreLine of(Resource<RestoreSpec, RestoreStatus> restore) {
    RestoreStatus status = restore.status();
    RunState state = status == null || !status.ended() ? RunState.Pending : status.state();
    return new RestoreLine(
        restore.name().value(),
        restore.spec().run().value(),
        what(restore.spec().paths()),
        where(restore.spec().target()),
        ReadableTime.minute(restore.metadata().creationTimestamp()),
        title(state),
        state == RunState.Completed,
        state.ended() && state != RunState.Completed,
        state.ended() ? said(restore) : "",
        state.ended()
            ? null
            : Live.ofRestore(
                what(restore.spec().paths()),
                restore.name().value(),
                status == null ? null : status.progress()));
  }

  private static String what(@Nullable List<String> paths) {
    if (paths == null || paths.isEmpty()) {
      return "all of a copy";
    }
    String first = EncodedText.of(paths.getFirst());
    return paths.size() == 1 ? first : first + " and " + (paths.size() - 1) + " more";
  }

  private static String where(RestoreSpec.@Nullable Target target) {
    if (target != null && target.newVolume() != null) {
      return "in the new volume " + target.newVolume().name();
    }
    if (target == null || target.volume() == null) {
      return "where it was";
    }
    return "in volume "
        + target.volume()
        + (target.path() == null
            ? ""
            : ", folder “" + EncodedPath.parse(target.path()).display() + "”");
  }

  private static String title(RunState state) {
    return switch (state) {
      case Pending, Running -> "Bringing it back…";
      case Completed -> "It is back";
      case Failed -> "It could not be brought back";
      case Cancelled -> "Cancelled";
    };
  }

  private static String said(Resource<RestoreSpec, RestoreStatus> restore) {
    RestoreStatus status = restore.status();
    if (status == null || status.state() != RunState.Completed) {
      return Conditions.find(restore.conditions(), Condition.READY)
          .map(Condition::message)
          .orElse("");
    }
    long restored = status.restored() == null ? 0 : status.restored();
    long kept = status.kept() == null ? 0 : status.kept();
    return Words.count(restored, "file or folder", "files and folders")
        + " restored"
        + (kept == 0 ? "." : "; " + Words.files(kept) + " stayed as they were.")
        + Conditions.find(restore.conditions(), RestoreStatus.ALL_REPLACED)
            .map(left -> " " + left.message())
            .orElse("");
  }
}
