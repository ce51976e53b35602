package io.homecloud.events.outbox;

import io.homecloud.events.EventCodec;
import io.homecloud.events.Fact;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Writes facts into the transaction that makes them true. Sequence numbers are per subject and
 * without gaps: the row of {@code event_subject} serialises two transactions about one subject
 * until the first has committed.
 */
public final class Outbox {
  /** Half of what a broker takes as it is delivered, in bytes. */
  private static final int LARGEST = 512 * 1024;

  private final String source;
  private final Clock clock;

  /**
   * @param source the CloudEvents source, {@code /homecloud/<service>/<node>}
   */
  public Outbox(String source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /**
   * Adds the fact to the transaction; it is written at the transaction's end.
   *
   * @throws IllegalArgumentException when no broker would take it: it would hold up all others
   */
  public void append(Transaction transaction, Fact fact) {
    String type = Fact.typeOf(fact.getClass());
    String data = EventCodec.storable(fact);
    if (data.getBytes(StandardCharsets.UTF_8).length > LARGEST) {
      throw new IllegalArgumentException(type + " is too large to be told");
    }
    UUID subject = fact.uid();
    transaction.lastly(subject, () -> write(transaction.handle(), type, subject, data));
    transaction.signal(Signal.Topic.EVENT, "");
  }

  private void write(Handle handle, String type, UUID subject, String data) {
    handle
        .createUpdate(
            """
            with next as (
              insert into event_subject (subject, sequence) values (:subject, 1)
              on conflict (subject) do update set sequence = event_subject.sequence + 1
              returning sequence)
            insert into event (id, type, source, subject, sequence, time, data)
            select :id, :type, :source, :subject, sequence, :time, :data::jsonb from next\
            """)
        .bind("id", UUID.randomUUID())
        .bind("type", type)
        .bind("source", source)
        .bind("subject", subject)
        .bind("time", clock.instant())
        .bind("data", data)
        .execute();
  }
}
