package io.homecloud.backup.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.control.schedule.CronTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
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

  @Test
  void whatCopiesOnlyWhenADriveComesIsOverdueWhenNoneHasForTwoTurns() {
    // Given
    Instant since = Instant.parse("2026-12-02T03:05:00Z");
    Optional<DrivesOfPlan> drives =
        Optional.of(new DrivesOfPlan(List.of(), Duration.ofDays(7), Map.of()));

    // When, Then
    assertThat(PlanTimes.overdue(spec(true, false), Optional.empty(), drives, since))
        .contains(since.plus(Duration.ofDays(14)));
    assertThat(PlanTimes.overdue(spec(false, false), Optional.empty(), drives, since)).isEmpty();
    assertThat(PlanTimes.overdue(spec(true, true), Optional.empty(), drives, since)).isEmpty();
    assertThat(PlanTimes.overdue(spec(true, false), Optional.empty(), Optional.empty(), since))
        .isEmpty();
  }

  private static PlanSpec spec(boolean onAttach, boolean suspended) {
    return new PlanSpec(
        List.of(),
        new Name("usb"),
        null,
        null,
        null,
        null,
        null,
        suspended,
        onAttach,
        false,
        null,
        null,
        null,
        null);
  }
}
