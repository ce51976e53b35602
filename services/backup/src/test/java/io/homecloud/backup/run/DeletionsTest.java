package io.homecloud.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeletionsTest {
  private final Deletions deletions = new Deletions();

  private static Name repository(int number) {
    return new Name("usb-" + number);
  }

  private static UUID run(int number) {
    return new UUID(0, number);
  }

  @Test
  void aRepositoryHasOneAndAllTogetherHaveFour() {
    // Given
    for (int i = 1; i <= 3; i++) {
      assertThat(deletions.begin(run(i), repository(i))).isTrue();
    }

    // When
    boolean twice = deletions.begin(run(11), repository(1));
    boolean fourth = deletions.begin(run(4), repository(4));
    boolean fifth = deletions.begin(run(5), repository(5));

    // Then
    assertThat(twice).isFalse();
    assertThat(fourth).isTrue();
    assertThat(fifth).isFalse();

    // And when one has ended
    Optional<UUID> next = deletions.ended(repository(2));

    // Then
    assertThat(next).contains(run(5));
    assertThat(deletions.begin(run(11), repository(1))).isFalse();
    assertThat(deletions.begin(run(5), repository(5))).isTrue();
    assertThat(deletions.begin(run(2), repository(2))).isFalse();
  }

  @Test
  void eachThatEndsHasTheNextOneGoOnThatMay() {
    // Given
    assertThat(deletions.begin(run(1), repository(1))).isTrue();
    assertThat(deletions.begin(run(2), repository(2))).isTrue();
    for (int i = 11; i <= 13; i++) {
      assertThat(deletions.begin(run(i), repository(1))).isFalse();
    }

    // When, then: nothing waits for that repository
    assertThat(deletions.ended(repository(2))).isEmpty();

    // When, then: each is told once
    assertThat(deletions.ended(repository(1))).contains(run(11));
    assertThat(deletions.begin(run(11), repository(1))).isTrue();
    assertThat(deletions.ended(repository(1))).contains(run(12));

    // And when one goes on of itself
    assertThat(deletions.begin(run(13), repository(1))).isTrue();

    // Then
    assertThat(deletions.ended(repository(1))).isEmpty();
  }
}
