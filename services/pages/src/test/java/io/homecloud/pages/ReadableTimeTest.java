package io.homecloud.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadableTimeTest {
  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, '14 August 2026, 20:05'",
    "Europe/London, '14 August 2026, 19:05'",
    "UTC, '14 August 2026, 18:05 UTC'",
    "Etc/UTC, '14 August 2026, 18:05 UTC'",
    "GMT, '14 August 2026, 18:05 UTC'"
  })
  void aTimeOfNoHouseSaysThatItIsUtc(ZoneId zone, String readable) {
    // When
    String minute = ReadableTime.minute(Instant.parse("2026-08-14T18:05:00Z"), zone);

    // Then
    assertThat(minute).isEqualTo(readable);
  }
}
