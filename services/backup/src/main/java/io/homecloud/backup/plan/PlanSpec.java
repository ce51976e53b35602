package io.homecloud.backup.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.hook.Hooks;
import io.homecloud.backup.hours.Bandwidth;
import io.homecloud.backup.hours.Hours;
import io.homecloud.backup.hours.Timetable;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.verify.VerifySpec;
import io.homecloud.control.Name;
import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Shape;
import io.homecloud.control.schedule.Retention;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is copied, where to, when, and how long it is kept.
 *
 * @param sources what is copied
 * @param repository where to, by its name
 * @param schedule cron: minute hour day month weekday; on demand only when absent
 * @param timeZone UTC when absent
 * @param jitter the longest delay, for example {@code 5m}; none when absent
 * @param retention of the plan's runs; everything is kept when absent
 * @param verify how copies are proven by restoring; a plan with a schedule or {@code onAttach} is
 *     proven once a week when absent
 * @param suspended nothing is copied by schedule, or deleted, while it is
 * @param onAttach whether a run begins when a drive of its repository comes; without a schedule the
 *     repository is a set of drives
 * @param onDegraded whether an extra run begins when the pool of a source has lost a disk or one
 *     begins to fail
 * @param window runs begin only in these hours, and what is not done then goes on in the next ones
 * @param bandwidth how fast is copied, by the time of day; the first one that holds counts
 * @param hooks what is done around a run, such as dumps of databases
 * @param softQuota when its runs are larger than this the oldest go, but never the last complete
 *     one, or one that is pinned
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanSpec(
    @Shape(least = 1, most = 100) List<Source> sources,
    Name repository,
    @Nullable String schedule,
    @Nullable String timeZone,
    @Nullable String jitter,
    @Nullable Retention retention,
    @Nullable VerifySpec verify,
    @Shape(byDefault = "false") boolean suspended,
    @Shape(byDefault = "false") boolean onAttach,
    @Shape(byDefault = "false") boolean onDegraded,
    @Nullable Hours window,
    @Nullable List<Bandwidth> bandwidth,
    @Nullable Hooks hooks,
    @Nullable Quantity softQuota) {
  /** When it may copy, and how fast then. */
  public Timetable timetable(Clock clock) {
    return new Timetable(window, bandwidth, PlanTimes.zone(timeZone), clock);
  }

  /** The secrets that it refers to. */
  public List<Name> secrets() {
    return hooks == null ? List.of() : hooks.secrets();
  }

  /** The same with other sources. */
  PlanSpec with(List<Source> others) {
    return new PlanSpec(
        others,
        repository,
        schedule,
        timeZone,
        jitter,
        retention,
        verify,
        suspended,
        onAttach,
        onDegraded,
        window,
        bandwidth,
        hooks,
        softQuota);
  }
}
