package io.homecloud.control.resource;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StatusWaitersTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final StatusWaiters waiters = new StatusWaiters();
  private final UUID uid = UUID.randomUUID();
  private volatile String status = "new";
  private final AtomicInteger asked = new AtomicInteger();

  private String await(Duration limit) {
    return waiters.await(
        uid,
        limit,
        () -> {
          asked.incrementAndGet();
          return Optional.of(status).filter("ready"::equals);
        },
        () -> "late: " + status);
  }

  @Test
  void anAnswerThatIsThereIsGivenAtOnce() {
    // Given
    status = "ready";

    // When // Then
    assertThat(await(Duration.ZERO)).isEqualTo("ready");
    assertThat(await(LONG)).isEqualTo("ready");
    assertThat(asked).hasValue(2);
    assertThat(waiters.waiting()).isZero();
  }

  @Test
  void manyWaitUntilItChangesAndAskOnlyThen() throws Exception {
    // Given
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting =
          java.util.stream.Stream.generate(() -> threads.submit(() -> await(LONG)))
              .limit(20)
              .toList();
      eventually(() -> assertThat(asked).hasValue(20));
      waiters.changed(UUID.randomUUID().toString());
      waiters.changed(uid.toString());
      eventually(() -> assertThat(asked).hasValue(40));

      // When
      status = "ready";
      waiters.changed(uid.toString());

      // Then
      for (Future<String> one : waiting) {
        assertThat(one.get(100, TimeUnit.SECONDS)).isEqualTo("ready");
      }
    }
    assertThat(asked).hasValue(60);
    assertThat(waiters.waiting()).isZero();
  }

  @Test
  void atTheEndOfTheTimeItIsAsItIs() {
    // When
    String answer = await(Duration.ofMillis(50));

    // Then
    assertThat(answer).isEqualTo("late: new");
    assertThat(waiters.waiting()).isZero();
  }

  @Test
  void whenSignalsWereMissedAllAskAgain() throws Exception {
    // Given
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> waiting = threads.submit(() -> await(LONG));
      eventually(() -> assertThat(asked).hasValue(1));
      status = "ready";

      // When
      waiters.changed();

      // Then
      assertThat(waiting.get(100, TimeUnit.SECONDS)).isEqualTo("ready");
    }
  }

  @Test
  void aQuestionThatFailsLeavesNothingBehind() {
    // When
    assertThatThrownBy(() ->
            waiters.await(
                uid,
                LONG,
                () -> {
                  throw new IllegalStateException("not found");
                },
                () -> ""))
        .hasMessage("not found");

    // Then
    assertThat(waiters.waiting()).isZero();
  }

  @Test
  void noChangeIsMissedHoweverManyComeAndGo() throws Exception {
    // Given
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 2000; round++) {
        status = "new";
        Future<String> one = threads.submit(() -> await(LONG));
        Future<String> other = threads.submit(() -> await(Duration.ofNanos(1)));

        // When
        status = "ready";
        waiters.changed(uid.toString());

        // Then
        assertThat(one.get(100, TimeUnit.SECONDS)).isEqualTo("ready");
        other.get(100, TimeUnit.SECONDS);
      }
    }
    assertThat(waiters.waiting()).isZero();
  }
}
