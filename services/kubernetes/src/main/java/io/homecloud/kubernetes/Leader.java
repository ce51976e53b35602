package io.homecloud.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Status;
import io.homecloud.control.wish.KindOffer;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.SignalledLoop;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.config.ResolvedControllerConfiguration;
import io.javaoperatorsdk.operator.api.config.informer.InformerConfiguration;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the operators of a service while this instance leads it, by the same lock as the publisher
 * of events: there is one in a cluster, the others watch nothing.
 */
final class Leader implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Leader.class);
  private static final Duration SYNCED = Duration.ofSeconds(30);
  private static final Duration ENDED = Duration.ofSeconds(5);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final int LONGEST_RETRY_MILLIS = 30_000;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** Until what the API server has refused is tried again. */
  private static final Duration REFUSED = Duration.ofSeconds(30);

  private static final int THREADS = 4;

  private final ControlPlane plane;
  private final KubernetesClient client;
  private final Api api;
  private final Documents documents;
  private final SignalledLoop leading;
  private final SignalledLoop noticing;
  private final Set<UUID> noticed = ConcurrentHashMap.newKeySet();

  /** Rows of which the API server has refused the resource, and when. */
  private final Map<UUID, Long> refused = new ConcurrentHashMap<>();

  private final Set<String> handed = ConcurrentHashMap.newKeySet();
  private final List<KindReconciler<?, ?, ?>> kinds = new ArrayList<>();
  private volatile @Nullable Operator operator;
  private final AtomicBoolean timed = new AtomicBoolean();
  private volatile boolean sweep;

  Leader(ControlPlane plane, KubernetesClient client, Api api, Documents documents) {
    this.plane = plane;
    this.client = client;
    this.api = api;
    this.documents = documents;
    this.leading =
        new SignalledLoop(
            plane.service() + "-operator",
            "custom resources wait for the Kubernetes API",
            this::lead);
    this.noticing =
        new SignalledLoop(
            plane.service() + "-mirror", "custom resources are not up to date", this::notice);
  }

  void start(List<KindOffer<?, ?>> offers) {
    for (KindOffer<?, ?> offer : offers) {
      CustomKind.of(plane.service(), offer.kind().name())
          .ifPresent(kind -> kinds.add(reconciler(kind, offer, kind.type())));
    }
    plane.database().subscribe(Signal.Topic.EVENT, _ -> leading.wake());
    plane
        .database()
        .subscribe(
            Signal.Topic.RESYNC,
            _ -> {
              sweep = true;
              leading.wake();
              noticing.wake();
            });
    plane.database().subscribe(Signal.Topic.WISH, this::noticed);
    plane.database().subscribe(Signal.Topic.STATUS, this::noticed);
    plane
        .database()
        .subscribe(
            Signal.Topic.ADMIT,
            place -> {
              if (operator == null) {
                handed.add(place);
                noticing.wake();
              }
            });
    leading.start();
    noticing.start();
  }

  private <S, T extends Status, R extends HomecloudResource> KindReconciler<S, T, R> reconciler(
      CustomKind kind, KindOffer<S, T> offer, Class<R> type) {
    return new KindReconciler<>(
        kind,
        new Rows<>(plane, offer),
        api,
        documents,
        new Told(plane, api),
        type,
        this::leads,
        this::noticeLater);
  }

  private boolean leads() {
    return operator != null && plane.database().leads();
  }

  private void noticed(String uid) {
    if (operator != null) {
      noticed.add(UUID.fromString(uid));
      noticing.wake();
    }
  }

  @Override
  public void close() {
    leading.close();
    noticing.close();
    stop();
  }

  private void lead() {
    boolean leads = plane.database().leads();
    if (leads && operator == null) {
      begin();
    } else if (!leads && operator != null) {
      LOG.infof("this instance does not lead %s any more", plane.service());
      stop();
    }
  }

  private void begin() {
    Operator started =
        new Operator(settings ->
            settings
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .checkingCRDAndValidateLocalModel(false)
                .withConcurrentReconciliationThreads(THREADS)
                .withCacheSyncTimeout(SYNCED)
                .withReconciliationTerminationTimeout(ENDED));
    try {
      restBetweenTimers(started);
      kinds.forEach(kind -> register(started, kind));
      started.start();
    } catch (RuntimeException e) {
      endHalf(started);
      throw e;
    }
    operator = started;
    sweep = true;
    noticing.wake();
    LOG.infof("this instance leads %s", plane.service());
  }

  /**
   * Its timers have no thread of their own, and the JDK's executor then looks every 10 ms whether
   * that may end, for as long as something is timed: 0.7 % of a core, measured with 5.3.2. Asked
   * for before the controllers start: each of them would make executors of its own, at the same
   * time.
   */
  private static void restBetweenTimers(Operator operating) {
    if (operating.getConfigurationService().getExecutorServiceManager().scheduledExecutorService()
        instanceof ScheduledThreadPoolExecutor timers) {
      timers.setCorePoolSize(1);
    }
  }

  private <R extends HomecloudResource> void register(
      Operator operating, KindReconciler<?, ?, R> kind) {
    GenericRetry retry = new GenericRetry();
    retry.setInitialInterval(FIRST_RETRY).setMaxInterval(LONGEST_RETRY_MILLIS).withoutMaxAttempts();
    InformerConfiguration<R> informer =
        InformerConfiguration.builder(kind.type())
            .withNamespaces(Set.of(api.namespace()))
            .buildForController();
    operating.register(
        kind,
        new ResolvedControllerConfiguration<>(
            plane.service() + "-" + kind.kind().plural(),
            false, // labels and annotations count too
            KindReconciler.class.getName(),
            retry,
            new LinearRateLimiter(),
            null,
            Marks.FINALIZER,
            null,
            plane.service(),
            operating.getConfigurationService(),
            informer,
            true, // deletions too, and the finalizer is put there by ourselves
            null));
  }

  private void stop() {
    Operator running = operator;
    operator = null;
    if (running != null) {
      end(running);
    }
  }

  private static void end(Operator running) {
    try {
      running.stop();
    } catch (RuntimeException e) {
      LOG.debug("an operator did not stop orderly", e);
    }
  }

  /** Of one that did not start as a whole the parts go on watching unless each is ended. */
  private static void endHalf(Operator started) {
    for (RegisteredController<?> each : started.getRegisteredControllers()) {
      if (each instanceof Controller<?> controller) {
        try {
          controller.stop();
        } catch (RuntimeException e) {
          LOG.debug("a controller was stopped before it had started", e);
        }
      }
    }
    end(started);
  }

  /** What has happened to rows is brought to custom resources. */
  private void notice() {
    if (operator == null) {
      admitHanded();
      return;
    }
    if (sweep) {
      sweep = false;
      try {
        kinds.forEach(kind -> noticed.addAll(kind.sweep()));
      } catch (RuntimeException e) {
        sweep = true;
        throw e;
      }
    }
    long now = System.nanoTime();
    refused.forEach((uid, since) -> {
      if (now - since > REFUSED.toNanos() && refused.remove(uid, since)) {
        noticed.add(uid);
      }
    });
    for (UUID uid : List.copyOf(noticed)) {
      noticed.remove(uid);
      try {
        notice(uid);
      } catch (ApiRefused e) {
        // Of this one, which must not keep the others from being looked at.
        LOG.warnf("what changed of %s is not mirrored yet: %s", uid, e.getMessage());
        refused.put(uid, now);
      } catch (RuntimeException e) {
        noticed.add(uid);
        throw e;
      }
    }
    if (kinds.stream().map(KindReconciler::comeBack).reduce(false, Boolean::logicalOr)
        || !refused.isEmpty()) {
      noticeLater();
    }
  }

  /** What the leader cannot admit, for it is of this node; it hands it over again if need be. */
  private void admitHanded() {
    for (String place : List.copyOf(handed)) {
      handed.remove(place);
      String[] parts = place.split("/", 2);
      kinds.stream()
          .filter(each -> each.kind().name().equals(parts[0]))
          .forEach(each -> each.admitHere(parts[1]));
    }
  }

  /** One timer at a time, however many wait for it. */
  private void noticeLater() {
    if (timed.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name(plane.service() + "-mirror-later")
          .start(() -> {
            try {
              Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            timed.set(false);
            noticing.wake();
          });
    }
  }

  private void notice(UUID uid) {
    Optional<CustomKind> kind =
        plane
            .resources()
            .find(uid, row -> row.kind())
            .flatMap(name -> CustomKind.of(plane.service(), name));
    for (KindReconciler<?, ?, ?> each : kinds) {
      if (kind.filter(each.kind()::equals).isPresent()) {
        if (each.rowChanged(uid)) {
          sweep = true;
          noticing.wake();
        }
      } else {
        each.rowGone(uid);
      }
      each.tryRefused();
    }
  }
}
