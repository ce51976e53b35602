package io.homecloud.control.reconcile;

import static io.homecloud.control.ControlSchema.NODE;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.Note;
import io.homecloud.testkit.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReconcileLoopIT extends WatchedLoop {
  /** A node whose loop nobody wakes. */
  private static final String DEAF = "pi-9";

  @Test
  void aWishIsFulfilledAndToldOnce() {
    // When
    create(plane, "one", NODE);

    // Then
    eventually(() -> assertThat(find("one").ready()).isTrue());
    // Twice when the look at everything at the start came upon it as well.
    assertThat(calls.get()).isBetween(1, 2);
    eventually(() -> assertThat(plane.log().newest()).isEqualTo(1));
  }

  @Test
  void whatWasWishedWhileNobodyWasThereIsSeenAtTheStart() {
    // Given
    plane.close();
    create(plane, "one", NODE);

    // When
    start(NODE);

    // Then
    eventually(() -> assertThat(find("one").ready()).isTrue());
  }

  /** The signals of this node's wishes reach another's plane only: it is as if they were lost. */
  @Test
  void theSlowResyncFindsAWishWhoseSignalWasLost() {
    // Given
    try (ReconcileLoop slow = deaf(true, Duration.ofMillis(300))) {
      slow.start();

      // When
      create(plane, "one", DEAF);

      // Then
      eventually(() -> assertThat(find("one").ready()).isTrue());
      int looked = calls.get();
      eventually(() -> assertThat(calls).hasValueGreaterThan(looked + 1));
    }
    eventually(() -> assertThat(plane.log().newest()).isEqualTo(1));
  }

  @Test
  void aResyncLeavesOutWhatIsManyAndCannotChangeOnceItIsSettled() {
    // Given
    try (ReconcileLoop slow = deaf(false, Duration.ofHours(1))) {
      create(plane, "one", DEAF);

      // When
      slow.resync();

      // Then
      eventually(() -> assertThat(find("one").ready()).isTrue());
      int looked = calls.get();
      slow.resync();
      sleep(300);
      assertThat(calls).hasValue(looked);
    }
  }

  private ReconcileLoop deaf(boolean resyncs, Duration resync) {
    return new ReconcileLoop(
        "deaf", DEAF, plane.resources(), List.of(new Watched(resyncs)), _ -> false, resync);
  }

  @Test
  void oneAtATimePerResourceAndTheNewestWishWins() {
    // Given
    behaviour =
        note -> {
          sleep(20);
          return settled(note);
        };
    create(plane, "one", NODE);

    // When
    for (int copies = 2; copies <= 40; copies++) {
      wish(plane, "one", copies);
    }

    // Then
    eventually(() -> assertThat(find("one").ready()).isTrue());
    assertThat(find("one").status()).isNotNull();
    assertThat(Objects.requireNonNull(find("one").status()).copies()).isEqualTo(40);
    assertThat(overlapped).isEmpty();
  }

  @Test
  void differentOnesInParallelButNotMoreThanSixteen() {
    // Given
    Semaphore go = new Semaphore(0);
    behaviour =
        note -> {
          go.acquireUninterruptibly();
          return settled(note);
        };

    // When
    for (int n = 0; n < 20; n++) {
      create(plane, "n" + n, NODE);
    }

    // Then
    eventually(() -> assertThat(parallel).hasValue(16));
    go.release(1000);
    eventually(() -> assertThat(find("n19").ready() && find("n0").ready()).isTrue());
    assertThat(mostParallel).hasValue(16);
  }

  @Test
  void failuresAreRepeatedWithGrowingPausesAndWishesComeAtOnce() {
    // Given
    behaviour = note -> new Outcome.Retry<>(Note.notReady(note, CLOCK, "Broken"));
    create(plane, "one", NODE);
    sleep(4000);
    int failed = calls.get();
    AtomicLong looked = new AtomicLong();
    behaviour =
        note -> {
          if (note.metadata().generation() == 2) {
            looked.compareAndSet(0, System.nanoTime());
          }
          return settled(note);
        };

    // When
    wish(plane, "one", 2);
    long wished = System.nanoTime();

    // Then
    assertThat(failed).isBetween(2, 5);
    eventually(() -> assertThat(find("one").ready()).isTrue());
    assertThat(TimeUnit.NANOSECONDS.toMillis(looked.get() - wished)).isLessThan(3000);
  }

  /** However often it was woken meanwhile, one timer follows. */
  @Test
  void lookingAgainStaysOneTimer() {
    // Given
    behaviour =
        note -> new Outcome.LookAgain<>(Note.ready(note, CLOCK), List.of(), Duration.ofMillis(300));
    UUID uid = create(plane, "one", NODE).uid();
    for (int n = 0; n < 50; n++) {
      plane.wake(uid);
      sleep(10);
    }
    long begin = System.nanoTime();
    int before = calls.get();

    // When
    sleep(3000);

    // Then
    eventually(() -> assertThat(calls).hasValueGreaterThan(before + 2));
    int looked = calls.get() - before;
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    assertThat(looked).isLessThanOrEqualTo((int) (millis / 300) + 2);
  }

  @Test
  void whatIsGoneIsGoneWithItsFacts() {
    // Given
    behaviour =
        note ->
            note.deleting()
                ? new Outcome.Gone<>(List.of(new Note.Written(note.uid(), 0)))
                : new Outcome.Settled<>(Note.ready(note, CLOCK), List.of());
    create(plane, "one", NODE);
    eventually(() -> assertThat(find("one").ready()).isTrue());

    // When
    plane.resources().requestDeletion(Note.KIND, new Name("one"), Optional.empty());

    // Then
    eventually(() -> assertThat(plane.resources().find(Note.KIND, new Name("one"))).isEmpty());
    eventually(() -> assertThat(plane.log().newest()).isEqualTo(1));
  }

  @Test
  void aWishThatComesWhileItWasFoundGoneIsNotLost() {
    // Given
    AtomicInteger restored = new AtomicInteger();
    behaviour =
        note -> {
          if (note.deleting() && restored.getAndIncrement() == 0) {
            plane
                .resources()
                .useTransaction(transaction ->
                    plane
                        .resources()
                        .become(
                            transaction, note.uid(), Note.WASTE, note.name(), note.spec(), null));
            return new Outcome.Gone<>(List.of());
          }
          return settled(note);
        };
    create(plane, "one", NODE);
    eventually(() -> assertThat(find("one").ready()).isTrue());

    // When
    plane.resources().requestDeletion(Note.KIND, new Name("one"), Optional.empty());

    // Then
    eventually(() -> assertThat(plane.resources().find(Note.WASTE, new Name("one"))).isPresent());
    sleep(700);
    assertThat(plane.resources().find(Note.WASTE, new Name("one"))).isPresent();
  }

  @Test
  void eachNodeActsOnItsOwnAndIsWokenByTheOthersWishes() {
    // Given
    ControlPlane other = start("pi-2");
    List<String> names = new CopyOnWriteArrayList<>();
    behaviour =
        note -> {
          names.add(note.node() + " " + note.spec().copies());
          return settled(note);
        };
    eventually(() -> assertThat(plane.database().leads() || other.database().leads()).isTrue());

    // When
    create(plane, "theirs", "pi-2");

    // Then
    eventually(() -> assertThat(find("theirs").ready()).isTrue());
    assertThat(names).containsOnly("pi-2 1");
    wish(plane, "theirs", 2);
    eventually(() -> assertThat(find("theirs").ready()).isTrue());
    assertThat(names).contains("pi-2 2");
  }

  @Test
  void anOutageOfTheDatabaseIsSurvived() {
    // Given
    create(plane, "one", NODE);
    eventually(() -> assertThat(find("one").ready()).isTrue());
    TestPostgres.stop();
    UUID uid = UUID.randomUUID();
    for (int n = 0; n < 10; n++) {
      plane.wake(uid);
    }
    sleep(500);

    // When
    TestPostgres.start();

    // Then
    eventually(() -> wish(plane, "one", 2));
    eventually(() -> assertThat(find("one").ready()).isTrue());
    assertThat(find("one").metadata().generation()).isEqualTo(2);
  }

  @Test
  void closingWaitsForWhatRuns() {
    // Given
    Semaphore entered = new Semaphore(0);
    AtomicInteger finished = new AtomicInteger();
    behaviour =
        note -> {
          entered.release();
          sleep(400);
          finished.incrementAndGet();
          return settled(note);
        };
    create(plane, "one", NODE);
    entered.acquireUninterruptibly();

    // When
    plane.close();

    // Then
    // Twice when the look at everything at the start came upon it as well.
    int before = calls.get();
    assertThat(finished).hasValue(before);
    plane.wake(UUID.randomUUID());
    sleep(200);
    assertThat(calls).hasValue(before);
  }
}
