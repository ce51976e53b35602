package io.homecloud.backup.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.schedule.CronTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From when on a plan without success is overdue. */
class PlanTimesTest {
  @ParameterizedTest
  @CsvSource({
    // Every day: two days after the last success.
    "0 3 * * *, 2026-12-02T03:05:00Z, 2026-12-04T03:05:00Z",
    // A Friday: not on Sunday.
    "0 3 * * 1-5, 2026-12-04T03:05:00Z, 2026-12-08T03:00:00Z",
    // Not in the evening.
    "0 9-17 * * *, 2026-12-02T17:02:00Z, 2026-12-03T10:00:00Z",
    "0 9-17 * * *, 2026-12-02T09:02:00Z, 2026-12-02T11:02:00Z",
  })
  void aPlanIsOverdueWhenTwoOfItsTimesHavePassed(String schedule, Instant since, Instant from) {
    // Given
    CronTime times = new CronTime(schedule, "UTC", Duration.ZERO, new UUID(0, 0));

    // When, Then
    assertThat(PlanTimes.overdue(times, since)).contains(from);
  }
}
