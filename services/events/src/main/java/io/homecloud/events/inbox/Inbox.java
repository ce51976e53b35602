package io.homecloud.events.inbox;

import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.events.EventCodec.MalformedEvent;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.StorableJson;
import io.homecloud.events.database.Transaction;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes events in: rows that the handler writes and the note that the event was seen are one
 * transaction, so a second delivery changes nothing. What can never be handled is parked with its
 * error and the rest flows.
 */
public final class Inbox {
  private static final Logger LOG = Logger.getLogger(Inbox.class);
  private static final int ATTEMPTS = 5;
  private static final int KEPT_PAYLOAD = 64 * 1024;
  private static final int KEPT_ERROR = 1000;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /**
   * Handles one type of event by writing rows; must not touch anything outside the handle's
   * transaction.
   */
  @FunctionalInterface
  public interface Handler {
    /**
     * @throws MalformedEvent when the data can never be understood; the event is parked at once
     */
    void handle(Transaction transaction, Event event) throws MalformedEvent;
  }

  /** An event that could not be handled. */
  public record Parked(
      long id,
      String topic,
      @Nullable String key,
      String payload,
      String error,
      java.time.Instant parkedAt) {}

  private final ServiceDatabase database;
  private final Clock clock;
  private final Map<String, Handler> handlers;

  /**
   * @param handlers by CloudEvents type; other types are passed over
   */
  public Inbox(ServiceDatabase database, Clock clock, Map<String, Handler> handlers) {
    this.database = database;
    this.clock = clock;
    this.handlers = Map.copyOf(handlers);
  }

  /**
   * Handles or parks one message. Returns normally once either is committed; then the message may
   * be acknowledged.
   *
   * <p>A message waits here while the database is away, or as long as it can be neither handled nor
   * parked; that is not its fault, and who reads them would never read again after an exception.
   *
   * @param payload null when the message has none
   * @throws InterruptedException when the service stops; the message must not be acknowledged then
   */
  public void receive(String topic, @Nullable String key, @Nullable String payload)
      throws InterruptedException {
    for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
      try {
        handleOrPark(topic, key, payload == null ? "" : payload);
        return;
      } catch (RuntimeException | Error e) {
        LOG.errorf(e, "an event of %s is neither handled nor parked, next try in %s", topic, pause);
      }
      Thread.sleep(pause);
    }
  }

  private void handleOrPark(String topic, @Nullable String key, String payload)
      throws InterruptedException {
    Event event;
    try {
      event = EventCodec.read(payload);
    } catch (MalformedEvent e) {
      park(topic, key, payload, e);
      return;
    }
    Handler handler = handlers.get(event.type());
    if (handler == null) {
      return;
    }
    for (int attempt = 1; ; attempt++) {
      try {
        whenThere(transaction -> handleOnce(transaction, handler, event));
        return;
      } catch (RuntimeException e) {
        if (attempt == ATTEMPTS || e instanceof NeverUnderstood) {
          park(topic, key, payload, e);
          return;
        }
        LOG.debugf(e, "%s %s is tried again", event.type(), event.id());
        Thread.sleep(Duration.ofMillis(100L << attempt));
      }
    }
  }

  private void whenThere(Consumer<Transaction> work) throws InterruptedException {
    for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
      try {
        database.useTransaction(work);
        return;
      } catch (RuntimeException e) {
        if (!ServiceDatabase.isAway(e)) {
          throw e;
        }
        LOG.warnf("events wait for the database, next try in %s: %s", pause, e.getMessage());
      }
      Thread.sleep(pause);
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  private void handleOnce(Transaction transaction, Handler handler, Event event) {
    int fresh =
        transaction
            .handle()
            .execute(
                "insert into inbox (id, received) values (?, ?) on conflict do nothing",
                event.id(),
                clock.instant());
    if (fresh == 1) {
      try {
        handler.handle(transaction, event);
      } catch (MalformedEvent e) {
        throw new NeverUnderstood(e);
      }
    }
  }

  private void park(String topic, @Nullable String key, String payload, Throwable error)
      throws InterruptedException {
    String reason = StorableJson.text(reason(error), KEPT_ERROR);
    LOG.errorf("an event of %s is parked: %s", topic, reason.replaceAll("\\p{Cntrl}", "?"));
    whenThere(transaction ->
        transaction
            .handle()
            .execute(
                "insert into parked_event (topic, key, payload, error, parked_at) values (?, ?, ?, ?, ?)",
                topic,
                key == null ? null : StorableJson.text(key, KEPT_ERROR),
                StorableJson.text(payload, KEPT_PAYLOAD),
                reason,
                clock.instant()));
  }

  private static String reason(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof MalformedEvent ? String.valueOf(root.getMessage()) : root.toString();
  }

  /** What is parked behind the given id, oldest first, at most so many. */
  public List<Parked> parked(long after, int limit) {
    return database.read(handle ->
        handle
            .createQuery("select * from parked_event where id > :after order by id limit :limit")
            .bind("after", after)
            .bind("limit", limit)
            .map((row, _) ->
                new Parked(
                    row.getLong("id"),
                    row.getString("topic"),
                    row.getString("key"),
                    row.getString("payload"),
                    row.getString("error"),
                    row.getTimestamp("parked_at").toInstant()))
            .list());
  }

  /** Forgets seen ids older than the given age; Kafka keeps no message that long. */
  public int forget(Duration age) {
    return database.inTransaction(transaction ->
        transaction
            .handle()
            .execute("delete from inbox where received < ?", clock.instant().minus(age)));
  }

  private static final class NeverUnderstood extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NeverUnderstood(MalformedEvent cause) {
      super(cause);
    }
  }
}
