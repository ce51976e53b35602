package io.homecloud.backup.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.drive.DriveCopy;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunTimes;
import io.homecloud.backup.run.Runs;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.PlausibleClock;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
  void theNewestIsTheLastThatCanHaveBeen() {
    // Given
    RunTimes times = new RunTimes(clock(NOW));

    // When, Then
    assertThat(times.newest(runs)).map(Resource::name).contains(new Name("good"));
    assertThat(times.lastSuccess(runs)).contains(YESTERDAY);
    assertThat(runs.stream().sorted(times.oldestFirst()).map(Resource::name))
        .containsExactly(new Name("ahead"), new Name("good"));
    assertThat(times.newest(runs.subList(1, 2))).map(Resource::name).contains(new Name("ahead"));
  }

  @Test
  void asLongAsTheClockIsAheadTheRunOfThenIsTheNewest() {
    assertThat(new RunTimes(clock(AHEAD.plusSeconds(1))).newest(runs))
        .map(Resource::name)
        .contains(new Name("ahead"));
  }

  @Test
  void theOneThatIsUnderWayIsTheNewestWhateverItSays() {
    // Given: it was begun before the clock was set back
    var ahead = runs.get(1);
    var underWay =
        new Resource<RunSpec, RunStatus>(
            ahead.kind(), ahead.metadata(), ahead.node(), null, ahead.spec(), null);

    // When, Then
    assertThat(new RunTimes(clock(NOW)).newest(List.of(underWay, runs.getFirst())))
        .contains(underWay);
  }

  @Test
  void aPlanThatWasMadeThenIsOverdueSinceTheFirstThatHappenedToIt() {
    // Given
    RunTimes times = new RunTimes(clock(NOW));

    // When, Then
    assertThat(times.since(AHEAD, Stream.of(AHEAD, NOW, YESTERDAY))).isEqualTo(YESTERDAY);
    assertThat(times.since(YESTERDAY, Stream.of(YESTERDAY.minusSeconds(1)))).isEqualTo(YESTERDAY);
    assertThat(times.since(AHEAD, Stream.empty())).isEqualTo(AHEAD);
  }

  private static PlausibleClock clock(Instant now) {
    return new PlausibleClock(Clock.fixed(now, ZoneOffset.UTC), () -> now);
  }

  @Test
  void aDriveHasItsTurnAfterTheLastRunThatCanHaveBeen() {
    // When, Then
    assertThat(DrivesOfPlan.lastRuns(runs, NOW)).isEqualTo(Map.of(DRIVE, YESTERDAY));
  }
}
