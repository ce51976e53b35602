package io.homecloud.control.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.ControlSchema;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.testkit.TestSchema;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A clock that says a later year than it is, over several starts of a process. */
class ClockAheadIT {
  private static final Instant NOW = Instant.parse("2027-05-01T12:00:00Z");
  private static final Instant WRONG = Instant.parse("2099-01-01T00:00:00Z");

  private final TestSchema schema = ControlSchema.fresh();
  private final Wall wall = new Wall();
  private PlausibleClock clock;

  private static final class Wall extends MachineClock {
    Instant now = NOW;
    long counted;
    boolean kept;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public boolean synchronised() {
      return kept;
    }

    void pass(Duration time) {
      now = now.plus(time);
      counted += time.toNanos();
    }
  }

  @BeforeEach
  void start() {
    ServiceDatabase database = new ServiceDatabase(schema.dataSource(), "test");
    clock = PlausibleClock.of(wall, database, "here", () -> Instant.EPOCH, () -> wall.counted);
  }

  private List<Condition> told() {
    Conditions conditions = new Conditions(List.of(), 1, Clock.systemUTC());
    clock.tell(conditions);
    return conditions.build();
  }

  @Test
  void whileItRunsTimePassesAndNoMore() {
    assertThat(clock.plausible()).isTrue();
    for (int day = 0; day < 40; day++) {
      wall.pass(Duration.ofHours(36));
      assertThat(clock.plausible()).isTrue();
    }
    assertThat(told()).isEmpty();

    // When
    wall.now = WRONG;
    // Then
    assertThat(clock.plausible()).isFalse();
    assertThat(clock.longAgo(Duration.ofDays(30))).rejects(NOW, NOW.minus(Duration.ofDays(3650)));
    assertThat(told())
        .singleElement()
        .satisfies(condition -> {
          assertThat(condition.type()).isEqualTo("ClockTrusted");
          assertThat(condition.message()).contains("2099-01-01T00:00:00Z", "more than a day after");
        });

    // When: it is put right
    wall.now = NOW.plus(Duration.ofDays(60));
    // Then
    assertThat(clock.plausible()).isTrue();
  }

  @Test
  void aStartWithAnEmptyBatteryDeletesNothing() {
    // Given
    assertThat(clock.plausible()).isTrue();
    clock.note();

    // When
    wall.now = WRONG;
    start();
    clock.note();
    // Then
    assertThat(clock.plausible()).isFalse();

    // When
    start();
    wall.pass(Duration.ofHours(23));
    // Then: the wrong time was not noted, and each start begins to wait anew
    assertThat(clock.plausible()).isFalse();

    // When: NTP answers
    wall.now = NOW.plus(Duration.ofDays(1));
    wall.kept = true;
    // Then
    assertThat(clock.plausible()).isTrue();
  }

  @Test
  void afterALongTimeSwitchedOffItIsBelievedOnceADayHasPassed() {
    // Given
    clock.note();
    wall.now = NOW.plus(Duration.ofDays(100));
    start();
    assertThat(clock.plausible()).isFalse();

    // When
    wall.pass(Duration.ofHours(24));
    // Then
    assertThat(clock.plausible()).isTrue();
    clock.note();
    start();
    assertThat(clock.plausible()).isTrue();
  }

  @Test
  void whoeverKeepsItRightKnowsBetterThanWhatWasNoted() {
    // Given: who kept it right was wrong
    wall.now = WRONG;
    wall.kept = true;
    clock.note();
    wall.kept = false;
    wall.now = NOW;
    start();
    assertThat(clock.plausible()).isFalse();

    // When
    wall.kept = true;
    clock.note();
    wall.kept = false;
    // Then
    assertThat(clock.plausible()).isTrue();
    start();
    assertThat(clock.plausible()).isTrue();
  }

  @Test
  void aFirstStartWithAWrongYearDeletesNothing() {
    // Given
    wall.now = WRONG;
    start();
    // When
    clock.note();
    start();
    // Then
    assertThat(clock.plausible()).isFalse();
    assertThat(told())
        .singleElement()
        .satisfies(condition -> assertThat(condition.message()).contains("long after"));

    // When
    wall.now = NOW;
    // Then
    assertThat(clock.plausible()).isTrue();
  }

  @Test
  void whoPutsAWrongYearRightWithoutNtpWaitsADayAndNotUntilThatYear() {
    // Given: it was believed in the end
    wall.now = WRONG;
    assertThat(clock.plausible()).isFalse();
    wall.pass(Duration.ofDays(1));
    assertThat(clock.plausible()).isTrue();
    clock.note();

    // When
    wall.now = NOW;
    start();
    assertThat(clock.plausible()).isFalse();
    wall.pass(Duration.ofDays(1));

    // Then
    assertThat(clock.plausible()).isTrue();
    start();
    assertThat(clock.plausible()).isTrue();
  }

  @Test
  void anotherLeapIsWaitedForAnew() {
    // Given
    clock.note();
    wall.now = NOW.plus(Duration.ofDays(3));
    start();
    assertThat(clock.plausible()).isFalse();
    wall.pass(Duration.ofHours(23));

    // When
    wall.now = WRONG;
    assertThat(clock.plausible()).isFalse();
    wall.pass(Duration.ofHours(2));
    // Then
    assertThat(clock.plausible()).isFalse();
  }

  @Test
  void whatWasWrittenBeforeTheClockWasSetIsDatedAfterwards() {
    // Given: a machine without a clock goes on where it was switched off
    clock.note();
    start();
    assertThat(clock.plausible()).isTrue();
    wall.pass(Duration.ofMinutes(2));
    Instant written = wall.now;
    assertThat(clock.corrected(written)).isEqualTo(written);

    // When
    wall.now = wall.now.plus(Duration.ofDays(60));
    wall.kept = true;
    assertThat(clock.plausible()).isTrue();

    // Then
    Instant when = written.plus(Duration.ofDays(60));
    assertThat(clock.corrected(written)).isEqualTo(when);
    assertThat(clock.corrected(NOW.minusSeconds(1))).isEqualTo(NOW.minusSeconds(1));
    assertThat(clock.corrected(wall.now)).isEqualTo(wall.now);
    assertThat(clock.longAgo(Duration.ofDays(30))).rejects(written).accepts(NOW.minusSeconds(1));
    assertThat(clock.longAgo(Duration.ofSeconds(-1))).accepts(written);
    start();
    assertThat(clock.corrected(written)).isEqualTo(when);
  }

  @Test
  void whatWasWrittenBeforeTwoStepsIsWrongByBoth() {
    // Given
    Instant written = wall.now;
    wall.kept = true;
    assertThat(clock.plausible()).isTrue();
    wall.now = WRONG;
    assertThat(clock.plausible()).isTrue();
    Instant ahead = wall.now;

    // When
    wall.now = NOW;
    assertThat(clock.plausible()).isTrue();

    // Then
    assertThat(clock.corrected(written)).isEqualTo(written);
    assertThat(clock.corrected(ahead)).isEqualTo(NOW);
  }
}
