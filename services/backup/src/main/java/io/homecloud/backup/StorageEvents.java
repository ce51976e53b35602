package io.homecloud.backup;

import io.homecloud.backup.plan.CarriedPlans;
import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.events.EventCodec.MalformedEvent;
import io.homecloud.events.Fact;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.inbox.Inbox;
import io.homecloud.events.storage.StorageFact;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** Whose turn it is to look when storage tells something. What is, they ask themselves. */
final class StorageEvents {
  private static final String DRIVE_SETS =
      "select uid from resource where kind = 'Repository' and spec->>'url' ilike 'drive:%'";
  private static final String WATCHING_POOLS =
      "select uid from resource where kind = 'Plan' and spec->>'onDegraded' = 'true'";
  private static final String OF_VOLUME =
      """
      select uid from resource where kind = 'Plan'
        and spec->'sources' @> jsonb_build_array(jsonb_build_object('volume', :volume::text))\
      """;

  private StorageEvents() {}

  static Map<String, Inbox.Handler> handlers() {
    return Map.of(
        Fact.typeOf(StorageFact.VolumeCreated.class),
        (transaction, event) -> follow(transaction, fact(event, StorageFact.VolumeCreated.class)),
        Fact.typeOf(StorageFact.VolumeChanged.class),
        (transaction, event) -> follow(transaction, fact(event, StorageFact.VolumeChanged.class)),
        Fact.typeOf(StorageFact.DiskAttached.class),
        (transaction, _) -> wake(transaction, DRIVE_SETS),
        Fact.typeOf(StorageFact.DiskDetached.class),
        (transaction, _) -> wake(transaction, DRIVE_SETS),
        Fact.typeOf(StorageFact.PoolDegraded.class),
        (transaction, _) -> wake(transaction, WATCHING_POOLS),
        Fact.typeOf(StorageFact.PoolHealthy.class),
        (transaction, _) -> wake(transaction, WATCHING_POOLS),
        Fact.typeOf(StorageFact.VolumeTrashed.class),
        (transaction, event) ->
            volume(transaction, fact(event, StorageFact.VolumeTrashed.class).name()),
        Fact.typeOf(StorageFact.VolumeRestored.class),
        (transaction, event) ->
            volume(transaction, fact(event, StorageFact.VolumeRestored.class).name()));
  }

  private static <F extends Record & Fact> F fact(Event event, Class<F> type)
      throws MalformedEvent {
    return EventCodec.fact(event, type);
  }

  private static void follow(Transaction transaction, StorageFact.VolumeInPlace volume) {
    CarriedPlans.follow(transaction, volume.name(), volume.node());
  }

  private static void wake(Transaction transaction, String query) {
    signal(transaction, transaction.handle().createQuery(query).mapTo(UUID.class).stream());
  }

  private static void volume(Transaction transaction, String name) {
    signal(
        transaction,
        transaction
            .handle()
            .createQuery(OF_VOLUME)
            .bind("volume", name)
            .mapTo(UUID.class)
            .stream());
  }

  private static void signal(Transaction transaction, Stream<UUID> uids) {
    uids.toList().forEach(uid -> transaction.signal(Signal.Topic.WISH, uid));
  }
}
