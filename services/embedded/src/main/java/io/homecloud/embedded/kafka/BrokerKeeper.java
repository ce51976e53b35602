package io.homecloud.embedded.kafka;

import io.homecloud.host.Backoff;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** From a start to its end: one broker, and after a fault the next. */
final class BrokerKeeper {
  private static final Logger LOG = Logger.getLogger(BrokerKeeper.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final Duration HEALTHY = Duration.ofMinutes(10);

  private final KafkaSettings settings;
  private final Path data;
  private final Backoff backoff;
  private final CompletableFuture<String> end = new CompletableFuture<>();
  private volatile CompletableFuture<String> fault = new CompletableFuture<>();
  private @Nullable Thread thread;

  private BrokerKeeper(KafkaSettings settings, Path data, Duration firstPause) {
    this.settings = settings;
    this.data = data;
    backoff = new Backoff(firstPause, LONGEST_PAUSE, HEALTHY);
  }

  static BrokerKeeper start(KafkaSettings settings, Path data, Duration firstPause)
      throws IOException {
    BrokerKeeper keeper = new BrokerKeeper(settings, data, firstPause);
    BrokerExit.listen(keeper);
    try {
      Broker first = Broker.start(settings, data);
      keeper.thread =
          Thread.ofPlatform().daemon().name("kafka keeper").start(() -> keeper.keep(first));
      return keeper;
    } finally {
      if (keeper.thread == null) {
        BrokerExit.leave(keeper);
      }
    }
  }

  /** Returns when the broker has stopped. */
  void end() {
    end.complete("end");
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    BrokerExit.leave(this);
  }

  /** Called in a thread of the broker. */
  void fault(String reason) {
    fault.complete(reason);
  }

  private void keep(Broker first) {
    @Nullable Broker broker = first;
    while (!end.isDone()) {
      long since = System.nanoTime();
      if (broker != null) {
        CompletableFuture.anyOf(end, fault).join();
        broker.stop();
      }
      if (!endsWithin(backoff.after(Duration.ofNanos(System.nanoTime() - since)))) {
        broker = next();
      }
    }
    if (broker != null) {
      broker.stop();
    }
  }

  private boolean endsWithin(Duration pause) {
    if (end.isDone()) {
      return true;
    }
    LOG.errorf("Kafka met a fault (%s); next start in %s", fault.getNow("no start"), pause);
    try {
      end.get(pause.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e); // nobody interrupts this thread, nor fails the future
    }
  }

  private @Nullable Broker next() {
    fault = new CompletableFuture<>();
    try {
      return Broker.start(settings, data);
    } catch (IOException e) {
      LOG.error("Kafka does not start again", e);
      return null;
    }
  }
}
