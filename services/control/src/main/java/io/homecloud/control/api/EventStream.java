package io.homecloud.control.api;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.events.EventCodec;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.outbox.EventLog;
import io.homecloud.events.outbox.EventLog.Positioned;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events from the log: the position is the event's id, so that a reader goes on where
 * it was.
 */
public final class EventStream {
  private static final Logger LOG = Logger.getLogger(EventStream.class);
  private static final int BATCH = 200;

  /** A comment now and then keeps proxies and dead connections honest. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(55);

  private final EventLog log;
  private final Set<Follower> followers = ConcurrentHashMap.newKeySet();

  public EventStream(EventLog log) {
    this.log = log;
  }

  /** Says that the log has grown. */
  public void grown() {
    followers.forEach(follower -> follower.signal.release());
  }

  /** How many read along now. */
  public int followers() {
    return followers.size();
  }

  /**
   * Events behind the given position, or from now on.
   *
   * @param lasts whether the reader may still be told; asked before each time that something is,
   *     and once a minute
   * @throws io.homecloud.control.problem.ProblemException EVENTS_GONE when some behind that
   *     position were forgotten
   */
  public Multi<OutboundSseEvent> from(
      @Nullable String lastEventId, Sse sse, BooleanSupplier lasts) {
    long position = lastEventId == null ? log.newest() : position(lastEventId);
    return Multi.createFrom()
        .emitter(emitter -> new Follower(emitter, sse, lasts, position).start());
  }

  private long position(String lastEventId) {
    long position;
    try {
      position = Long.parseLong(lastEventId);
    } catch (NumberFormatException e) {
      throw CommonProblem.PARAMETER_INVALID.because(
          "Last-Event-ID is the id of an event that was sent earlier.");
    }
    if (position < 0 || position > log.newest()) {
      throw CommonProblem.EVENTS_GONE.because(
          "No event has had that id; begin without Last-Event-ID.");
    }
    var oldest = log.oldest();
    boolean forgotten =
        oldest.isPresent() ? position + 1 < oldest.getAsLong() : position < log.newest();
    if (forgotten) {
      throw CommonProblem.EVENTS_GONE.because(
          "Read the lists anew, then follow without Last-Event-ID.");
    }
    return position;
  }

  private final class Follower {
    private final MultiEmitter<? super OutboundSseEvent> emitter;
    private final Sse sse;
    private final BooleanSupplier lasts;
    private final Semaphore signal = new Semaphore(1);
    private final Semaphore demand = new Semaphore(0);
    private long position;

    Follower(
        MultiEmitter<? super OutboundSseEvent> emitter,
        Sse sse,
        BooleanSupplier lasts,
        long position) {
      this.emitter = emitter;
      this.sse = sse;
      this.lasts = lasts;
      this.position = position;
    }

    void start() {
      followers.add(this);
      emitter
          .onRequest(_ -> demand.release())
          .onTermination(() -> {
            followers.remove(this);
            // Woken, not interrupted: that would close the connection to the database in its hands.
            demand.release();
            signal.release();
          });
      Thread.ofVirtual().name("events-follower").start(this::follow);
    }

    private void follow() {
      try {
        emit(sse.newEventBuilder().comment("following").build());
        while (!emitter.isCancelled()) {
          boolean grown = signal.tryAcquire(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS);
          if (!lasts.getAsBoolean()) {
            emitter.complete();
          } else if (grown) {
            signal.drainPermits();
            send();
          } else {
            emit(sse.newEventBuilder().comment("").build());
          }
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts a follower", e);
      } catch (RuntimeException e) {
        if (!ServiceDatabase.isAway(e)) {
          LOG.error("a reader of events cannot be told more", e);
        }
        // Clients come again with Last-Event-ID.
        emitter.complete();
      }
    }

    private void send() throws InterruptedException {
      var batch = log.after(position, BATCH);
      while (!batch.isEmpty() && !emitter.isCancelled()) {
        for (Positioned row : batch) {
          emit(
              sse.newEventBuilder()
                  .id(Long.toString(row.position()))
                  .name(row.event().type())
                  .data(EventCodec.write(row.event()))
                  .build());
          position = row.position();
        }
        batch = log.after(position, BATCH);
      }
    }

    /**
     * Waits for a reader that is slow; what it does not take stays in the database, and so does
     * everything when it may read nothing more by then.
     */
    private void emit(OutboundSseEvent event) throws InterruptedException {
      boolean waited = false;
      while (emitter.requested() == 0 && !emitter.isCancelled()) {
        demand.acquire();
        demand.drainPermits();
        waited = true;
      }
      if (waited && !lasts.getAsBoolean()) {
        emitter.complete();
      } else {
        emitter.emit(event);
      }
    }
  }
}
