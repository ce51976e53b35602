package io.homecloud.events.outbox;

import io.homecloud.events.Event;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.events.outbox.EventLog.Positioned;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Gives committed events their places in the log and brings the log to Kafka, in order per subject,
 * at least once; consumers drop what they have seen. Two loops, so that who follows the log does
 * not wait for Kafka.
 */
public final class OutboxPublisher implements AutoCloseable {
  private static final int BATCH = 500;

  /** Longer than the producer's own limit; so long nothing else is sent. */
  private static final Duration LONGEST_SEND = Duration.ofMinutes(1);

  /** Sends one event; the future fails when the broker has not acknowledged it. */
  @FunctionalInterface
  public interface Sender {
    CompletableFuture<Void> send(Event event);
  }

  private final EventLog log;
  private final BooleanSupplier leads;
  private final Sender sender;
  private final SignalledLoop sequencing;
  private final SignalledLoop sending;

  /**
   * @param leads whether this instance is the one that publishes
   */
  public OutboxPublisher(String service, EventLog log, BooleanSupplier leads, Sender sender) {
    this.log = log;
    this.leads = leads;
    this.sender = sender;
    this.sequencing =
        new SignalledLoop(
            service + "-sequencer", "events wait for their places in the log", this::sequence);
    this.sending =
        new SignalledLoop(service + "-outbox", "events wait in the outbox", this::publish);
  }

  public void start() {
    sequencing.start();
    sending.start();
  }

  /** Says that a transaction with events has committed, or that this instance leads now. */
  public void wake() {
    sequencing.wake();
  }

  @Override
  public void close() {
    sequencing.close();
    sending.close();
  }

  private void sequence() {
    boolean more = true;
    while (more && leads.getAsBoolean()) {
      more = log.sequence() > 0;
      sending.wake();
    }
  }

  private void publish() throws InterruptedException {
    for (List<Positioned> batch = waiting(); !batch.isEmpty(); batch = waiting()) {
      int from = 0;
      while (from < batch.size()) {
        from = sendWave(batch, from);
      }
    }
  }

  private List<Positioned> waiting() {
    return leads.getAsBoolean() ? log.unpublished(BATCH) : List.of();
  }

  /**
   * Sends events of different subjects together and waits for all: a later event of a subject never
   * leaves before the earlier one has arrived, not even when a send fails half-way.
   */
  private int sendWave(List<Positioned> batch, int from) throws InterruptedException {
    Set<UUID> subjects = new HashSet<>();
    int to = from;
    while (to < batch.size() && subjects.add(batch.get(to).event().subject())) {
      to++;
    }
    CompletableFuture<?>[] sends =
        batch.subList(from, to).stream()
            .map(row -> sender.send(row.event()))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(sends).get(LONGEST_SEND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (TimeoutException e) {
      throw new CompletionException(e);
    }
    log.published(batch.get(to - 1).position());
    return to;
  }
}
