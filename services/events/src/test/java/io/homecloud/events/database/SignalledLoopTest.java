package io.homecloud.events.database;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SignalledLoopTest {
  private final AtomicInteger steps = new AtomicInteger();

  @Test
  void looksOnceAtStartAndThenOnlyWhenWoken() throws Exception {
    // Given
    try (SignalledLoop loop = new SignalledLoop("test", "waiting", steps::incrementAndGet)) {
      loop.start();
      eventually(() -> assertThat(steps).hasValue(1));

      // When
      TimeUnit.MILLISECONDS.sleep(300);

      // Then
      assertThat(steps).hasValue(1);
      loop.wake();
      eventually(() -> assertThat(steps).hasValue(2));
    }
  }

  @Test
  void aWakeDuringAStepIsNotLostAndManyAreOne() throws Exception {
    // Given
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (SignalledLoop loop =
        new SignalledLoop(
            "test",
            "waiting",
            () -> {
              steps.incrementAndGet();
              inside.countDown();
              go.await();
            })) {
      loop.start();
      inside.await();

      // When
      for (int i = 0; i < 100; i++) {
        loop.wake();
      }
      go.countDown();

      // Then
      eventually(() -> assertThat(steps).hasValue(2));
      TimeUnit.MILLISECONDS.sleep(200);
      assertThat(steps).hasValue(2);
    }
  }

  @Test
  void failuresMakePausesThatWakesDoNotShorten() throws Exception {
    // Given
    AtomicBoolean broken = new AtomicBoolean(true);
    try (SignalledLoop loop =
        new SignalledLoop(
            "test",
            "waiting",
            () -> {
              steps.incrementAndGet();
              if (broken.get()) {
                throw new IllegalStateException("broken");
              }
            })) {
      loop.start();

      // When
      long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
      while (System.nanoTime() < end) {
        loop.wake();
        TimeUnit.MILLISECONDS.sleep(5);
      }

      // Then
      eventually(() -> assertThat(steps).hasValueGreaterThan(1));
      int failed = steps.get();
      assertThat(failed).isBetween(2, 4);
      broken.set(false);
      eventually(() -> assertThat(steps.get()).isGreaterThan(failed));
    }
  }

  @Test
  void closingInterruptsTheStep() throws Exception {
    // Given
    CountDownLatch inside = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    SignalledLoop loop =
        new SignalledLoop(
            "test",
            "waiting",
            () -> {
              inside.countDown();
              try {
                TimeUnit.HOURS.sleep(1);
              } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
              }
            });
    loop.start();
    inside.await();

    // When
    loop.close();

    // Then
    assertThat(interrupted).isTrue();
  }
}
