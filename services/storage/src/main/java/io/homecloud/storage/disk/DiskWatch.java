package io.homecloud.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Keeps what is known of all disks current by the kernel's events, and tells what became of them.
 * Asking it reads no disk, so that sleeping ones go on sleeping.
 */
public final class DiskWatch implements Closeable {
  private final Disks disks;
  private final Consumer<DiskFact> listener;
  private final Object turn = new Object();
  private volatile Map<DiskId, Disk> known = Map.of();
  private final Closeable listening;

  private DiskWatch(Disks disks, DiskEvents events, Consumer<DiskFact> listener) {
    this.disks = disks;
    this.listener = listener;
    synchronized (turn) {
      // Listening first: what comes while scanning is looked at afterwards.
      listening =
          events.listen(
              new DiskEvents.Listener() {
                @Override
                public void changed(Set<String> names) {
                  lookAt(names);
                }

                @Override
                public void missed() {
                  rescan();
                }
              });
      accept(all());
    }
  }

  /**
   * Scans once and listens from then on.
   *
   * @param listener is told every disk there is as attached first, on this thread; later facts come
   *     on another thread, one at a time; must not throw
   */
  public static DiskWatch start(Disks disks, DiskEvents events, Consumer<DiskFact> listener) {
    return new DiskWatch(disks, events, listener);
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
    listening.close();
  }
}
