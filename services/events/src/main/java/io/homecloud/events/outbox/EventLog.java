package io.homecloud.events.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.events.Event;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Signal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A service's own events in the order in which they became visible. Rows get their position after
 * their commit, by one sequencer at a time, so a reader that remembers a position misses nothing (a
 * serial column would show a late commit behind a reader's back). Rows outlive their publication
 * for server-sent events, for a day.
 */
public final class EventLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServiceDatabase database;

  public EventLog(ServiceDatabase database) {
    this.database = database;
  }

  /** An event and its place in the log. */
  public record Positioned(long position, Event event) {}

  /**
   * Gives committed rows without a position theirs, in order per subject, and signals that the log
   * has grown. Meant for the leader; a second caller waits, because two would give twice. Returns
   * how many.
   */
  public int sequence() {
    return database.inTransaction(transaction -> {
      // A statement of its own: the next one then sees what the one waited for has committed.
      transaction.handle().execute("select 1 from event_cursor for update");
      int given =
          transaction
              .handle()
              .execute(
                  """
                  with fresh as (
                    select id, row_number() over (order by inserted) as rank
                    from event where position is null order by inserted limit 1000),
                  last as (
                    update event_cursor set sequenced = sequenced + (select count(*) from fresh)
                    where exists (select 1 from fresh)
                    returning sequenced - (select count(*) from fresh) as base)
                  update event set position = last.base + fresh.rank from fresh, last where event.id = fresh.id\
                  """);
      if (given > 0) {
        transaction.signal(Signal.Topic.LOG, "");
      }
      return given;
    });
  }

  /** The events after a position, at most so many. */
  public List<Positioned> after(long position, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                "select * from event where position > :position order by position limit :limit")
            .bind("position", position)
            .bind("limit", limit)
            .map((row, _) -> read(row))
            .list());
  }

  /** The oldest events that Kafka has not acknowledged, at most so many. */
  List<Positioned> unpublished(int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                select * from event where position > (select published from event_cursor)
                order by position limit :limit\
                """)
            .bind("limit", limit)
            .map((row, _) -> read(row))
            .list());
  }

  /** The newest position given out, 0 when there never was an event. */
  public long newest() {
    return database.read(
        handle -> handle.createQuery("select sequenced from event_cursor").mapTo(Long.class).one());
  }

  void published(long position) {
    database.useTransaction(transaction ->
        transaction
            .handle()
            .execute(
                "update event_cursor set published = ? where published < ?", position, position));
  }

  /** The oldest position still kept, empty when none is. */
  public OptionalLong oldest() {
    return database.read(handle ->
        handle
            .createQuery("select min(position) from event")
            .map((row, _) -> {
              long oldest = row.getLong(1);
              return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(oldest);
            })
            .one());
  }

  /** Forgets what was published and is older than the given age. Returns how many. */
  public int forget(Instant now, Duration age) {
    return database.read(handle ->
        handle.execute(
            "delete from event where position <= (select published from event_cursor) and time < ?",
            now.minus(age)));
  }

  private static Positioned read(ResultSet row) throws SQLException {
    try {
      return new Positioned(
          row.getLong("position"),
          new Event(
              row.getObject("id", UUID.class),
              row.getString("type"),
              row.getString("source"),
              row.getObject("subject", UUID.class),
              row.getLong("sequence"),
              row.getTimestamp("time").toInstant(),
              JSON.readTree(row.getString("data"))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("PostgreSQL returned malformed jsonb", e);
    }
  }
}
