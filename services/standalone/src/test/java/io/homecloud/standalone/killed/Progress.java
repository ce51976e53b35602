package io.homecloud.standalone.killed;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How far clients are together, and the end that they do not see coming. */
final class Progress {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Semaphore granted = new Semaphore(0);
  private final AtomicInteger count = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Queue<String> cut = new ConcurrentLinkedQueue<>();
  private final int most;
  private volatile boolean ending;

  Progress() {
    this(Integer.MAX_VALUE);
  }

  /** Whose wish is granted when so many were asks for nothing more, until it is over. */
  Progress(int most) {
    this.most = most;
  }

  void granted() throws InterruptedException {
    granted.release();
    if (count.incrementAndGet() >= most) {
      end.await();
    }
  }

  /** From then on answers may be missing; until one is, everybody goes on. */
  void ending() {
    ending = true;
  }

  boolean mayEnd() {
    return ending;
  }

  /** Nobody asks for more. */
  void end() {
    ending = true;
    end.countDown();
  }

  /** This was asked for and not answered when the end came. */
  void cut(Request request) {
    cut.add(request.kind());
  }

  /** What the end came upon, once all clients have seen it. */
  Collection<String> cut() {
    return cut;
  }

  boolean over() {
    return end.getCount() == 0;
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
