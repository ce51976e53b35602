package io.homecloud.control.sign;

import io.homecloud.events.EventCodec;
import io.homecloud.events.Fact;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.inbox.Inbox;
import io.homecloud.events.sharing.SharingFact;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Sign-ins that ended, in the rows of one service. Sharing tells of them by event; whichever
 * instance of a service takes that in writes it down, and all of them read what was written, now
 * and when they start again.
 */
public final class EndedSignInRows implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(EndedSignInRows.class);

  private final ServiceDatabase database;
  private final Clock clock;
  private final EndedSignIns ended;
  private final SignalledLoop reading;

  /**
   * @param ended of this process
   */
  public EndedSignInRows(
      ServiceDatabase database, String service, Clock clock, EndedSignIns ended) {
    this.database = database;
    this.clock = clock;
    this.ended = ended;
    this.reading =
        new SignalledLoop(
            service + "-sign-ins", "ended sign-ins of other instances are not known", this::read);
  }

  /** What is done about sharing's events. */
  public static Map<String, Inbox.Handler> handlers() {
    return Map.of(
        Fact.typeOf(SharingFact.SignInEnded.class),
        (transaction, event) ->
            put(
                transaction,
                EventCodec.fact(event, SharingFact.SignInEnded.class).session(),
                event.time()));
  }

  /** Remembers one for as long as its tokens could be good. */
  public static void put(Transaction transaction, UUID session, Instant endedAt) {
    Timestamp now = Timestamp.from(endedAt);
    transaction.handle().execute("delete from ended_sign_in where until < ?", now);
    transaction
        .handle()
        .execute(
            "insert into ended_sign_in (session, until) values (?, ?) on conflict do nothing",
            session,
            Timestamp.from(endedAt.plus(EndedSignIns.KEPT)));
    transaction.signal(Signal.Topic.SIGN_IN, "");
  }

  /** Before the service answers anybody; when the database is away, as soon as it is there. */
  public void start() {
    database.subscribe(Signal.Topic.SIGN_IN, _ -> reading.wake());
    database.subscribe(Signal.Topic.RESYNC, _ -> reading.wake());
    try {
      read();
    } catch (RuntimeException e) {
      LOG.warnf("ended sign-ins are not known yet: %s", e.getMessage());
    }
    reading.start();
  }

  private void read() {
    database
        .read(handle ->
            handle
                .createQuery("select session from ended_sign_in where until > :now")
                .bind("now", Timestamp.from(clock.instant()))
                .mapTo(String.class)
                .list())
        .forEach(ended::add);
  }

  @Override
  public void close() {
    reading.close();
  }
}
