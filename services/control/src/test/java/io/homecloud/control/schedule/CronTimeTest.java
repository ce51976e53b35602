package io.homecloud.control.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronTimeTest {
  private static final UUID ID = new UUID(0, 17);

  @Test
  void countsInItsZoneAcrossTheEndOfSummerTime() {
    // Given
    CronTime berlin = new CronTime("30 2 * * *", "Europe/Berlin", Duration.ZERO, ID);
    // When
    Instant before = berlin.next(Instant.parse("2026-10-24T12:00:00Z")).orElseThrow();
    Instant after = berlin.next(Instant.parse("2026-10-25T12:00:00Z")).orElseThrow();
    // Then
    assertThat(before)
        .isIn(Instant.parse("2026-10-25T00:30:00Z"), Instant.parse("2026-10-25T01:30:00Z"));
    assertThat(after).isEqualTo(Instant.parse("2026-10-26T01:30:00Z"));
  }

  @Test
  void delaysEachResourceByItsOwnTime() {
    // Given
    CronTime times = new CronTime("0 * * * *", "UTC", Duration.ofSeconds(60), ID);
    // When
    Instant next = times.next(Instant.parse("2026-11-21T10:00:17Z")).orElseThrow();
    // Then
    assertThat(next).isEqualTo(Instant.parse("2026-11-21T11:00:17Z"));
  }

  @Test
  void knowsWhatWillNeverBe() {
    // When / Then
    assertThat(
            new CronTime("0 0 30 2 *", "UTC", Duration.ZERO, ID)
                .next(Instant.parse("2026-01-01T00:00:00Z")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "* * * *", "61 * * * *", "@hourly; rm", "a b c d e", "0 0 0 0 0"})
  void refusesWhatIsNoSchedule(String expression) {
    // When / Then
    assertThatThrownBy(() -> new CronTime(expression, "UTC", Duration.ZERO, ID))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("five fields");
  }

  @Test
  void refusesWhatIsNoZone() {
    // When / Then
    assertThatThrownBy(() -> new CronTime("0 0 * * *", "Mars/Olympus", Duration.ZERO, ID))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("time zone");
  }

  @Test
  void theLastTimeIsFoundWithoutCountingUpToIt() {
    // Given
    CronTime everyMinute = new CronTime("* * * * *", "UTC", Duration.ZERO, new UUID(0, 0));
    CronTime leapDay = new CronTime("0 0 29 2 *", "Europe/Berlin", Duration.ZERO, new UUID(0, 0));
    CronTime late = new CronTime("0 * * * *", "UTC", Duration.ofSeconds(60), ID);
    Instant noon = Instant.parse("2026-11-25T12:00:00Z");
    // When / Then
    assertThat(everyMinute.last(Instant.EPOCH, noon)).contains(noon);
    assertThat(everyMinute.last(noon, noon)).contains(noon);
    assertThat(everyMinute.last(Instant.EPOCH, noon.plusMillis(59_999))).contains(noon);
    assertThat(everyMinute.last(Instant.EPOCH, noon.minusMillis(1)))
        .contains(noon.minusSeconds(60));
    assertThat(everyMinute.last(noon.plusSeconds(1), noon.plusSeconds(59))).isEmpty();
    assertThat(leapDay.last(Instant.EPOCH, noon)).contains(Instant.parse("2024-02-28T23:00:00Z"));
    assertThat(late.last(Instant.EPOCH, noon)).contains(Instant.parse("2026-11-25T11:00:17Z"));
  }

  @Test
  void aListOfThousandsOfMinutesIsRefused() {
    // Given
    String minutes = "0" + ",1".repeat(5_000) + " * * * *";
    // When / Then
    assertThatThrownBy(() -> new CronTime(minutes, "UTC", Duration.ZERO, new UUID(0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("five fields");
  }
}
