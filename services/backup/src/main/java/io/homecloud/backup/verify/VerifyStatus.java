package io.homecloud.backup.verify;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.schedule.PlausibleClock;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What has been proven of a plan's copies.
 *
 * @param lastDue the newest time that it was due by its schedule
 * @param last what came of it the last time
 * @param lastAll when everything was restored for the last time
 * @param next when it is due again; absent when it is not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "PlanVerification")
public record VerifyStatus(
    @Nullable Instant lastDue,
    @Nullable Proof last,
    @Nullable Instant lastAll,
    @Nullable Instant next) {
  /**
   * The same, as if what a clock that was ahead has written had been now: counted from there
   * nothing would be due, and no other proof the newest, for years.
   */
  VerifyStatus notAhead(Instant now) {
    return new VerifyStatus(
        notAhead(lastDue, now),
        last == null ? null : last.at(PlausibleClock.notAhead(last.at(), now)),
        notAhead(lastAll, now),
        next);
  }

  private static @Nullable Instant notAhead(@Nullable Instant said, Instant now) {
    return said == null ? null : PlausibleClock.notAhead(said, now);
  }
}
