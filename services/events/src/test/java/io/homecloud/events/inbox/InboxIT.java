package io.homecloud.events.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.events.EventsSchema;
import io.homecloud.events.Fact;
import io.homecloud.events.Happened;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.inbox.Inbox.Parked;
import io.homecloud.testkit.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class InboxIT {
  private static final String TOPIC = "homecloud.test";

  private final UUID uid = UUID.randomUUID();
  private final AtomicInteger attempts = new AtomicInteger();
  private ServiceDatabase database;
  private long sequence;

  @BeforeEach
  void makeTables() {
    database = EventsSchema.instance(EventsSchema.fresh());
    database.useTransaction(transaction -> {
      transaction.handle().execute("create table seen (number int not null)");
      transaction
          .handle()
          .execute("create table strict (number int unique deferrable initially deferred)");
    });
  }

  private Inbox inbox(Inbox.Handler handler) {
    return new Inbox(database, Clock.systemUTC(), Map.of(Fact.typeOf(Happened.class), handler));
  }

  private static void note(io.homecloud.events.database.Transaction transaction, Event event)
      throws EventCodec.MalformedEvent {
    transaction
        .handle()
        .execute("insert into seen values (?)", EventCodec.fact(event, Happened.class).number());
  }

  private String wire(int number) {
    return wire(new ObjectMapper().valueToTree(new Happened(uid, number)));
  }

  private String wire(com.fasterxml.jackson.databind.JsonNode data) {
    return EventCodec.write(
        new Event(
            UUID.randomUUID(),
            Fact.typeOf(Happened.class),
            "/homecloud/other/pi-2",
            uid,
            ++sequence,
            java.time.Instant.now(),
            data));
  }

  private List<Integer> seen() {
    return database.read(handle ->
        handle.createQuery("select number from seen order by number").mapTo(Integer.class).list());
  }

  @Test
  void aSecondDeliveryChangesNothing() throws Exception {
    // Given
    Inbox inbox = inbox(InboxIT::note);
    String wire = wire(1);
    inbox.receive(TOPIC, "key", wire);

    // When
    inbox.receive(TOPIC, "key", wire);

    // Then
    assertThat(seen()).containsExactly(1);
    assertThat(inbox.parked(0, 10)).isEmpty();
  }

  @Test
  void deliveredTwiceAtTheSameTimeTakesEffectOnce() throws Exception {
    // Given
    Inbox inbox = inbox(InboxIT::note);
    String wire = wire(1);

    // When
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> deliveries =
          threads.invokeAll(
              Collections.nCopies(
                  8,
                  () -> {
                    inbox.receive(TOPIC, "key", wire);
                    return true;
                  }));
      for (Future<Boolean> delivery : deliveries) {
        delivery.get();
      }
    }

    // Then
    assertThat(seen()).containsExactly(1);
  }

  @Test
  void typesWithoutAHandlerArePassedOver() throws Exception {
    // Given
    Inbox inbox = inbox(InboxIT::note);

    // When
    inbox.receive(TOPIC, "key", wire(1).replace("thing.happened.v1", "thing.happened.v2"));

    // Then
    assertThat(seen()).isEmpty();
    assertThat(inbox.parked(0, 10)).isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "not json",
        "{\"specversion\":\"1.0\",\"id\":\"\\u0000\",\"data\":{}}",
        "{\"nul\":\"\0\"}",
        "\ud800",
        "{\"specversion\":\"1.0\",\"type\":\"\nFATAL forged\",\"data\":{},\"id\":\"\nFATAL\"}",
      })
  void poisonIsParkedVisiblyAndTheRestFlows(@Nullable String poison) throws Exception {
    // Given
    Inbox inbox = inbox(InboxIT::note);

    // When
    inbox.receive(TOPIC, "k\0ey", poison);
    inbox.receive(TOPIC, null, poison);
    inbox.receive(TOPIC, "key", wire(1));

    // Then
    assertThat(seen()).containsExactly(1);
    assertThat(inbox.parked(0, 10))
        .hasSize(2)
        .allSatisfy(parked -> {
          assertThat(parked.topic()).isEqualTo(TOPIC);
          assertThat(parked.error()).isNotBlank();
        });
  }

  @Test
  void ofAHugePoisonTheBeginningIsKept() throws Exception {
    // Given
    Inbox inbox = inbox(InboxIT::note);
    String huge = "{\"specversion\":\"1.0\",\"data\":{},\"id\":\"" + "x".repeat(1_000_000) + "\"}";

    // When
    inbox.receive(TOPIC, "k".repeat(100_000), huge);

    // Then
    Parked parked = inbox.parked(0, 10).getFirst();
    assertThat(parked.payload()).hasSize(64 * 1024);
    assertThat(parked.error()).hasSizeLessThanOrEqualTo(1000);
    assertThat(parked.key()).hasSize(1000);
  }

  @Test
  void dataThatCanNeverBeUnderstoodIsParkedAtOnce() throws Exception {
    // Given
    Inbox inbox =
        inbox((transaction, event) -> {
          attempts.incrementAndGet();
          note(transaction, event);
        });

    // When
    inbox.receive(TOPIC, "key", wire(new ObjectMapper().readTree("{\"number\":\"many\"}")));

    // Then
    assertThat(attempts).hasValue(1);
    assertThat(inbox.parked(0, 10))
        .singleElement()
        .satisfies(parked -> assertThat(parked.error()).contains("thing.happened.v1"));
  }

  @Test
  void aHandlerThatThrowsIsAskedAgainThenTheEventIsParkedAndItsRowsAreNot() throws Exception {
    // Given
    Inbox inbox =
        inbox((transaction, event) -> {
          note(transaction, event);
          attempts.incrementAndGet();
          throw new IllegalStateException("a bug in the handler");
        });

    // When
    inbox.receive(TOPIC, "key", wire(1));

    // Then
    assertThat(attempts).hasValue(5);
    assertThat(seen()).isEmpty();
    assertThat(inbox.parked(0, 10))
        .singleElement()
        .satisfies(parked -> assertThat(parked.error()).contains("a bug in the handler"));
  }

  @Test
  void aHandlerThatSucceedsLaterIsNotParked() throws Exception {
    // Given
    Inbox inbox =
        inbox((transaction, event) -> {
          note(transaction, event);
          if (attempts.incrementAndGet() < 3) {
            throw new IllegalStateException("not yet");
          }
        });

    // When
    inbox.receive(TOPIC, "key", wire(1));

    // Then
    assertThat(seen()).containsExactly(1);
    assertThat(inbox.parked(0, 10)).isEmpty();
  }

  /** What only the commit finds is the event's fault too. */
  @Test
  void aFailureOfTheCommitIsParkedToo() throws Exception {
    // Given
    Inbox inbox =
        inbox((transaction, _) -> {
          transaction.handle().execute("insert into strict values (1)");
          transaction.handle().execute("insert into strict values (1)");
        });

    // When
    inbox.receive(TOPIC, "key", wire(1));

    // Then
    assertThat(inbox.parked(0, 10)).hasSize(1);
  }

  @Test
  void parkedEventsArePaged() throws Exception {
    // Given
    Inbox inbox = inbox(InboxIT::note);
    for (int n = 0; n < 5; n++) {
      inbox.receive(TOPIC, "key", "poison " + n);
    }

    // When
    var first = inbox.parked(0, 3);
    var second = inbox.parked(first.getLast().id(), 3);

    // Then
    assertThat(first)
        .extracting(Parked::payload)
        .containsExactly("poison 0", "poison 1", "poison 2");
    assertThat(second).extracting(Parked::payload).containsExactly("poison 3", "poison 4");
  }

  @Test
  void whileTheDatabaseIsAwayAnEventWaitsAndIsNotPoison() throws Exception {
    // Given
    Inbox inbox = inbox(InboxIT::note);
    TestPostgres.stop();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // When
      Future<?> good =
          threads.submit(() -> {
            inbox.receive(TOPIC, "key", wire(1));
            return true;
          });
      Future<?> poison =
          threads.submit(() -> {
            inbox.receive(TOPIC, "key", "poison");
            return true;
          });
      assertThatThrownBy(() -> good.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
      TestPostgres.start();
      good.get(30, TimeUnit.SECONDS);
      poison.get(30, TimeUnit.SECONDS);
    } finally {
      TestPostgres.start();
    }

    // Then
    assertThat(seen()).containsExactly(1);
    assertThat(inbox.parked(0, 10)).extracting(Parked::payload).containsExactly("poison");
  }

  @Test
  void whatCannotBeParkedNowWaitsAndTheReaderGoesOn() throws Exception {
    // Given
    Inbox inbox = inbox(InboxIT::note);
    rename("parked_event", "elsewhere");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // When
      Future<?> poison =
          threads.submit(() -> {
            inbox.receive(TOPIC, "key", "poison");
            return true;
          });
      assertThatThrownBy(() -> poison.get(1, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      rename("elsewhere", "parked_event");
      poison.get(30, TimeUnit.SECONDS);
    }

    // Then
    assertThat(inbox.parked(0, 10)).extracting(Parked::payload).containsExactly("poison");
  }

  private void rename(String table, String other) {
    database.useTransaction(transaction ->
        transaction.handle().execute("alter table " + table + " rename to " + other));
  }

  @Test
  void whenTheServiceStopsAnEventIsLeftForLater() throws Exception {
    // Given
    Inbox inbox =
        inbox((_, _) -> {
          attempts.incrementAndGet();
          throw new IllegalStateException("a bug in the handler");
        });
    Thread consumer = Thread.currentThread();
    Thread.ofVirtual()
        .start(() -> {
          while (attempts.get() < 2) {
            Thread.onSpinWait();
          }
          consumer.interrupt();
        });

    // When // Then
    assertThatThrownBy(() -> inbox.receive(TOPIC, "key", wire(1)))
        .isInstanceOf(InterruptedException.class);
    assertThat(inbox.parked(0, 10)).isEmpty();
  }

  @Test
  void whatWasForgottenCouldTakeEffectAgainSoItIsKeptLong() throws Exception {
    // Given
    Inbox inbox = inbox(InboxIT::note);
    String wire = wire(1);
    inbox.receive(TOPIC, "key", wire);

    // When
    int early = inbox.forget(Duration.ofDays(1));
    inbox.receive(TOPIC, "key", wire);

    // Then
    assertThat(early).isZero();
    assertThat(seen()).containsExactly(1);
    assertThat(inbox.forget(Duration.ofDays(-1))).isEqualTo(1);
  }
}
