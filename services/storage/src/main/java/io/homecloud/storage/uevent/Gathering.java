package io.homecloud.storage.uevent;

import io.homecloud.storage.disk.DiskEvents.Listener;
import io.homecloud.storage.uevent.UeventSocket.Received;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Waits until it is quiet for a moment before telling: an attached disk makes several events
 * (itself, its partitions, udev when it has named it).
 */
final class Gathering {
  private static final Duration QUIET = Duration.ofMillis(300);

  /** A device that chatters without end must not keep the others from being told. */
  private static final Duration LONGEST = Duration.ofSeconds(3);

  private static final Logger LOG = Logger.getLogger(Gathering.class);

  private final UeventSocket socket;
  private final Listener listener;
  private final Set<String> names = new TreeSet<>();
  private boolean lost;
  private long quietAt;
  private long latestAt;

  Gathering(UeventSocket socket, Listener listener) {
    this.socket = socket;
    this.listener = listener;
  }

  /** Ends when the socket is woken. */
  void run() {
    while (true) {
      switch (socket.receive(patience())) {
        case Received.About(String disk) -> {
          noticed();
          names.add(disk);
        }
        case Received.Lost() -> {
          noticed();
          lost = true;
        }
        case Received.Woken() -> {
          return;
        }
        case Received.Nothing() -> {
          // Time is over, or a message about something else.
        }
      }
      if (waiting() && patience() == 0) {
        tell();
      }
    }
  }

  private boolean waiting() {
    return lost || !names.isEmpty();
  }

  private void noticed() {
    long now = System.nanoTime();
    if (!waiting()) {
      latestAt = now + LONGEST.toNanos();
    }
    quietAt = now + QUIET.toNanos();
  }

  /** Milliseconds to wait for more, -1 for ever. */
  private int patience() {
    if (!waiting()) {
      return -1;
    }
    long now = System.nanoTime();
    long left = Math.min(quietAt - now, latestAt - now);
    return left <= 0 ? 0 : (int) Duration.ofNanos(left).plusMillis(1).toMillis();
  }

  private void tell() {
    Set<String> told = Set.copyOf(names);
    boolean all = lost;
    names.clear();
    lost = false;
    try {
      if (all) {
        listener.missed();
      } else {
        listener.changed(told);
      }
    } catch (RuntimeException e) {
      // A program that could not be started, say. Who listens looks at all disks the next time.
      LOG.warn("disks that came or went were not looked at", e);
      noticed();
      lost = true;
    }
  }
}
