package io.homecloud.control.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:30:00Z");

  private static List<Retention.Copy<Integer>> hourly(int count) {
    List<Retention.Copy<Integer>> copies = new ArrayList<>();
    for (int hour = 0; hour < count; hour++) {
      copies.add(new Retention.Copy<>(hour, NOW.minus(Duration.ofHours(hour)), true, false));
    }
    return copies;
  }

  private static List<Integer> kept(List<Retention.Verdict<Integer>> verdicts) {
    return verdicts.stream()
        .filter(Retention.Verdict::keeps)
        .map(verdict -> verdict.copy().id())
        .toList();
  }

  @Test
  void keepsTheNewestOfEachGeneration() {
    // Given
    Retention retention = new Retention(0, 2, 3, 0, 2, 1);
    // When
    List<Integer> kept = kept(retention.judge(hourly(24 * 40), ZoneOffset.UTC, NOW));
    // Then: two hours, the last of the two days before, the last of October
    assertThat(kept).containsExactly(0, 1, 13, 13 + 24, 12 + 24 * 20 + 1);
  }

  @Test
  void countsDaysInTheZoneThatWasAskedFor() {
    // Given: 00:30 on the 22nd in Auckland is still the 21st in UTC
    Retention retention = new Retention(0, 0, 2, 0, 0, 0);
    // When
    List<Integer> kept = kept(retention.judge(hourly(30), ZoneId.of("Pacific/Auckland"), NOW));
    // Then
    assertThat(kept).containsExactly(0, 2);
  }

  @Test
  void neverDropsTheNewestGoodOne() {
    // Given
    List<Retention.Copy<Integer>> copies =
        List.of(
            new Retention.Copy<>(0, NOW.minusSeconds(60), false, false),
            new Retention.Copy<>(1, NOW.minusSeconds(99999999), true, false));
    // When
    List<Integer> kept = kept(new Retention(0, 1, 0, 0, 0, 0).judge(copies, ZoneOffset.UTC, NOW));
    // Then
    assertThat(kept).containsExactly(1);
  }

  @Test
  void keepsPinnedAndFutureOnes() {
    // Given
    List<Retention.Copy<Integer>> copies =
        List.of(
            new Retention.Copy<>(0, NOW.plusSeconds(3600), true, false),
            new Retention.Copy<>(1, NOW.minusSeconds(1), true, false),
            new Retention.Copy<>(2, NOW.minusSeconds(2), true, true),
            new Retention.Copy<>(3, NOW.minusSeconds(3), true, false));
    // When
    List<Integer> kept = kept(new Retention(1, 0, 0, 0, 0, 0).judge(copies, ZoneOffset.UTC, NOW));
    // Then
    assertThat(kept).containsExactly(0, 1, 2);
  }

  @Test
  void keepsEverythingWithoutARule() {
    // When
    List<Integer> kept =
        kept(new Retention(0, 0, 0, 0, 0, 0).judge(hourly(5), ZoneOffset.UTC, NOW));
    // Then
    assertThat(kept).hasSize(5);
  }
}
