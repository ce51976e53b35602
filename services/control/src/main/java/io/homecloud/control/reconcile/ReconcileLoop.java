package io.homecloud.control.reconcile;

import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.Status;
import io.homecloud.events.database.ServiceDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Calls reconcilers: woken by wishes, at start and by a slow resync; one call at a time per
 * resource; after a failure with a pause that doubles up to five minutes. Holds nothing that a
 * crash could lose.
 */
public final class ReconcileLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ReconcileLoop.class);
  private static final Duration RESYNC = Duration.ofMinutes(10);
  private static final Duration RESYNC_AGAIN = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final int PARALLEL = 16;
  private static final Duration IDLE_END = Duration.ofSeconds(10);
  private static final Duration LONGEST_END = Duration.ofSeconds(20);

  /** The reason when nobody knows a better one. */
  private static final String WENT_WRONG = "WentWrong";

  private static final String TRIED_AGAIN = "It is tried again by itself.";

  private final String node;
  private final Predicate<String> standsIn;
  private final Duration resync;
  private final ResourceStore store;
  private final Map<String, Reconciler<?, ?>> reconcilers;
  private final Map<UUID, Work> works = new ConcurrentHashMap<>();

  /**
   * Of the system, not virtual: reconcilers wait in the kernel, where a virtual thread keeps its
   * carrier, of which there are as many as cores.
   */
  private final ThreadPoolExecutor runners;

  private final ScheduledThreadPoolExecutor timer;
  private volatile boolean closed;

  /** What the loop knows of a resource while it has something to do with it. */
  private static final class Work {
    boolean running;
    boolean again;
    int failures;

    /** The next look, if one is due later; never more than one. */
    @Nullable Future<?> later;
  }

  public ReconcileLoop(
      String service,
      String node,
      ResourceStore store,
      List<? extends Reconciler<?, ?>> reconcilers) {
    this(service, node, store, reconcilers, _ -> false, RESYNC);
  }

  /**
   * @param standsIn whether this instance does for another node what needs no host
   */
  public ReconcileLoop(
      String service,
      String node,
      ResourceStore store,
      List<? extends Reconciler<?, ?>> reconcilers,
      Predicate<String> standsIn) {
    this(service, node, store, reconcilers, standsIn, RESYNC);
  }

  /**
   * @param resync how long after one look at everything the next one follows
   */
  ReconcileLoop(
      String service,
      String node,
      ResourceStore store,
      List<? extends Reconciler<?, ?>> reconcilers,
      Predicate<String> standsIn,
      Duration resync) {
    this.standsIn = standsIn;
    this.node = node;
    this.resync = resync;
    this.store = store;
    this.reconcilers =
        reconcilers.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    reconciler -> reconciler.kind().name(), reconciler -> reconciler));
    this.runners =
        new ThreadPoolExecutor(
            PARALLEL,
            PARALLEL,
            IDLE_END.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(service + "-reconcile-", 0).factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    runners.allowCoreThreadTimeOut(true);
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(service + "-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  public void start() {
    resync();
    var _ =
        timer.scheduleWithFixedDelay(
            this::resync, resync.toMillis(), resync.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    try {
      runners.shutdown();
      boolean _ = runners.awaitTermination(LONGEST_END.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Looks at everything of this node; at what does not resync only where there is something to do.
   * Soon again when the database does not answer.
   */
  public void resync() {
    try {
      store.pending(node, kinds(true)).forEach(this::wake);
      store.unsettled(node, kinds(false)).forEach(this::wake);
    } catch (RuntimeException e) {
      if (!closed) {
        LOG.warnf("resync waits for the database: %s", e.getMessage());
        soonAgain();
      }
    }
  }

  private void soonAgain() {
    try {
      var _ = timer.schedule(this::resync, RESYNC_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed meanwhile", e);
    }
  }

  /** Looks at what other nodes have not settled, and need not do themselves. */
  public void standIn() {
    List<String> kinds =
        reconcilers.values().stream()
            .filter(Reconciler::anywhere)
            .map(reconciler -> reconciler.kind().name())
            .toList();
    try {
      store.unsettledElsewhere(node, kinds).forEach(this::wake);
    } catch (RuntimeException e) {
      LOG.warnf("what other nodes left waits for the database: %s", e.getMessage());
    }
  }

  private List<String> kinds(boolean resyncing) {
    return reconcilers.values().stream()
        .filter(reconciler -> reconciler.resyncs() == resyncing)
        .map(reconciler -> reconciler.kind().name())
        .toList();
  }

  /** Says that this resource is to be looked at; cheap, may be called for any uid. */
  public void wake(UUID uid) {
    if (closed) {
      return;
    }
    works.compute(
        uid,
        (_, known) -> {
          Work work = known == null ? new Work() : known;
          if (work.running) {
            work.again = true;
          } else {
            begin(uid, work);
          }
          return work;
        });
  }

  private void begin(UUID uid, Work work) {
    if (work.later != null) {
      work.later.cancel(false);
      work.later = null;
    }
    work.running = true;
    work.again = false;
    runners.execute(() -> run(uid));
  }

  private void run(UUID uid) {
    Duration later = Duration.ZERO;
    boolean failed = false;
    try {
      if (!closed) {
        later = once(uid);
      }
    } catch (Failed e) {
      failed = true;
    } catch (RuntimeException | Error e) {
      failed = true;
      if (ServiceDatabase.isAway(e)) {
        LOG.warnf("reconciling %s waits for the database: %s", uid, e.getMessage());
      } else {
        LOG.errorf(e, "reconciling %s failed", uid);
      }
    }
    settle(uid, failed, later);
  }

  private void settle(UUID uid, boolean failed, Duration later) {
    works.computeIfPresent(
        uid,
        (_, work) -> {
          work.running = false;
          work.failures = failed ? work.failures + 1 : 0;
          if (closed) {
            return null;
          } else if (work.again) {
            begin(uid, work);
          } else if (failed) {
            work.later = schedule(uid, pause(work.failures));
          } else if (later.isPositive()) {
            work.later = schedule(uid, later);
          } else {
            return null;
          }
          return work;
        });
  }

  private @Nullable Future<?> schedule(UUID uid, Duration after) {
    try {
      return timer.schedule(() -> wake(uid), after.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      return null; // closed just now
    }
  }

  private static Duration pause(int failures) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 12));
    long millis = Math.min(pause.toMillis(), LONGEST_PAUSE.toMillis());
    return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1));
  }

  /** Returns after which time to look again; zero for not at all. */
  private Duration once(UUID uid) throws Failed {
    Optional<Optional<Job<?, ?>>> job = store.find(uid, this::job);
    Optional<Job<?, ?>> ours = job.flatMap(known -> known).filter(this::ours);
    return ours.isEmpty() ? Duration.ZERO : act(ours.get());
  }

  private boolean ours(Job<?, ?> job) {
    String owner = job.resource().node();
    return owner.equals(node) || (job.reconciler().anywhere() && standsIn.test(owner));
  }

  private record Job<S, T extends Status>(Reconciler<S, T> reconciler, Resource<S, T> resource) {}

  /** Empty for what others look after. */
  private Optional<Job<?, ?>> job(ResourceStore.Row row) {
    Reconciler<?, ?> reconciler = reconcilers.get(row.kind());
    return reconciler == null || !(row.node().equals(node) || reconciler.anywhere())
        ? Optional.empty()
        : Optional.of(job(reconciler, row));
  }

  private static <S, T extends Status> Job<S, T> job(
      Reconciler<S, T> reconciler, ResourceStore.Row row) {
    return new Job<>(reconciler, row.as(reconciler.kind()));
  }

  private <S, T extends Status> Duration act(Job<S, T> job) throws Failed {
    Resource<S, T> resource = job.resource();
    Duration after = Duration.ZERO;
    boolean unchanged =
        switch (reconcile(job)) {
          case Outcome.Settled<T>(T status, var facts) -> store.observe(resource, status, facts);
          case Outcome.LookAgain<T>(T status, var facts, Duration soon) -> {
            after = soon;
            yield store.observe(resource, status, facts);
          }
          case Outcome.Retry<T>(T status) -> {
            store.observe(resource, status, List.of());
            yield false;
          }
          case Outcome.Gone<T>(var facts) -> store.remove(resource, facts);
          case Outcome.Written<T>() -> true;
        };
    if (!unchanged) {
      throw new Failed();
    }
    return after;
  }

  /** What it throws is seen in the resource too, until the next success. */
  private <S, T extends Status> Outcome<T> reconcile(Job<S, T> job) {
    try {
      return job.reconciler().reconcile(job.resource());
    } catch (RuntimeException | Error e) {
      if (!closed && !ServiceDatabase.isAway(e)) {
        tell(job, e);
      }
      throw e;
    }
  }

  private <S, T extends Status> void tell(Job<S, T> job, Throwable failure) {
    String reason = WENT_WRONG;
    String sentence = "Something went wrong in homecloud; the log of the service says what.";
    if (failure instanceof Explained explained) {
      reason = explained.reason();
      sentence = explained.sentence();
    }
    try {
      store.observeFailure(
          job.reconciler().kind(), job.resource(), reason, sentence + " " + TRIED_AGAIN);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** To be tried again; also when others wrote the row while it was looked at. */
  private static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    Failed() {
      super(null, null, false, false);
    }
  }
}
