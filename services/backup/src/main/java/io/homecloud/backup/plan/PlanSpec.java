package io.homecloud.backup.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.verify.VerifySpec;
import io.homecloud.control.Name;
import io.homecloud.control.schedule.Retention;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is copied, where to, when, and how long it is kept.
 *
 * @param schedule cron: minute hour day month weekday; on demand only when absent
 * @param timeZone UTC when absent
 * @param jitter the longest delay, for example {@code 5m}; none when absent
 * @param retention of the plan's runs; everything is kept when absent
 * @param verify how copies are proven by restoring; a plan with a schedule is proven once a week
 *     when absent
 * @param suspended nothing is copied by schedule, or deleted, while it is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanSpec(
    List<Source> sources,
    Name repository,
    @Nullable String schedule,
    @Nullable String timeZone,
    @Nullable String jitter,
    @Nullable Retention retention,
    @Nullable VerifySpec verify,
    boolean suspended) {
  /** The same with other sources. */
  PlanSpec with(List<Source> others) {
    return new PlanSpec(
        others, repository, schedule, timeZone, jitter, retention, verify, suspended);
  }
}
