package io.homecloud.sharing.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  private static final int MOST = 3;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
  private final Throttle throttle = new Throttle(Duration.ofMinutes(15), now::get);

  private void after(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private void guessed(String key) {
    for (int i = 0; i < MOST; i++) {
      throttle.failed(key);
    }
  }

  @Test
  void whoFailedTooOftenWaitsForTheRestOfTheTimeAndNoLonger() {
    // Given
    guessed("anna");
    after(Duration.ofMinutes(14));

    // When, Then
    assertThat(throttle.wait("anna", MOST)).contains(Duration.ofMinutes(1));
    after(Duration.ofMinutes(1));
    assertThat(throttle.wait("anna", MOST)).isEmpty();
    throttle.failed("anna");
    assertThat(throttle.wait("anna", MOST)).isEmpty();
  }

  @Test
  void waitingIsNotMadeLongerByTryingMeanwhile() {
    // Given
    guessed("anna");
    after(Duration.ofMinutes(10));

    // When
    guessed("anna");

    // Then
    after(Duration.ofMinutes(5));
    assertThat(throttle.wait("anna", MOST)).isEmpty();
  }

  @Test
  void othersDoNotWait() {
    // When
    guessed("anna");

    // Then
    assertThat(throttle.wait("ben", MOST)).isEmpty();
    throttle.forget("anna");
    assertThat(throttle.wait("anna", MOST)).isEmpty();
  }
}
