package io.homecloud.control.reconcile;

import static io.homecloud.control.ControlSchema.NODE;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.ControlSchema;
import io.homecloud.control.Name;
import io.homecloud.control.Note;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcileLoopIT {
  private static final Clock CLOCK = Clock.systemUTC();

  private final TestSchema schema = ControlSchema.fresh();
  private final List<ControlPlane> planes = new ArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger parallel = new AtomicInteger();
  private final AtomicInteger mostParallel = new AtomicInteger();
  private final Map<UUID, AtomicInteger> inside = new ConcurrentHashMap<>();
  private final List<UUID> overlapped = new CopyOnWriteArrayList<>();
  private ControlPlane plane;
  private volatile Function<Resource<Note.Spec, Note.Observed>, Outcome<Note.Observed>> behaviour =
      ReconcileLoopIT::settled;

  @BeforeEach
  void start() {
    plane = start(NODE);
  }

  private ControlPlane start(String node) {
    ControlPlane started =
        ControlSchema.plane(
            schema.pool(), node, _ -> java.util.concurrent.CompletableFuture.completedFuture(null));
    planes.add(started);
    started.start(List.of(new Watched()), List.of());
    return started;
  }

  @AfterEach
  void close() {
    planes.forEach(ControlPlane::close);
  }

  /** Tells of each generation once, however often it is looked at. */
  private static Outcome<Note.Observed> settled(Resource<Note.Spec, Note.Observed> note) {
    long generation = note.metadata().generation();
    boolean told = note.status() != null && note.status().observedGeneration() == generation;
    return new Outcome.Settled<>(
        Note.ready(note, CLOCK),
        told ? List.of() : List.of(new Note.Written(note.uid(), generation)));
  }

  /** Notes how it is called, then does what the test says. */
  private final class Watched implements Reconciler<Note.Spec, Note.Observed> {
    @Override
    public Kind<Note.Spec, Note.Observed> kind() {
      return Note.KIND;
    }

    @Override
    public Outcome<Note.Observed> reconcile(Resource<Note.Spec, Note.Observed> note) {
      calls.incrementAndGet();
      mostParallel.accumulateAndGet(parallel.incrementAndGet(), Math::max);
      AtomicInteger mine = inside.computeIfAbsent(note.uid(), _ -> new AtomicInteger());
      if (mine.incrementAndGet() > 1) {
        overlapped.add(note.uid());
      }
      try {
        return behaviour.apply(note);
      } finally {
        mine.decrementAndGet();
        parallel.decrementAndGet();
      }
    }
  }

  private Resource<Note.Spec, Note.Observed> create(ControlPlane where, String name, String node) {
    return where.resources().create(Note.KIND, Note.draft(name, node, new Note.Spec("hello", 1)));
  }

  private void wish(ControlPlane where, String name, int copies) {
    where
        .resources()
        .change(
            Note.KIND,
            new Name(name),
            Optional.empty(),
            _ -> new Wish<>(new Note.Spec("hello", copies), Map.of()));
  }

  private Resource<Note.Spec, Note.Observed> find(String name) {
    return plane.resources().find(Note.KIND, new Name(name)).orElseThrow();
  }

  private static void sleep(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

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
    behaviour = ReconcileLoopIT::settled;

    // When
    long begin = System.nanoTime();
    wish(plane, "one", 2);

    // Then
    assertThat(failed).isBetween(2, 5);
    eventually(() -> assertThat(find("one").ready()).isTrue());
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)).isLessThan(3000);
  }

  @Test
  void whatAReconcilerThrowsIsAFailureOfItsResourceOnly() {
    // Given
    AtomicInteger thrown = new AtomicInteger();
    behaviour =
        note -> {
          int before = note.name().value().equals("bad") ? thrown.getAndIncrement() : 2;
          return switch (before) {
            case 0 -> throw new StackOverflowError();
            case 1 -> throw new IllegalStateException("a bug");
            default -> settled(note);
          };
        };

    // When
    create(plane, "bad", NODE);
    create(plane, "good", NODE);

    // Then
    eventually(() -> assertThat(find("good").ready()).isTrue());
    eventually(() -> assertThat(find("bad").ready()).isTrue());
    assertThat(thrown).hasValue(3);
  }

  /** As a failure of the host does: says what it is. */
  private static final class Full extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1L;

    @Override
    public String reason() {
      return "PoolFull";
    }

    @Override
    public String sentence() {
      return "The pool is full.";
    }
  }

  private Condition ready(String name) {
    return Conditions.find(find(name).conditions(), Condition.READY).orElseThrow();
  }

  @Test
  void whatAReconcilerThrowsIsSeenInItsResourceUntilItSucceeds() {
    // Given
    create(plane, "one", NODE);
    eventually(() -> assertThat(find("one").ready()).isTrue());
    behaviour =
        _ -> {
          throw new Full();
        };

    // When
    wish(plane, "one", 7);

    // Then
    // The look at everything at the start may have come upon the wish before this one.
    eventually(() -> assertThat(ready("one").observedGeneration()).isEqualTo(2));
    assertThat(ready("one").reason()).isEqualTo("PoolFull");
    assertThat(ready("one").status()).isEqualTo(Condition.Truth.False);
    assertThat(ready("one").message()).isEqualTo("The pool is full. It is tried again by itself.");
    // The rest still speaks of what was last seen.
    assertThat(Objects.requireNonNull(find("one").status()).copies()).isEqualTo(1);
    assertThat(Objects.requireNonNull(find("one").status()).observedGeneration()).isEqualTo(1);
    behaviour = ReconcileLoopIT::settled;
    eventually(() -> assertThat(find("one").ready()).isTrue());
    assertThat(Objects.requireNonNull(find("one").status()).copies()).isEqualTo(7);
    assertThat(ready("one").reason()).isEqualTo("Ready");
  }

  @Test
  void aBugIsSeenWithoutItsWordsInAResourceThatWasNeverThere() {
    // Given
    behaviour =
        _ -> {
          throw new IllegalStateException("row 7 of secret");
        };

    // When
    create(plane, "one", NODE);

    // Then
    eventually(() -> assertThat(find("one").conditions()).hasSize(1));
    assertThat(ready("one").reason()).isEqualTo("WentWrong");
    assertThat(ready("one").message()).contains("log of the service").doesNotContain("row 7");
    assertThat(Objects.requireNonNull(find("one").status()).observedGeneration()).isZero();
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
    int before = calls.get();

    // When
    sleep(3000);

    // Then
    assertThat(calls.get() - before).isBetween(3, 11);
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
    assertThat(finished).hasValue(1);
    int before = calls.get();
    plane.wake(UUID.randomUUID());
    sleep(200);
    assertThat(calls).hasValue(before);
  }
}
