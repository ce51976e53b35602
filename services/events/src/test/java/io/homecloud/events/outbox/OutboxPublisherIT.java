package io.homecloud.events.outbox;

import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.events.EventsSchema;
import io.homecloud.events.Fact;
import io.homecloud.events.Happened;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Signal;
import io.homecloud.events.inbox.Inbox;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxPublisherIT {
  private final Outbox outbox = new Outbox("/homecloud/test/pi-1", Clock.systemUTC());

  /** What a broker would hold, in the order of arrival. */
  private final List<Event> arrived = new CopyOnWriteArrayList<>();

  private final List<OutboxPublisher> publishers = new CopyOnWriteArrayList<>();
  private ServiceDatabase database;
  private EventLog log;

  @BeforeEach
  void makeTables() {
    database = EventsSchema.instance(EventsSchema.fresh());
    log = new EventLog(database);
  }

  @AfterEach
  void close() {
    publishers.forEach(OutboxPublisher::close);
  }

  private OutboxPublisher publish(OutboxPublisher.Sender sender) {
    OutboxPublisher publisher = new OutboxPublisher("test", log, () -> true, sender);
    publishers.add(publisher);
    database.subscribe(Signal.Topic.EVENT, _ -> publisher.wake());
    publisher.start();
    return publisher;
  }

  private CompletableFuture<Void> take(Event event) {
    arrived.add(event);
    return CompletableFuture.completedFuture(null);
  }

  private static CompletableFuture<Void> fail() {
    return CompletableFuture.failedFuture(new IllegalStateException("the broker is away"));
  }

  private void tell(UUID subject, int number) {
    database.useTransaction(
        transaction -> outbox.append(transaction, new Happened(subject, number)));
  }

  private void tellInParallel(List<UUID> subjects, int each) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (UUID subject : subjects) {
        writers.add(
            threads.submit(() -> {
              for (int n = 1; n <= each; n++) {
                tell(subject, n);
              }
            }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
  }

  /** First arrivals per subject are 1, 2, 3, …; nothing later ever comes before. */
  private void assertAllArrivedInOrder(List<UUID> subjects, int each) {
    Map<UUID, Long> last = new HashMap<>();
    for (Event event : arrived) {
      long before = last.getOrDefault(event.subject(), 0L);
      assertThat(event.sequence()).isLessThanOrEqualTo(before + 1);
      last.put(event.subject(), Math.max(before, event.sequence()));
    }
    for (UUID subject : subjects) {
      assertThat(last).containsEntry(subject, (long) each);
    }
  }

  @Test
  void eventsArriveInOrderPerSubject() throws Exception {
    // Given
    List<UUID> subjects = Stream.generate(UUID::randomUUID).limit(6).toList();
    publish(this::take);

    // When
    tellInParallel(subjects, 30);

    // Then
    eventually(() -> assertThat(arrived).hasSize(180));
    assertAllArrivedInOrder(subjects, 30);
    eventually(() -> assertThat(log.unpublished(1)).isEmpty());
  }

  @Test
  void aBrokerThatFailsNowAndThenGetsAllOfThemAndEachTakesEffectOnce() throws Exception {
    // Given
    List<UUID> subjects = Stream.generate(UUID::randomUUID).limit(6).toList();
    AtomicInteger attempts = new AtomicInteger();
    publish(event ->
        switch (attempts.incrementAndGet() % 30) {
          case 7 -> fail();
          // It has arrived, but nobody learns it: the crash between sending and noting.
          case 13 -> take(event).thenCompose(_ -> fail());
          case 23 -> throw new IllegalStateException("the producer is closed");
          default -> CompletableFuture.runAsync(() -> arrived.add(event));
        });

    // When
    tellInParallel(subjects, 10);

    // Then
    within(
        Duration.ofMinutes(4),
        () -> assertThat(log.sequence() + log.unpublished(1).size()).isZero());
    assertAllArrivedInOrder(subjects, 10);
    assertThat(arrived.size()).isGreaterThan(60);
    Map<UUID, List<Long>> effects = receiveAll();
    assertThat(effects.values())
        .hasSize(6)
        .allSatisfy(sequences ->
            assertThat(sequences)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 10).boxed().toList()));
  }

  private Map<UUID, List<Long>> receiveAll() throws InterruptedException {
    Map<UUID, List<Long>> effects = new HashMap<>();
    Inbox inbox =
        new Inbox(
            EventsSchema.instance(EventsSchema.fresh()),
            Clock.systemUTC(),
            Map.of(
                Fact.typeOf(Happened.class),
                (_, event) ->
                    effects
                        .computeIfAbsent(event.subject(), _ -> new CopyOnWriteArrayList<>())
                        .add(event.sequence())));
    for (Event event : arrived) {
      inbox.receive("homecloud.test", event.subject().toString(), EventCodec.write(event));
    }
    return effects;
  }

  @Test
  void whileTheBrokerIsAwayNothingIsLostAndItIsAskedSeldom() throws Exception {
    // Given
    UUID subject = UUID.randomUUID();
    AtomicBoolean away = new AtomicBoolean(true);
    List<Long> asked = new CopyOnWriteArrayList<>();
    publish(event -> {
      asked.add(System.nanoTime());
      return away.get() ? fail() : take(event);
    });

    // When
    for (int n = 1; n <= 100; n++) {
      tell(subject, n);
      TimeUnit.MILLISECONDS.sleep(10);
    }
    eventually(() -> assertThat(asked).hasSizeGreaterThan(2));
    List<Long> askedWhileAway = List.copyOf(asked);
    away.set(false);

    // Then
    for (int n = 1; n < askedWhileAway.size(); n++) {
      long pause = askedWhileAway.get(n) - askedWhileAway.get(n - 1);
      assertThat(Duration.ofNanos(pause).toMillis())
          .isGreaterThanOrEqualTo(Math.min(200L << (n - 1), 10_000));
    }
    eventually(() -> assertThat(arrived).hasSize(100));
    assertAllArrivedInOrder(List.of(subject), 100);
  }

  @Test
  void whoFollowsTheLogDoesNotWaitForTheBroker() {
    // Given
    AtomicInteger grown = new AtomicInteger();
    database.subscribe(Signal.Topic.LOG, _ -> grown.incrementAndGet());
    publish(_ -> new CompletableFuture<>());
    tell(UUID.randomUUID(), 1);
    eventually(() -> assertThat(log.newest()).isEqualTo(1));

    // When
    tell(UUID.randomUUID(), 1);

    // Then
    within(Duration.ofSeconds(30), () -> assertThat(log.newest()).isEqualTo(2));
    eventually(() -> assertThat(grown.get()).isGreaterThanOrEqualTo(2));
    assertThat(arrived).isEmpty();
  }

  @Test
  void twoThatBothBelieveToLeadKeepTheOrder() throws Exception {
    // Given
    List<UUID> subjects = Stream.generate(UUID::randomUUID).limit(4).toList();
    Random random = new Random(11);
    OutboxPublisher.Sender slow =
        event ->
            CompletableFuture.runAsync(
                () -> arrived.add(event),
                CompletableFuture.delayedExecutor(random.nextInt(15), TimeUnit.MILLISECONDS));
    publish(slow);
    publish(slow);

    // When
    tellInParallel(subjects, 25);

    // Then
    eventually(() -> assertThat(log.sequence() + log.unpublished(1).size()).isZero());
    assertAllArrivedInOrder(subjects, 25);
  }

  @Test
  void whoDoesNotLeadPublishesNothing() throws Exception {
    // Given
    AtomicBoolean leads = new AtomicBoolean();
    OutboxPublisher publisher = new OutboxPublisher("test", log, leads::get, this::take);
    publishers.add(publisher);
    publisher.start();

    // When
    tell(UUID.randomUUID(), 1);
    publisher.wake();
    TimeUnit.MILLISECONDS.sleep(300);

    // Then
    assertThat(arrived).isEmpty();
    leads.set(true);
    publisher.wake();
    eventually(() -> assertThat(arrived).hasSize(1));
  }
}
