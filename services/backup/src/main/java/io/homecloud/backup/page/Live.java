package io.homecloud.backup.page;

import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunStatus.Progress;
import io.homecloud.backup.run.Runs;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.pages.ReadableTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job that is under way, for its bar.
 *
 * @param about which one it is, where several are listed
 * @param url where a script asks how far it is
 * @param cancel where it is stopped
 * @param lost what comes of it then
 */
public record Live(
    String about, String url, String cancel, String lost, long done, long total, String words) {
  static Live of(Resource<RunSpec, RunStatus> run) {
    RunStatus status = run.status();
    Progress progress = status == null ? null : status.progress();
    String words =
        Optional.of(run)
            .filter(Runs::waits)
            .flatMap(waiting -> Conditions.find(waiting.conditions(), Condition.READY))
            .map(Condition::message)
            .orElseGet(() -> Words.progress(progress));
    return of(
        "the run of " + ReadableTime.minute(run.spec().at()) + " of " + run.spec().plan(),
        "runs",
        run.name().value(),
        "What it has copied so far is deleted.",
        progress,
        words);
  }

  static Live ofRestore(String what, String name, @Nullable Progress progress) {
    return of(
        "to bring back " + what,
        "restores",
        name,
        "What is back already stays, and the rest does not come back.",
        progress,
        Words.progress(progress));
  }

  private static Live of(
      String about,
      String kind,
      String name,
      String lost,
      @Nullable Progress progress,
      String words) {
    return new Live(
        about,
        "/api/backup/v1/" + kind + "/" + name,
        Desk.HOME + "/" + kind + "/" + name + "/cancel",
        lost,
        progress == null ? 0 : progress.filesChecked(),
        progress == null ? 0 : Words.all(progress),
        words);
  }
}
