package io.homecloud.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Keeps what is known of all disks current by the kernel's events, and tells what became of them.
 * Asking it reads no disk, so that sleeping ones go on sleeping.
 */
public final class DiskWatch implements Closeable {
  private static final Logger LOG = Logger.getLogger(DiskWatch.class);

  /** When to look again at what came and is not understood. */
  private static final List<Duration> PAUSES =
      Stream.of(1, 3, 10, 30).map(Duration::ofSeconds).toList();

  private final Disks disks;
  private final Consumer<DiskFact> listener;
  private final Object turn = new Object();
  private volatile Map<DiskId, Disk> known = Map.of();
  private final Closeable listening;
  private volatile boolean closed;

  private DiskWatch(Disks disks, DiskEvents events, Consumer<DiskFact> listener) {
    this.disks = disks;
    this.listener = listener;
    this.listening =
        events.listen(
            new DiskEvents.Listener() {
              @Override
              public void changed(Set<String> names) {
                lookAt(names);
                lookAgain(names, PAUSES);
              }

              @Override
              public void missed() {
                rescan();
              }
            });
  }

  /**
   * Scans once and listens from then on.
   *
   * @param listener is told every disk there is as attached first, on this thread; later facts come
   *     on another thread, one at a time; must not throw
   */
  public static DiskWatch start(Disks disks, DiskEvents events, Consumer<DiskFact> listener) {
    // Listening first: what comes while scanning is looked at afterwards.
    DiskWatch watch = new DiskWatch(disks, events, listener);
    try {
      watch.rescan();
      return watch;
    } catch (RuntimeException unseen) {
      try {
        watch.close();
      } catch (IOException e) {
        unseen.addSuppressed(e);
      }
      throw unseen;
    }
  }

  /** All disks as last seen, ordered by id. */
  public List<Disk> disks() {
    return List.copyOf(known.values());
  }

  /** One disk as last seen. */
  public Optional<Disk> disk(DiskId id) {
    return Optional.ofNullable(known.get(id));
  }

  /** Looks at everything again; for after a change that makes no event, such as formatting. */
  public void rescan() {
    synchronized (turn) {
      accept(all());
    }
  }

  /** Looks at these again, by the kernel's names. */
  public void lookAt(Set<String> names) {
    synchronized (turn) {
      Map<DiskId, Disk> now = new TreeMap<>(known);
      now.values().removeIf(disk -> names.contains(disk.name()));
      for (String name : names) {
        disks.scan(name).ifPresent(disk -> now.put(disk.id(), disk));
      }
      accept(now);
    }
  }

  /**
   * After pauses: a disk may answer badly when it has just come; and where the kernel is heard and
   * udev is not, as in a container, nobody tells when that has named it.
   */
  private void lookAgain(Set<String> names, List<Duration> pauses) {
    Set<String> unclear = unclear(names);
    if (!unclear.isEmpty() && !pauses.isEmpty()) {
      CompletableFuture.delayedExecutor(
              pauses.getFirst().toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread)
          .execute(() -> {
            if (closed) {
              return;
            }
            try {
              lookAt(unclear);
            } catch (RuntimeException e) {
              LOG.debug("disks that came were not looked at", e);
            }
            lookAgain(unclear, pauses.subList(1, pauses.size()));
          });
    }
  }

  private Set<String> unclear(Set<String> names) {
    Set<String> unclear = new HashSet<>(names);
    known.values().stream()
        .filter(disk -> !(disk.content() instanceof DiskContent.Unreadable))
        .map(Disk::name)
        .forEach(unclear::remove);
    return unclear;
  }

  private Map<DiskId, Disk> all() {
    Map<DiskId, Disk> all = new TreeMap<>();
    disks.scan().forEach(disk -> all.put(disk.id(), disk));
    return all;
  }

  private void accept(Map<DiskId, Disk> now) {
    Map<DiskId, Disk> before = known;
    known = now;
    difference(before, now).forEach(listener);
  }

  /** Disks that went are told before those that came: a name may have passed from one to other. */
  static List<DiskFact> difference(Map<DiskId, Disk> before, Map<DiskId, Disk> now) {
    List<DiskFact> facts = new ArrayList<>();
    Set<DiskId> ids = new HashSet<>(before.keySet());
    ids.removeAll(now.keySet());
    ids.stream()
        .sorted()
        .map(before::get)
        .filter(Objects::nonNull)
        .map(DiskFact.Detached::new)
        .forEach(facts::add);
    now.forEach((id, disk) -> {
      Disk old = before.get(id);
      if (old == null) {
        facts.add(new DiskFact.Attached(disk));
      } else if (!old.equals(disk)) {
        facts.add(new DiskFact.Changed(old, disk));
      }
    });
    return facts;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    listening.close();
  }
}
