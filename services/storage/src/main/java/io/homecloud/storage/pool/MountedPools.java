package io.homecloud.storage.pool;

import io.homecloud.storage.StorageProblem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The pools that this process knows to be mounted: filled by their reconciler, which looked. */
public final class MountedPools {
  private static final Logger LOG = Logger.getLogger(MountedPools.class);
  private static final long LOOK_MILLIS = 500;

  private final Map<UUID, MountedPool> pools = new ConcurrentHashMap<>();
  private final Set<UUID> lookedFor = ConcurrentHashMap.newKeySet();
  private final Set<UUID> withdrawn = ConcurrentHashMap.newKeySet();
  private final Set<UUID> unwritable = ConcurrentHashMap.newKeySet();
  private final Set<UUID> untold = ConcurrentHashMap.newKeySet();
  private final Set<UUID> untoldGone = ConcurrentHashMap.newKeySet();
  private final Map<UUID, Lock> turns = new ConcurrentHashMap<>();
  private final Object arrivals = new Object();
  private final List<Consumer<MountedPool>> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<UUID>> goneListeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> memberListeners = new CopyOnWriteArrayList<>();

  /**
   * Calls back, on the reconciler's thread, when a pool was not mounted before and is now, or could
   * only be read; and again, with all others, until none of them fails.
   */
  public void onMount(Consumer<MountedPool> listener) {
    listeners.add(listener);
  }

  /**
   * Calls back, on the reconciler's thread, when a pool was in place and is not any more, and when
   * it was looked for the first time and is not there; and again until none of them fails.
   */
  public void onGone(Consumer<UUID> listener) {
    goneListeners.add(listener);
  }

  /** Calls back when a pool was made, or its disks became others, which no kernel event tells. */
  public void onMembers(Runnable listener) {
    memberListeners.add(listener);
  }

  void membersChanged() {
    memberListeners.forEach(Runnable::run);
  }

  /**
   * Does something with a pool while neither its reconciler nor another caller of this does.
   * Nothing in it may wait for a reconciler.
   */
  public <R> R alone(UUID pool, Supplier<R> work) {
    Lock turn = turns.computeIfAbsent(pool, _ -> new ReentrantLock());
    turn.lock();
    try {
      return work.get();
    } finally {
      turn.unlock();
    }
  }

  /** From now on nobody finds the pool, mounted or not, and its reconciler leaves it alone. */
  public void withdraw(UUID pool) {
    withdrawn.add(pool);
    pools.remove(pool);
  }

  /** The end of {@link #withdraw}; its reconciler has to look at it then. */
  public void giveBack(UUID pool) {
    withdrawn.remove(pool);
  }

  boolean withdrawn(UUID pool) {
    return withdrawn.contains(pool);
  }

  /**
   * Whether nobody has looked for it yet since this process began; who does so tells by {@link
   * #onMount} or {@link #onGone}.
   */
  public boolean unknown(@Nullable UUID pool) {
    return pool != null && !lookedFor.contains(pool);
  }

  /**
   * @param readOnly whether it can only be read now
   * @return whether everybody who is called back did what he has to; if not, this is to be called
   *     again
   */
  boolean mounted(MountedPool pool, boolean readOnly) {
    UUID uid = pool.id().value();
    lookedFor.add(uid);
    if (readOnly) {
      unwritable.add(uid);
    } else if (unwritable.remove(uid)) {
      // What could not be made meanwhile is tried again after long pauses only.
      untold.add(uid);
    }
    if (pools.put(uid, pool) == null) {
      untold.add(uid);
      synchronized (arrivals) {
        arrivals.notifyAll();
      }
    }
    if (untold.contains(uid) && tell(pool)) {
      untold.remove(uid);
    }
    return !untold.contains(uid);
  }

  private boolean tell(MountedPool pool) {
    boolean told = true;
    for (Consumer<MountedPool> listener : listeners) {
      try {
        listener.accept(pool);
      } catch (RuntimeException e) {
        // It is in place all the same, and the others have nothing to do with it.
        LOG.warnf("what follows when pool %s comes is tried again: %s", pool.id(), e);
        LOG.debug("the whole failure", e);
        told = false;
      }
    }
    return told;
  }

  /**
   * Waits for a pool to be mounted: a job that is taken up after a restart is earlier than its
   * pool.
   *
   * @return empty when it is not wanted any more
   */
  public Optional<MountedPool> await(UUID pool, BooleanSupplier unwanted) {
    synchronized (arrivals) {
      Optional<MountedPool> found = find(pool);
      try {
        while (found.isEmpty() && !unwanted.getAsBoolean()) {
          arrivals.wait(LOOK_MILLIS);
          found = find(pool);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return found;
    }
  }

  void unmounted(PoolId pool) {
    UUID uid = pool.value();
    boolean first = lookedFor.add(uid);
    if (pools.remove(uid) != null || first) {
      untoldGone.add(uid);
    }
    if (untoldGone.contains(uid)) {
      goneListeners.forEach(listener -> listener.accept(uid));
      untoldGone.remove(uid);
    }
  }

  public Optional<MountedPool> find(@Nullable UUID pool) {
    return pool == null ? Optional.empty() : Optional.ofNullable(pools.get(pool));
  }

  public Collection<MountedPool> all() {
    return List.copyOf(pools.values());
  }

  /** The mounted pool, or the problem that it is not. */
  public MountedPool require(@Nullable UUID pool) {
    return find(pool)
        .orElseThrow(() ->
            StorageProblem.POOL_NOT_READY.because(
                "Its pool is not mounted now; GET the pool, its conditions say why."));
  }
}
