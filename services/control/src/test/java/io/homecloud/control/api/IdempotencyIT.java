package io.homecloud.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.ControlSchema;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdempotencyIT {
  private static final Idempotency.Key KEY =
      Idempotency.Key.of("root", "key-1", "/api/test/v1/notes", "{}");

  private ControlPlane plane;
  private Idempotency idempotency;

  @BeforeEach
  void makeTables() {
    plane = ControlSchema.plane(ControlSchema.fresh().pool());
    idempotency = new Idempotency(plane.database(), Clock.systemUTC());
  }

  private Optional<UUID> claim(Idempotency.Key key, UUID target) {
    return plane
        .database()
        .inTransaction(transaction -> idempotency.claim(transaction, key, target));
  }

  @Test
  void aRepetitionAfterALostAnswerFindsWhatWasMade() {
    // Given
    UUID target = UUID.randomUUID();
    assertThat(claim(KEY, target)).isEmpty();

    // When
    Optional<UUID> again = claim(KEY, UUID.randomUUID());

    // Then
    assertThat(again).contains(target);
  }

  @Test
  void withAnotherBodyOrPathTheKeyIsRefused() {
    // Given
    claim(KEY, UUID.randomUUID());

    // When // Then
    for (Idempotency.Key other :
        List.of(
            Idempotency.Key.of("root", "key-1", "/api/test/v1/notes", "{\"spec\":{}}"),
            Idempotency.Key.of("root", "key-1", "/api/test/v1/other", "{}"))) {
      assertThatThrownBy(() -> claim(other, UUID.randomUUID()))
          .isInstanceOfSatisfying(
              ProblemException.class,
              problem -> assertThat(problem.code()).isEqualTo(CommonProblem.KEY_REUSED));
    }
  }

  @Test
  void anotherPersonMayUseTheSameKey() {
    // Given
    claim(KEY, UUID.randomUUID());

    // When // Then
    assertThat(
            claim(
                Idempotency.Key.of("anna", "key-1", "/api/test/v1/notes", "{}"), UUID.randomUUID()))
        .isEmpty();
  }

  @Test
  void aRequestThatFailedClaimsNothing() {
    // Given
    assertThatThrownBy(() ->
            plane
                .database()
                .useTransaction(transaction -> {
                  idempotency.claim(transaction, KEY, UUID.randomUUID());
                  throw new IllegalStateException("refused");
                }))
        .hasMessage("refused");

    // When // Then
    assertThat(claim(KEY, UUID.randomUUID())).isEmpty();
  }

  @Test
  void ofManyAtTheSameTimeOneMakesItAndAllLearnWhich() throws Exception {
    // Given
    List<UUID> made = new ArrayList<>();
    List<Callable<UUID>> requests = new ArrayList<>();
    for (int n = 0; n < 16; n++) {
      UUID target = UUID.randomUUID();
      requests.add(() -> {
        Optional<UUID> earlier =
            plane
                .database()
                .inTransaction(transaction -> {
                  Optional<UUID> known = idempotency.claim(transaction, KEY, target);
                  try {
                    TimeUnit.MILLISECONDS.sleep(20);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  return known;
                });
        if (earlier.isEmpty()) {
          synchronized (made) {
            made.add(target);
          }
        }
        return earlier.orElse(target);
      });
    }

    // When
    List<UUID> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(requests)) {
        answers.add(answer.get());
      }
    }

    // Then
    assertThat(made).hasSize(1);
    assertThat(answers).hasSize(16).containsOnly(made.getFirst());
  }

  @Test
  void afterADayAKeyIsForgotten() {
    // Given
    claim(KEY, UUID.randomUUID());
    Clock tomorrow = Clock.offset(Clock.systemUTC(), Duration.ofHours(25));

    // When
    int early = idempotency.forget();
    int late = new Idempotency(plane.database(), tomorrow).forget();

    // Then
    assertThat(early).isZero();
    assertThat(late).isEqualTo(1);
    assertThat(Instant.now()).isBefore(tomorrow.instant());
    assertThat(claim(KEY, UUID.randomUUID())).isEmpty();
  }
}
