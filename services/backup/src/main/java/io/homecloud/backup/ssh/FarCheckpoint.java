package io.homecloud.backup.ssh;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;

/**
 * The instant up to which what was copied is on the other machine's disk for good, as {@link
 * io.homecloud.backup.tree.Checkpoint} is it here. Once its power was cut it cannot be asked for
 * one, so it is asked while it copies.
 */
final class FarCheckpoint {
  static final Duration EVERY = Duration.ofMinutes(1);

  /** What a program needs to die. */
  private static final Duration END = Duration.ofSeconds(10);

  private static final Logger LOG = Logger.getLogger(FarCheckpoint.class);

  private final FarSide far;
  private final String plan;

  FarCheckpoint(FarSide far, String plan) {
    this.far = far;
    this.plan = plan;
  }

  /**
   * Takes one. None is taken when the machine was started anew since the copy was begun: what is
   * there then may be half on its disk.
   *
   * @return whether the copy may be gone on with; so it may when the machine does not answer
   */
  boolean take() {
    try {
      return far.ask("checkpoint", plan).contains("taken");
    } catch (IOException e) {
      LOG.debugf("no checkpoint on %s: %s", far.url().title(), e.getMessage());
      return true;
    }
  }

  /** As above, also when the copy ends because nobody wants it any more. */
  void takeAtTheEnd() {
    boolean interrupted = Thread.interrupted();
    try {
      boolean _ = take();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** While it is open one is taken so often. */
  Repeated repeated(Duration every) {
    return new Repeated(every);
  }

  /** Takes one now and then; a connection that is lost comes back. */
  final class Repeated implements AutoCloseable {
    private final Thread thread;

    private Repeated(Duration every) {
      // Of the system: it waits in the kernel.
      thread =
          Thread.ofPlatform().daemon().name("backup-far-checkpoint").start(() -> repeat(every));
    }

    private void repeat(Duration every) {
      try {
        while (true) {
          Thread.sleep(every);
          once();
        }
      } catch (InterruptedException | CancellationException e) {
        // The copy has ended.
      } catch (RuntimeException e) {
        LOG.debugf("no more checkpoints on %s: %s", far.url().title(), e);
      }
    }

    private void once() {
      try {
        // A slow disk that much is written to takes its time.
        List<String> _ = far.have("checkpoint", plan);
      } catch (IOException e) {
        LOG.debugf("no checkpoint on %s: %s", far.url().title(), e.getMessage());
      }
    }

    @Override
    public void close() {
      thread.interrupt();
      boolean interrupted = Thread.interrupted();
      try {
        boolean _ = thread.join(END);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
