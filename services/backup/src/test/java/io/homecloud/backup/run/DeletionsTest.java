package io.homecloud.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import org.junit.jupiter.api.Test;

class DeletionsTest {
  private static Name repository(int number) {
    return new Name("usb-" + number);
  }

  @Test
  void aRepositoryHasOneAndAllTogetherHaveFour() {
    // Given
    Deletions deletions = new Deletions();
    for (int i = 1; i <= 3; i++) {
      assertThat(deletions.begin(repository(i))).isTrue();
    }

    // When
    boolean twice = deletions.begin(repository(1));
    boolean fourth = deletions.begin(repository(4));
    boolean fifth = deletions.begin(repository(5));

    // Then
    assertThat(twice).isFalse();
    assertThat(fourth).isTrue();
    assertThat(fifth).isFalse();

    // And when one has ended
    deletions.ended(repository(2));

    // Then
    assertThat(deletions.begin(repository(1))).isFalse();
    assertThat(deletions.begin(repository(5))).isTrue();
    assertThat(deletions.begin(repository(2))).isFalse();
  }
}
