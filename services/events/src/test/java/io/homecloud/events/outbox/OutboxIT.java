package io.homecloud.events.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.events.EventsSchema;
import io.homecloud.events.Happened;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.outbox.EventLog.Positioned;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxIT {
  private static final int WRITERS = 8;
  private static final int TRANSACTIONS = 60;

  private final Outbox outbox = new Outbox("/homecloud/test/pi-1", Clock.systemUTC());
  private ServiceDatabase database;
  private EventLog log;

  @BeforeEach
  void makeTables() {
    database = EventsSchema.instance(EventsSchema.fresh());
    log = new EventLog(database);
  }

  private void tell(Happened... facts) {
    database.useTransaction(transaction -> {
      for (Happened fact : facts) {
        outbox.append(transaction, fact);
      }
    });
  }

  @Test
  void eventsGetTheirPlacesInOrderAndWithoutGaps() {
    // Given
    UUID one = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    tell(new Happened(one, 1));
    tell(new Happened(other, 1));
    tell(new Happened(one, 2));

    // When
    int given = log.sequence();

    // Then
    assertThat(given).isEqualTo(3);
    assertThat(log.after(0, 10))
        .extracting(Positioned::position, row -> row.event().subject(), r -> r.event().sequence())
        .containsExactly(tuple(1L, one, 1L), tuple(2L, other, 1L), tuple(3L, one, 2L));
    assertThat(log.newest()).isEqualTo(3);
    assertThat(log.sequence()).isZero();
  }

  private static org.assertj.core.groups.Tuple tuple(Object... values) {
    return org.assertj.core.groups.Tuple.tuple(values);
  }

  @Test
  void nulAndHalfCharactersInAFactDoNotStopIt() {
    // Given
    UUID uid = UUID.randomUUID();

    // When
    tell(new Happened(uid, 1, "a\0b\ud800c"));
    log.sequence();

    // Then
    assertThat(log.after(0, 10).getFirst().event().data().get("text").asText())
        .startsWith("a\ufffdb");
  }

  @Test
  void aFactThatNoBrokerTakesIsRefusedAtOnce() {
    // When // Then
    assertThatThrownBy(() -> tell(new Happened(UUID.randomUUID(), 1, "x".repeat(600_000))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("thing.happened.v1 is too large");
    assertThat(log.sequence()).isZero();
  }

  @Test
  void onlyWhatWasPublishedIsForgotten() {
    // Given
    UUID uid = UUID.randomUUID();
    tell(new Happened(uid, 1), new Happened(uid, 2), new Happened(uid, 3));
    log.sequence();
    log.published(2);
    Instant later = Instant.now().plusSeconds(100);

    // When
    int early = log.forget(later, Duration.ofHours(1));
    int late = log.forget(later, Duration.ofSeconds(50));

    // Then
    assertThat(early).isZero();
    assertThat(late).isEqualTo(2);
    assertThat(log.oldest()).hasValue(3);
    assertThat(log.unpublished(10)).extracting(Positioned::position).containsExactly(3L);
  }

  /**
   * Writers that touch several subjects in any order and roll back now and then, two sequencers
   * that both believe to be the one, and a reader that remembers a position.
   */
  @Test
  void aReaderMissesNothingWhateverWritersDo() throws Exception {
    // Given
    List<UUID> subjects = Stream.generate(UUID::randomUUID).limit(5).toList();
    AtomicBoolean writing = new AtomicBoolean(true);
    List<Positioned> read = new ArrayList<>();

    // When
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> writers =
          IntStream.range(0, WRITERS)
              .mapToObj(n -> threads.submit(() -> write(n, subjects)))
              .toList();
      List<Future<?>> sequencers = new ArrayList<>();
      for (int n = 0; n < 2; n++) {
        sequencers.add(threads.submit(() -> sequenceWhile(writing)));
      }
      Future<?> reader = threads.submit(() -> readWhile(writing, read));
      int written = 0;
      try {
        for (Future<Integer> writer : writers) {
          written += writer.get(120, TimeUnit.SECONDS);
        }
      } finally {
        writing.set(false);
      }
      for (Future<?> sequencer : sequencers) {
        sequencer.get(60, TimeUnit.SECONDS);
      }
      reader.get(60, TimeUnit.SECONDS);
      log.sequence();
      readAll(read);

      // Then
      assertThat(read).hasSize(written);
    }
    assertThat(read)
        .extracting(Positioned::position)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, read.size()).mapToObj(Long::valueOf).toList());
    Map<UUID, Long> last = new HashMap<>();
    for (Positioned row : read) {
      assertThat(row.event().sequence())
          .isEqualTo(last.getOrDefault(row.event().subject(), 0L) + 1);
      last.put(row.event().subject(), row.event().sequence());
    }
  }

  private int write(int seed, List<UUID> subjects) {
    Random random = new Random(seed);
    int written = 0;
    for (int n = 0; n < TRANSACTIONS; n++) {
      List<UUID> some = new ArrayList<>(subjects);
      Collections.shuffle(some, random);
      Happened[] facts =
          some.stream().limit(3).map(uid -> new Happened(uid, seed)).toArray(Happened[]::new);
      if (random.nextInt(5) == 0) {
        assertThatThrownBy(() ->
                database.useTransaction(transaction -> {
                  tell(facts);
                  throw new IllegalStateException("changed my mind");
                }))
            .hasMessage("changed my mind");
      } else {
        tell(facts);
        written += facts.length;
      }
    }
    return written;
  }

  private boolean sequenceWhile(AtomicBoolean writing) throws InterruptedException {
    boolean more = true;
    while (writing.get() || more) {
      more = log.sequence() > 0;
      TimeUnit.MILLISECONDS.sleep(2);
    }
    return true;
  }

  private boolean readWhile(AtomicBoolean writing, List<Positioned> read)
      throws InterruptedException {
    while (writing.get()) {
      readAll(read);
      TimeUnit.MILLISECONDS.sleep(2);
    }
    return true;
  }

  private void readAll(List<Positioned> read) {
    List<Positioned> batch;
    do {
      batch = log.after(read.isEmpty() ? 0 : read.getLast().position(), 100);
      read.addAll(batch);
    } while (!batch.isEmpty());
  }
}
