package io.homecloud.backup.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.drive.DriveCopy;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.Runs;
import io.homecloud.control.resource.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A run was made while the clock was ahead: what it says of itself hides nothing afterwards. */
class ClockAheadTest {
  private static final Instant YESTERDAY = Instant.parse("2026-12-01T03:00:00Z");
  private static final Instant NOW = Instant.parse("2026-12-02T03:00:00Z");
  private static final Instant AHEAD = Instant.parse("2031-01-01T03:00:00Z");

  private static final String DRIVE = "0d5e3c1c-7c4e-4c0f-9df5-4f1d0b3f6a11";

  private final List<Resource<RunSpec, RunStatus>> runs =
      List.of(
          SomeRuns.run("good", YESTERDAY, new DriveCopy(DRIVE, "nightly/runs/1").toString(), null),
          SomeRuns.run("ahead", AHEAD, new DriveCopy(DRIVE, "nightly/runs/2").toString(), null));

  @Test
  void theLastSuccessIsTheLastThatCanHaveBeen() {
    // When, Then
    assertThat(Runs.lastSuccess(runs, NOW)).contains(YESTERDAY);
    assertThat(Runs.lastSuccess(runs, Instant.MAX)).contains(AHEAD);
  }

  @Test
  void aDriveHasItsTurnAfterTheLastRunThatCanHaveBeen() {
    // When, Then
    assertThat(DrivesOfPlan.lastRuns(runs, NOW)).isEqualTo(Map.of(DRIVE, YESTERDAY));
  }
}
