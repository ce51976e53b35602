package io.homecloud.backup.hours;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.engine.Pace;
import io.homecloud.control.Quantity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimetableTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static Clock at(String instant) {
    return Clock.fixed(Instant.parse(instant), BERLIN);
  }

  @ParameterizedTest
  @CsvSource({
    // It is an hour later in Berlin.
    "2026-11-26T20:59:59Z, false, 2026-11-26T21:00:00Z",
    "2026-11-26T21:00:00Z, true, 2026-11-27T21:00:00Z",
    "2026-11-26T23:30:00Z, true, 2026-11-27T21:00:00Z",
    "2026-11-27T04:59:59Z, true, 2026-11-27T21:00:00Z",
    "2026-11-27T05:00:00Z, false, 2026-11-27T21:00:00Z",
    // Two hours in summer.
    "2026-07-01T20:00:00Z, true, 2026-07-02T20:00:00Z"
  })
  void aWindowOverMidnightIsOpenInTheHoursOfItsZone(String now, boolean open, String opens) {
    // Given
    Timetable times = new Timetable(new Hours("22:00", "06:00"), null, BERLIN, at(now));

    // When, Then
    assertThat(times.open()).isEqualTo(open);
    assertThat(times.opens()).contains(Instant.parse(opens));
  }

  @Test
  void anHourThatADayDoesNotHaveIsALaterOne() {
    // Given: the clocks are put on from two to three
    Timetable times =
        new Timetable(new Hours("02:30", "04:00"), null, BERLIN, at("2026-03-29T00:00:00Z"));

    // When, Then
    assertThat(times.opens()).contains(Instant.parse("2026-03-29T01:30:00Z"));
  }

  @Test
  void theFirstSpeedThatHoldsCountsUntilAnotherOneDoes() {
    // Given
    List<Bandwidth> limits =
        List.of(
            new Bandwidth("07:00", "09:00", Quantity.parse("1Mi")),
            new Bandwidth("07:00", "22:00", Quantity.parse("4Mi")));

    // When
    Pace.Step early = new Timetable(null, limits, BERLIN, at("2026-11-26T07:30:00Z")).now();
    Pace.Step late = new Timetable(null, limits, BERLIN, at("2026-11-26T08:00:00Z")).now();
    Pace.Step night = new Timetable(null, limits, BERLIN, at("2026-11-26T21:00:00Z")).now();

    // Then
    assertThat(early)
        .isEqualTo(new Pace.Step(OptionalLong.of(1 << 20), Optional.of(Duration.ofMinutes(30))));
    assertThat(late.bytesPerSecond()).hasValue(4 << 20);
    assertThat(late.holds()).contains(Duration.ofHours(13));
    assertThat(night.bytesPerSecond()).isEmpty();
    assertThat(night.holds()).contains(Duration.ofHours(9));
    assertThat(new Timetable(null, null, BERLIN, at("2026-11-26T21:00:00Z")).now().free()).isTrue();
  }

  @Test
  void whatCopiesIsAskedToEndBeforeItsWindowDoes() {
    // Given
    Timetable times =
        new Timetable(new Hours("22:00", "06:00"), null, BERLIN, at("2026-11-27T04:59:00Z"));

    // When, Then
    assertThat(times.now().holds()).contains(Duration.ofSeconds(58));
  }
}
