package io.homecloud.control.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.resource.Condition.Truth;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static final Instant FIRST = Instant.parse("2026-11-21T10:00:00Z");
  private static final Instant LATER = FIRST.plusSeconds(60);

  private static Conditions at(Instant now, List<Condition> before, long generation) {
    return new Conditions(before, generation, Clock.fixed(now.plusMillis(345), ZoneOffset.UTC));
  }

  @Test
  void theTransitionTimeIsKeptWhileTheStatusIs() {
    // Given
    List<Condition> before = at(FIRST, List.of(), 1).notReady("Missing", "A disk.").build();

    // When
    List<Condition> now = at(LATER, before, 2).notReady("Broken", "Another disk.").build();

    // Then
    assertThat(now)
        .containsExactly(new Condition("Ready", Truth.False, "Broken", "Another disk.", FIRST, 2));
  }

  @Test
  void aNewStatusHasANewTime() {
    // Given
    List<Condition> before = at(FIRST, List.of(), 1).notReady("Missing", "").build();

    // When
    List<Condition> now = at(LATER, before, 1).ready().build();

    // Then
    assertThat(now).containsExactly(new Condition("Ready", Truth.True, "Ready", "", LATER, 1));
    assertThat(Conditions.isTrue(now, "Ready")).isTrue();
    assertThat(Conditions.isTrue(now, "Degraded")).isFalse();
  }

  @Test
  void aTypeThatCameAndWentBeginsAnew() {
    // Given
    List<Condition> first = at(FIRST, List.of(), 1).set("Full", Truth.True, "Full", "").build();
    List<Condition> without = at(FIRST, first, 1).ready().build();

    // When
    List<Condition> now = at(LATER, without, 1).ready().set("Full", Truth.True, "Full", "").build();

    // Then
    assertThat(Conditions.find(now, "Full").orElseThrow().lastTransitionTime()).isEqualTo(LATER);
    assertThat(Conditions.find(now, "Ready").orElseThrow().lastTransitionTime()).isEqualTo(FIRST);
  }

  @Test
  void theLastWordOnATypeCounts() {
    // When
    List<Condition> now = at(FIRST, List.of(), 1).ready().notReady("No", "").build();

    // Then
    assertThat(now).singleElement().satisfies(c -> assertThat(c.status()).isEqualTo(Truth.False));
  }
}
