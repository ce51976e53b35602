package io.homecloud.backup.page;

import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.Runs;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.pages.ReadableTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A run in the list of dates.
 *
 * @param complete whether there is something to look into
 * @param said why there is not, or what was not done around it
 */
public record RunLine(
    String name,
    String date,
    String about,
    boolean complete,
    boolean pinned,
    String state,
    @Nullable String said,
    @Nullable Live live) {
  static RunLine of(Resource<RunSpec, RunStatus> run) {
    RunStatus status = run.status();
    boolean complete = Runs.complete(run);
    boolean underWay = Runs.underWay(run);
    return new RunLine(
        run.name().value(),
        ReadableTime.minute(run.spec().at()),
        status == null || status.contents() == null ? "" : Words.contents(status.contents()),
        complete,
        run.spec().pinned(),
        (status == null ? RunState.Pending : status.state()).name().toLowerCase(Locale.ROOT),
        complete || underWay
            ? Runs.hookTrouble(run).orElse(null)
            : Conditions.find(run.conditions(), Condition.READY)
                .map(Condition::message)
                .orElse(null),
        underWay ? Live.of(run) : null);
  }
}
