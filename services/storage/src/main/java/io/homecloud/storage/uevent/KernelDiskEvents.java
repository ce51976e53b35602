package io.homecloud.storage.uevent;

import io.homecloud.storage.disk.DiskEvents;
import java.io.Closeable;

/** Listens to the kernel in one thread that sleeps until something happens. */
public final class KernelDiskEvents implements DiskEvents {
  @Override
  public Closeable listen(Listener listener) {
    UeventSocket socket = new UeventSocket();
    Gathering gathering = new Gathering(socket, listener);
    Thread thread = Thread.ofPlatform().name("disk-events").daemon().start(gathering::run);
    return new Listening(socket, thread);
  }

  private static final class Listening implements Closeable {
    private final UeventSocket socket;
    private final Thread thread;
    private boolean open = true;

    Listening(UeventSocket socket, Thread thread) {
      this.socket = socket;
      this.thread = thread;
    }

    @Override
    public synchronized void close() {
      if (!open) {
        return;
      }
      open = false;
      socket.wake();
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      // Only now: a number closed earlier could be somebody else's file by the time it is read.
      socket.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
