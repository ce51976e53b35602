package io.homecloud.sharing.serving;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Something that is done after a pause, in a thread of its own, once for all who ask meanwhile. */
public final class Later {
  private final AtomicBoolean planned = new AtomicBoolean();
  private final Runnable action;

  public Later(Runnable action) {
    this.action = action;
  }

  /** Asks for it; a pause that has begun goes on. */
  public void in(Duration pause) {
    if (planned.compareAndSet(false, true)) {
      CompletableFuture.delayedExecutor(
              pause.toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread)
          .execute(() -> {
            planned.set(false);
            action.run();
          });
    }
  }
}
