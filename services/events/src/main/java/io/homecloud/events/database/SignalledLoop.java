package io.homecloud.events.database;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * A thread that does its step when it is woken, once for any number of wakes, and idles otherwise.
 * A step that fails is repeated with growing pauses, which wakes do not shorten.
 */
public final class SignalledLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SignalledLoop.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  /** What is done; finds by itself what there is to do. */
  @FunctionalInterface
  public interface Step {
    void run() throws InterruptedException;
  }

  private final String waiting;
  private final Step step;
  private final Semaphore signal = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param name of the thread
   * @param waiting what the log says while the step fails: "events wait in the outbox"
   */
  public SignalledLoop(String name, String waiting, Step step) {
    this.waiting = waiting;
    this.step = step;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::loop);
  }

  /** Begins, with one step unasked. */
  public void start() {
    wake();
    thread.start();
  }

  public void wake() {
    signal.release();
  }

  /** Interrupts the step and waits for its end, not for long. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      boolean _ = thread.join(LONGEST_END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    Duration pause = FIRST_PAUSE;
    while (!closed) {
      try {
        signal.acquire();
        signal.drainPermits();
        step.run();
        pause = FIRST_PAUSE;
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (closed || !rest(pause, e)) {
          return;
        }
        pause = longer(pause);
        wake();
      }
    }
  }

  private boolean rest(Duration pause, RuntimeException why) {
    LOG.warnf("%s, next try in %s: %s", waiting, pause, root(why));
    LOG.debug("the whole failure", why);
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  private static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
