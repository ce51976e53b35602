package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commits a file system for many threads at once. Whoever comes while a commit runs waits for the
 * next one, which one of them does for all; the others wait in Java, so that a virtual thread gives
 * its carrier back instead of sitting in the kernel.
 */
final class GroupCommit {
  private final Lock running = new ReentrantLock();
  private final Lock door = new ReentrantLock();
  private @Nullable CompletableFuture<Void> next;

  /** Returns when a commit that began after the call is over. */
  void commit(Supplier<Descriptor> open) {
    CompletableFuture<Void> mine;
    boolean leads = false;
    door.lock();
    try {
      if (next == null) {
        next = new CompletableFuture<>();
        leads = true;
      }
      mine = next;
    } finally {
      door.unlock();
    }
    if (leads) {
      lead(mine, open);
    }
    try {
      mine.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof KernelRefused refused) {
        throw refused;
      }
      throw e;
    }
  }

  private void lead(CompletableFuture<Void> mine, Supplier<Descriptor> open) {
    running.lock();
    try {
      door.lock();
      try {
        next = null;
      } finally {
        door.unlock();
      }
      try (Descriptor pool = open.get()) {
        commitNow(pool);
        mine.complete(null);
      } catch (RuntimeException | Error e) {
        mine.completeExceptionally(e);
      }
    } finally {
      running.unlock();
    }
  }

  /** Starts the commit of the running transaction and waits for it; nothing to do is quick. */
  private static void commitNow(Descriptor pool) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment transaction = arena.allocate(JAVA_LONG_UNALIGNED);
      pool.ioctl(Ioctl.START_SYNC, transaction);
      pool.ioctl(Ioctl.WAIT_SYNC, transaction);
    }
  }
}
