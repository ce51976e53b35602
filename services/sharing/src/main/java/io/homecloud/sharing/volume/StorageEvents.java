package io.homecloud.sharing.volume;

import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.events.EventCodec.MalformedEvent;
import io.homecloud.events.Fact;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.inbox.Inbox;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.sharing.volume.KnownVolume.State;
import io.homecloud.sharing.volume.KnownVolumes.KnownSnapshot;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes down what storage tells, and says whose shares are to be looked at. */
public final class StorageEvents {
  private final KnownRows known;
  private final Touched touched;

  /** Shares of a volume of that name are to be looked at once the transaction has committed. */
  @FunctionalInterface
  public interface Touched {
    void volume(Transaction transaction, String name);
  }

  public StorageEvents(KnownRows known, Touched touched) {
    this.known = known;
    this.touched = touched;
  }

  /** What is done about each type of event. */
  public Map<String, Inbox.Handler> handlers() {
    Map<String, Inbox.Handler> handlers = new HashMap<>();
    on(handlers, StorageFact.VolumeCreated.class, this::ready);
    on(handlers, StorageFact.VolumeChanged.class, this::ready);
    on(handlers, StorageFact.VolumeRestored.class, this::ready);
    on(
        handlers,
        StorageFact.VolumeUnavailable.class,
        (transaction, fact, _) ->
            state(transaction, fact.uid(), State.Unavailable, fact.message()));
    on(
        handlers,
        StorageFact.VolumeReleaseRequested.class,
        (transaction, fact, _) ->
            state(transaction, fact.uid(), State.Leaving, "It is on its way to the trash."));
    on(
        handlers,
        StorageFact.VolumeTrashed.class,
        (transaction, fact, _) -> {
          known.spaceLow(transaction.handle(), fact.uid(), null);
          state(transaction, fact.uid(), State.Trashed, "It is in the trash.");
        });
    on(
        handlers,
        StorageFact.VolumeSpaceLow.class,
        (transaction, fact, _) ->
            spaceLow(transaction, fact.uid(), KnownVolume.littleLeft(fact.name())));
    on(
        handlers,
        StorageFact.VolumeSpaceRegained.class,
        (transaction, fact, _) -> spaceLow(transaction, fact.uid(), null));
    on(
        handlers,
        StorageFact.PoolExporting.class,
        (transaction, fact, _) ->
            inPool(transaction, fact.uid(), State.Leaving, "Its pool is being given away."));
    on(
        handlers,
        StorageFact.PoolDegraded.class,
        (transaction, fact, _) -> {
          known.degraded(transaction.handle(), fact.uid(), fact.name(), fact.reason());
          touch(transaction, fact.uid());
        });
    on(
        handlers,
        StorageFact.PoolHealthy.class,
        (transaction, fact, _) -> {
          known.degraded(transaction.handle(), fact.uid(), fact.name(), null);
          touch(transaction, fact.uid());
        });
    on(
        handlers,
        StorageFact.PoolSpaceLow.class,
        (transaction, fact, _) -> {
          known.spaceLow(transaction.handle(), fact.uid(), fact.name(), words(fact));
          touch(transaction, fact.uid());
        });
    on(
        handlers,
        StorageFact.PoolSpaceRegained.class,
        (transaction, fact, _) -> {
          known.spaceLow(transaction.handle(), fact.uid(), fact.name(), null);
          touch(transaction, fact.uid());
        });
    on(
        handlers,
        StorageFact.SnapshotCreated.class,
        (transaction, fact, event) -> {
          known.put(
              transaction.handle(),
              new KnownSnapshot(
                  fact.uid(), fact.volumeUid(), fact.path(), instant(fact.createdAt(), event)));
          touchVolume(transaction, fact.volumeUid());
        });
    on(
        handlers,
        StorageFact.SnapshotDeleted.class,
        (transaction, fact, _) -> {
          known.removeSnapshot(transaction.handle(), fact.uid());
          touchVolume(transaction, fact.volumeUid());
        });
    return Map.copyOf(handlers);
  }

  @FunctionalInterface
  private interface Action<F> {
    void on(Transaction transaction, F fact, Event event) throws MalformedEvent;
  }

  private static <F extends Record & Fact> void on(
      Map<String, Inbox.Handler> handlers, Class<F> type, Action<F> action) {
    handlers.put(
        Fact.typeOf(type),
        (transaction, event) -> action.on(transaction, EventCodec.fact(event, type), event));
  }

  private void ready(Transaction transaction, StorageFact.VolumeInPlace fact, Event event) {
    Handle handle = transaction.handle();
    Optional<KnownVolume> before = KnownRows.find(handle, fact.uid());
    if (before.filter(was -> isElsewhere(was, fact, event)).isPresent()) {
      return;
    }
    before
        .filter(was -> !was.name().equals(fact.name()))
        .ifPresent(was -> touched.volume(transaction, was.name()));
    String owner = fact.owner();
    known.put(
        handle,
        new KnownVolume(
            fact.uid(),
            fact.name(),
            fact.node(),
            fact.poolUid(),
            fact.mountPath(),
            owner == null ? before.map(KnownVolume::owner).orElse(KnownVolume.ROOT) : owner,
            State.Ready,
            null,
            before.map(KnownVolume::spaceLow).orElse(null),
            known.now()));
    touched.volume(transaction, fact.name());
  }

  /**
   * Storage was asked since, and had it on another node: events may come late, and shares would go
   * back and forth.
   */
  private boolean isElsewhere(KnownVolume was, StorageFact.VolumeInPlace fact, Event event) {
    return was.state() == State.Ready
        && !was.node().equals(fact.node())
        && was.seenAt().isAfter(event.time())
        && !was.seenAt().isAfter(known.now());
  }

  private void state(Transaction transaction, UUID uid, State state, String message) {
    known.state(transaction.handle(), uid, state, message);
    touchVolume(transaction, uid);
  }

  private void spaceLow(Transaction transaction, UUID volume, @Nullable String words) {
    known.spaceLow(transaction.handle(), volume, words);
    touchVolume(transaction, volume);
  }

  private void inPool(Transaction transaction, UUID pool, State state, String message) {
    List<KnownVolume> inside = KnownRows.inPool(transaction.handle(), pool);
    for (KnownVolume volume : inside) {
      if (volume.state() != State.Trashed) {
        known.state(transaction.handle(), volume.uid(), state, message);
        touched.volume(transaction, volume.name());
      }
    }
  }

  private void touch(Transaction transaction, UUID pool) {
    KnownRows.inPool(transaction.handle(), pool)
        .forEach(volume -> touched.volume(transaction, volume.name()));
  }

  private void touchVolume(Transaction transaction, UUID volume) {
    KnownRows.find(transaction.handle(), volume)
        .ifPresent(found -> touched.volume(transaction, found.name()));
  }

  private static String words(StorageFact.PoolSpaceLow fact) {
    return "Only %d of %d MB of pool %s are free."
        .formatted(fact.available() / 1_000_000, fact.capacity() / 1_000_000, fact.name());
  }

  private static Instant instant(@Nullable String text, Event event) throws MalformedEvent {
    try {
      return text == null ? event.time() : Instant.parse(text);
    } catch (DateTimeException e) {
      return event.time();
    }
  }
}
