package io.homecloud.control.schedule;

import io.homecloud.events.database.ServiceDatabase;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** The last time that was believed, for all instances of a service and those that come after. */
public final class NotedTime {
  private final ServiceDatabase database;

  public NotedTime(ServiceDatabase database) {
    this.database = database;
  }

  public Optional<Instant> read() {
    return database
        .read(handle ->
            handle.createQuery("select at from noted_time").mapTo(OffsetDateTime.class).findOne())
        .map(OffsetDateTime::toInstant);
  }

  public void write(Instant now) {
    database.useTransaction(transaction ->
        transaction
            .handle()
            .createUpdate(
                "insert into noted_time (at) values (:at) on conflict (one) do update set at = excluded.at")
            .bind("at", now.atOffset(ZoneOffset.UTC))
            .execute());
  }
}
