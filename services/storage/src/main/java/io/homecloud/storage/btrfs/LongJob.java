package io.homecloud.storage.btrfs;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Work that takes hours: the kernel does it inside a system call of a program of btrfs-progs, and
 * tells how far it is when asked. It is another process on purpose: some kernels do not end such a
 * call when its process is killed, and that must not be us with our ports and locks.
 */
final class LongJob {
  /**
   * The largest disk on the slowest port takes weeks; a dead one answers with errors, not never.
   */
  private static final Duration DEADLINE = Duration.ofDays(90);

  private final Host host;
  private final Duration lookEvery;

  LongJob(Host host, Duration lookEvery) {
    this.host = host;
    this.lookEvery = lookEvery;
  }

  /** How a kind of work is seen from outside. */
  interface Watch {
    /** Reports progress; false when the kernel does nothing of the kind (any more). */
    boolean look(TaskProgress progress);

    /** Asks the kernel to stop; may be repeated. */
    void cancel();
  }

  /**
   * @param cancelled whether it was asked to stop; it may have been finished all the same
   */
  record Ended(HostResult result, boolean cancelled) {}

  /** Runs the program to its end. Interrupted, it kills the program. */
  Ended run(List<String> argv, TaskProgress progress, Watch watch) {
    HostCommand command = new HostCommand(argv, DEADLINE, Map.of());
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HostResult> running = executor.submit(() -> host.run(command));
      boolean cancelled = false;
      while (!over(running)) {
        watch.look(progress);
        if (progress.cancelled()) {
          cancelled = true;
          watch.cancel();
        }
      }
      return new Ended(running.resultNow(), cancelled);
    }
  }

  /** Waits for work that runs already, from before we were started; whether it was cancelled. */
  boolean join(TaskProgress progress, Watch watch) {
    // There is no event for the end of it.
    CompletableFuture<HostResult> never = new CompletableFuture<>();
    boolean cancelled = false;
    while (watch.look(progress)) {
      if (progress.cancelled()) {
        cancelled = true;
        watch.cancel();
      }
      over(never);
    }
    return cancelled;
  }

  private boolean over(Future<HostResult> running) {
    try {
      running.get(lookEvery.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      running.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
