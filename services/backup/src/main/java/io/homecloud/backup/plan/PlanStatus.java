package io.homecloud.backup.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.verify.VerifyStatus;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan has done.
 *
 * @param lastDue the newest time that it was due by its schedule
 * @param lastRun its newest run, however that was ordered
 * @param lastSuccess when a run of it was complete for the last time
 * @param nextRun absent while suspended, without a schedule, or when it will never be due
 * @param lastAttach when a drive came for which a run was considered
 * @param lastDegraded for which losses of disks an extra run was ordered
 * @param driveDue the drive that has its turn and is not plugged in
 * @param verification what was proven of its copies by restoring
 * @param observedGeneration the generation of the wish that this speaks of
 * @param conditions what is so and what is not, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanStatus(
    @Nullable Instant lastDue,
    @Nullable Name lastRun,
    @Nullable Instant lastSuccess,
    @Nullable Instant nextRun,
    @Nullable Instant lastAttach,
    @Nullable List<String> lastDegraded,
    @Nullable String driveDue,
    @Nullable VerifyStatus verification,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  public PlanStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
