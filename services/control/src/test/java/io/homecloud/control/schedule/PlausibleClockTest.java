package io.homecloud.control.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlausibleClockTest {
  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:10Z, 1970-01-01T00:00:00Z, false",
    "2026-10-31T00:00:00Z, 1970-01-01T00:00:00Z, false",
    "2027-01-01T00:00:00Z, 1970-01-01T00:00:00Z, true",
    "2027-01-01T00:00:00Z, 2027-01-01T00:00:00Z, true",
    "2027-01-01T00:00:00Z, 2027-01-01T00:00:01Z, false"
  })
  void aTimeBeforeWhatIsKnownIsNotBelieved(Instant now, Instant newest, boolean plausible) {
    // Given
    PlausibleClock clock = new PlausibleClock(Clock.fixed(now, ZoneOffset.UTC), () -> newest);

    // When // Then
    assertThat(clock.plausible()).isEqualTo(plausible);
    assertThat(clock.instant()).isEqualTo(now);
  }
}
