package io.homecloud.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunOrdersTest {
  private static final Instant NOW = Instant.parse("2026-11-29T11:20:05Z");

  @Test
  void theNextRunIsLaterThanThoseThatWereQuickerThanOneASecond() {
    // Given: those of :05 and :07, and the one between them was deleted
    Set<Instant> used = Set.of(NOW.minusSeconds(1), NOW, NOW.plusSeconds(2));

    // Then
    assertThat(RunOrders.later(used, NOW)).isEqualTo(NOW.plusSeconds(3));
    assertThat(RunOrders.later(Set.of(NOW.minusSeconds(1)), NOW)).isEqualTo(NOW);
  }

  @Test
  void aRunThatWasMadeWhileTheClockWasAheadPullsNoneAlong() {
    assertThat(RunOrders.later(Set.of(NOW.plus(Duration.ofDays(400))), NOW)).isEqualTo(NOW);
  }
}
