package io.homecloud.standalone.killed;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How far clients are together, and the end that they do not see coming. */
final class Progress {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Semaphore granted = new Semaphore(0);
  private volatile boolean over;

  void granted() {
    granted.release();
  }

  /** From then on answers may be missing. */
  void end() {
    over = true;
  }

  boolean over() {
    return over;
  }

  /** Waits until so many wishes were granted; fails as the first client that fails. */
  void await(int wishes, List<? extends Future<?>> clients) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!granted.tryAcquire(wishes, 100, TimeUnit.MILLISECONDS)) {
      for (Future<?> client : clients) {
        if (client.isDone()) {
          client.get();
        }
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("fewer than " + wishes + " wishes were granted in " + PATIENCE);
      }
    }
  }
}
