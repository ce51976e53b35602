package io.homecloud.control.api;

import static io.homecloud.control.ControlSchema.NODE;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.ControlSchema;
import io.homecloud.control.Note;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jboss.resteasy.reactive.server.jaxrs.SseImpl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamIT {
  private final TestSchema schema = ControlSchema.fresh();
  private final Sse sse = new SseImpl();
  private ControlPlane plane;

  @BeforeEach
  void start() {
    plane = ControlSchema.plane(schema.pool());
    plane.start(List.of(), List.of());
    eventually(() -> assertThat(plane.database().leads()).isTrue());
  }

  @AfterEach
  void close() {
    plane.close();
  }

  private void tell(ControlPlane where, int count) {
    long before = plane.log().newest();
    where
        .resources()
        .useTransaction(transaction -> {
          for (int n = 0; n < count; n++) {
            where.resources().tell(transaction, new Note.Written(UUID.randomUUID(), n));
          }
        });
    eventually(() -> assertThat(plane.log().newest()).isEqualTo(before + count));
  }

  private AssertSubscriber<OutboundSseEvent> follow(@Nullable String lastEventId, long demand) {
    return plane.stream()
        .from(lastEventId, sse, () -> true)
        .subscribe()
        .withSubscriber(AssertSubscriber.create(demand));
  }

  /** Ids of what came, without the comments. */
  private static List<String> ids(AssertSubscriber<OutboundSseEvent> follower) {
    return follower.getItems().stream()
        .filter(event -> event.getId() != null)
        .map(OutboundSseEvent::getId)
        .toList();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
  }

  private void assertGone(String lastEventId) {
    assertThatThrownBy(() -> plane.stream().from(lastEventId, sse, () -> true))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.code()).isEqualTo(CommonProblem.EVENTS_GONE));
  }

  @Test
  void whoMayNotReadAnyMoreIsToldNothingMore() {
    // Given
    AtomicBoolean lasts = new AtomicBoolean(true);
    var follower =
        plane.stream()
            .from(null, sse, lasts::get)
            .subscribe()
            .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
    tell(plane, 1);
    eventually(() -> assertThat(ids(follower)).isEqualTo(numbers(1, 1)));

    // When
    lasts.set(false);
    tell(plane, 1);

    // Then
    follower.awaitCompletion(Duration.ofMinutes(1));
    assertThat(ids(follower)).isEqualTo(numbers(1, 1));
    eventually(() -> assertThat(plane.stream().followers()).isZero());
  }

  @Test
  void whoComesNewSeesWhatComesFromNowOn() {
    // Given
    tell(plane, 3);
    var follower = follow(null, Long.MAX_VALUE);

    // When
    tell(plane, 2);

    // Then
    eventually(() -> assertThat(ids(follower)).isEqualTo(numbers(4, 5)));
    OutboundSseEvent event = follower.getItems().getLast();
    assertThat(event.getName()).isEqualTo("io.homecloud.note.written.v1");
    assertThat((String) event.getData()).startsWith("{\"specversion\":\"1.0\"");
  }

  @Test
  void whoComesBackMissesNothing() {
    // Given
    tell(plane, 5);

    // When
    var follower = follow("2", Long.MAX_VALUE);
    tell(plane, 300);

    // Then
    eventually(() -> assertThat(ids(follower)).isEqualTo(numbers(3, 305)));
  }

  @Test
  void whoIsUpToDateWaits() {
    // Given
    tell(plane, 5);
    var follower = follow("5", Long.MAX_VALUE);

    // When
    tell(plane, 1);

    // Then
    eventually(() -> assertThat(ids(follower)).containsExactly("6"));
  }

  @Test
  void whatWasForgottenIsGone() {
    // Given
    tell(plane, 5);
    eventually(() ->
        assertThat(plane.log().forget(Instant.now().plusSeconds(60), Duration.ZERO)).isPositive());
    eventually(() -> {
      plane.log().forget(Instant.now().plusSeconds(60), Duration.ZERO);
      assertThat(plane.log().oldest()).isEmpty();
    });

    // When // Then
    assertGone("0");
    assertGone("4");
    follow("5", 1).cancel();
  }

  @Test
  void anIdThatNobodyHadIsGoneAndNonsenseIsRefused() {
    // Given
    tell(plane, 1);

    // When // Then
    assertGone("2");
    assertGone("-1");
    for (String nonsense : List.of("", "x", "1.5", "99999999999999999999")) {
      assertThatThrownBy(() -> plane.stream().from(nonsense, sse, () -> true))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("parameter-invalid");
    }
  }

  @Test
  void aSlowReaderGetsNoMoreThanItAskedFor() throws Exception {
    // Given
    var follower = follow(null, 3);
    tell(plane, 1000);
    eventually(() -> assertThat(follower.getItems()).hasSize(3));
    TimeUnit.MILLISECONDS.sleep(200);
    assertThat(follower.getItems()).hasSize(3);

    // When
    follower.request(Long.MAX_VALUE);

    // Then
    eventually(() -> assertThat(ids(follower)).isEqualTo(numbers(1, 1000)));
  }

  @Test
  void onAnotherInstanceTheSameIsSeen() {
    // Given
    ControlPlane other =
        ControlSchema.plane(
            schema.pool(), NODE + "-b", _ -> CompletableFuture.completedFuture(null));
    try {
      other.start(List.of(), List.of());
      var follower =
          other.stream()
              .from(null, sse, () -> true)
              .subscribe()
              .withSubscriber(AssertSubscriber.<OutboundSseEvent>create(Long.MAX_VALUE));

      // When
      tell(plane, 2);
      tell(other, 2);

      // Then
      eventually(() -> assertThat(ids(follower)).isEqualTo(numbers(1, 4)));
      assertThat(other.database().leads()).isFalse();
    } finally {
      other.close();
    }
  }

  @Test
  void whenTheDatabaseGoesTheStreamEndsSoThatReadersComeAgain() {
    // Given
    var follower = follow(null, Long.MAX_VALUE);
    eventually(() -> assertThat(follower.getItems()).hasSize(1));

    // When
    TestPostgres.stop();
    plane.stream().grown();

    // Then
    try {
      follower.awaitCompletion(Duration.ofMinutes(1));
    } finally {
      TestPostgres.start();
    }
    assertThat(follower.getFailure()).isNull();
  }
}
