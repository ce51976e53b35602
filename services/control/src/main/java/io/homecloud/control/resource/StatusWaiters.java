package io.homecloud.control.resource;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Lets requests wait for a status without asking again and again. */
public final class StatusWaiters {
  private final Map<UUID, Set<Semaphore>> waiting = new ConcurrentHashMap<>();

  /** Says that the status of a resource has changed. */
  public void changed(String uid) {
    waiting.getOrDefault(UUID.fromString(uid), Set.of()).forEach(Semaphore::release);
  }

  /** Says that some may have changed, and nobody knows which. */
  public void changed() {
    waiting.values().forEach(signals -> signals.forEach(Semaphore::release));
  }

  /**
   * Asks at each change of the resource, and once before, until there is an answer or the time is
   * over.
   *
   * @param answer empty while there is none
   * @return the answer, or what {@code otherwise} gives at the end of the time
   */
  public <R> R await(
      UUID uid, Duration limit, Supplier<Optional<R>> answer, Supplier<R> otherwise) {
    // Registered before asking, so that a change between the two is not missed.
    try (Watch watch = watch(uid)) {
      Optional<R> found = answer.get();
      return found.isPresent() ? found.get() : watch.await(limit, answer, otherwise);
    }
  }

  /** Notes from now on, until it is closed, that the resource changes. */
  public Watch watch(UUID uid) {
    Semaphore signal = new Semaphore(0);
    waiting.compute(
        uid,
        (_, known) -> {
          Set<Semaphore> signals = known == null ? ConcurrentHashMap.newKeySet() : known;
          signals.add(signal);
          return signals;
        });
    return new Watch(uid, signal);
  }

  /** For who knows the resource before it can change. */
  public final class Watch implements AutoCloseable {
    private final UUID uid;
    private final Semaphore signal;

    private Watch(UUID uid, Semaphore signal) {
      this.uid = uid;
      this.signal = signal;
    }

    /** Asks at each change since the watch began, until there is an answer or the time is over. */
    public <R> R await(Duration limit, Supplier<Optional<R>> answer, Supplier<R> otherwise) {
      long end = System.nanoTime() + limit.toNanos();
      try {
        while (signal.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          signal.drainPermits();
          Optional<R> found = answer.get();
          if (found.isPresent()) {
            return found.get();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return otherwise.get();
    }

    @Override
    public void close() {
      waiting.computeIfPresent(
          uid,
          (_, signals) -> {
            signals.remove(signal);
            return signals.isEmpty() ? null : signals;
          });
    }
  }

  /** How many requests wait now. */
  int waiting() {
    return waiting.values().stream().mapToInt(Set::size).sum();
  }
}
