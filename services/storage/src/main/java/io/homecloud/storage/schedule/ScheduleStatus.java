package io.homecloud.storage.schedule;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a schedule has done.
 *
 * @param lastRun the due time of the newest run; from when counting began anew, when that was
 *     written by a clock that was ahead
 * @param lastSnapshot its name
 * @param nextRun absent while suspended or when it will never be due
 * @param observedGeneration the generation of the wish that this speaks of
 * @param conditions what is so and what is not, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScheduleStatus(
    @Nullable Instant lastRun,
    @Nullable String lastSnapshot,
    @Nullable Instant nextRun,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  public ScheduleStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
