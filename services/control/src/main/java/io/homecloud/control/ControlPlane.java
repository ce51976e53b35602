package io.homecloud.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.EventStream;
import io.homecloud.control.api.Idempotency;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.api.TaskApi;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.reconcile.ReconcileLoop;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceRows;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.Status;
import io.homecloud.control.resource.StatusWaiters;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.task.TaskRunner;
import io.homecloud.control.task.TaskStore;
import io.homecloud.control.wish.KindOffer;
import io.homecloud.control.wish.Outside;
import io.homecloud.control.wish.SecretOffer;
import io.homecloud.control.wish.SecretUse;
import io.homecloud.control.wish.WishKeeper;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Signal;
import io.homecloud.events.inbox.Inbox;
import io.homecloud.events.outbox.EventLog;
import io.homecloud.events.outbox.Outbox;
import io.homecloud.events.outbox.OutboxPublisher;
import io.quarkus.runtime.Quarkus;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What one service needs to keep wishes, act on them and tell: assembled once per service, so that
 * several live in one JVM. Two steps, because reconcilers need the stores: construct, then {@link
 * #start}.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ControlPlane.class);
  private static final Duration EVENTS_KEPT = Duration.ofHours(24);

  /** Longer than Kafka keeps messages, so that none can come again after its id was forgotten. */
  private static final Duration INBOX_KEPT = Duration.ofDays(14);

  /** Of what is gone; what is there keeps its history. */
  private static final Duration TASKS_KEPT = Duration.ofDays(30);

  private final String service;
  private final String node;
  private final ServiceDatabase database;
  private final ResourceStore resources;
  private final StatusWaiters waiters = new StatusWaiters();
  private final TaskStore tasks;
  private final EventLog log;
  private final EventStream stream;
  private final OutboxPublisher publisher;
  private final Inbox inbox;
  private final Idempotency idempotency;
  private final ObjectMapper json;
  private final Clock clock;
  private final PlausibleClock plausible;
  private final Nodes nodes;
  private final ScheduledExecutorService housekeeper;
  private final List<KindOffer<?, ?>> offers = new CopyOnWriteArrayList<>();
  private final List<SecretOffer<?, ?>> secrets = new CopyOnWriteArrayList<>();
  private final WishKeeper keeper;
  private @Nullable ReconcileLoop loop;
  private @Nullable TaskRunner runner;

  public ControlPlane(
      String service,
      String node,
      DataSource source,
      ObjectMapper json,
      Clock clock,
      OutboxPublisher.Sender sender,
      Map<String, Inbox.Handler> handlers) {
    this(service, node, source, json, clock, sender, handlers, _ -> WishKeeper.NONE);
  }

  /**
   * @param outside who may keep the wishes of this service
   */
  public ControlPlane(
      String service,
      String node,
      DataSource source,
      ObjectMapper json,
      Clock clock,
      OutboxPublisher.Sender sender,
      Map<String, Inbox.Handler> handlers,
      Outside outside) {
    this.service = service;
    this.node = node;
    this.json = Bodies.strict(json);
    this.clock = clock;
    this.database = new ServiceDatabase(source, service);
    Outbox outbox = new Outbox("/homecloud/" + service + "/" + node, clock);
    this.resources = new ResourceStore(database, outbox, new ResourceRows(json), clock);
    this.plausible = PlausibleClock.of(clock, database, node, resources::newest);
    this.tasks = new TaskStore(database, outbox, json, clock);
    this.log = new EventLog(database);
    this.stream = new EventStream(log);
    this.publisher = new OutboxPublisher(service, log, database::leads, sender);
    this.inbox = new Inbox(database, clock, handlers);
    this.idempotency = new Idempotency(database, clock);
    this.nodes = new Nodes(database, service, node);
    this.housekeeper =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(service + "-housekeeper").factory());
    this.keeper = outside.keeper(this);
  }

  /** Begins to act. */
  public void start(
      List<? extends Reconciler<?, ?>> reconcilers, List<? extends TaskHandler> handlers) {
    ReconcileLoop reconciling =
        new ReconcileLoop(service, node, resources, reconcilers, this::standsInFor);
    TaskRunner running = new TaskRunner(service, node, tasks, handlers);
    loop = reconciling;
    runner = running;
    database.subscribe(Signal.Topic.WISH, uid -> reconciling.wake(UUID.fromString(uid)));
    database.subscribe(Signal.Topic.STATUS, waiters::changed);
    database.subscribe(Signal.Topic.TASK, _ -> running.wake());
    database.subscribe(Signal.Topic.EVENT, _ -> publisher.wake());
    database.subscribe(Signal.Topic.LOG, _ -> stream.grown());
    Consumer<String> everything =
        _ -> {
          reconciling.resync();
          waiters.changed();
          running.wake();
          publisher.wake();
          stream.grown();
        };
    database.subscribe(Signal.Topic.RESYNC, everything);
    // One that was killed may not have come to tell others of what it had written.
    database.subscribe(Signal.Topic.NODE, everything);
    publisher.start();
    running.start();
    reconciling.start();
    keeper.start();
    database.onReplacement(this::startOver);
    // Before anything is told that others would come here to ask about.
    Nodes.ownUrl().ifPresent(url -> join(url, reconciling));
    database.start();
    var _ = housekeeper.scheduleWithFixedDelay(this::keepHouse, 1, 60, TimeUnit.MINUTES);
    var _ = housekeeper.scheduleWithFixedDelay(this::lookAtClock, 1, 1, TimeUnit.MINUTES);
  }

  /** Whoever starts this process again has it migrate and adopt as at any start. */
  private void startOver() {
    LOG.errorf(
        "%s: another database has taken the place of the one before; this process ends, and starts anew with that",
        service);
    Quarkus.asyncExit(1);
  }

  /** One does it: the one that publishes too. */
  private boolean standsInFor(String other) {
    return !nodes.alone()
        && database.leads()
        && nodes.find(other).filter(peer -> peer.here()).isEmpty();
  }

  /**
   * Whether this instance is the one that does what only one of all may do; one that is alone does
   * not wait to be told.
   */
  public boolean leads() {
    return nodes.alone() || database.leads();
  }

  /** Calls back when this instance has become the one that leads; must only take a note. */
  public void onLeading(Runnable listener) {
    AtomicBoolean led = new AtomicBoolean();
    Consumer<String> look =
        _ -> {
          boolean leads = database.leads();
          if (leads != led.getAndSet(leads) && leads) {
            listener.run();
          }
        };
    // What is said to the publisher then, and at each event; and to who leads as it connects.
    database.subscribe(Signal.Topic.EVENT, look);
    database.subscribe(Signal.Topic.RESYNC, look);
  }

  private void join(URI url, ReconcileLoop reconciling) {
    nodes.start(url);
    onLeading(reconciling::standIn);
    long standIn = Nodes.STALE.toSeconds();
    var _ =
        housekeeper.scheduleWithFixedDelay(
            () -> {
              if (!nodes.alone() && database.leads()) {
                reconciling.standIn();
              }
            },
            standIn,
            standIn,
            TimeUnit.SECONDS);
    long beat = Nodes.BEAT.toSeconds();
    var _ = housekeeper.scheduleWithFixedDelay(nodes::beat, beat, beat, TimeUnit.SECONDS);
  }

  /** So that it is seen when it is set, by whoever was there before and after. */
  private void lookAtClock() {
    try {
      var _ = plausible.plausible();
    } catch (RuntimeException e) {
      LOG.debug("looking at the clock waits for the database", e);
    }
  }

  private void keepHouse() {
    try {
      if (!plausible.note()) {
        return;
      }
      log.forget(clock.instant(), EVENTS_KEPT);
      inbox.forget(INBOX_KEPT);
      idempotency.forget();
      tasks.forget(TASKS_KEPT);
    } catch (RuntimeException e) {
      LOG.debug("housekeeping waits for the database", e);
    }
  }

  /** Stops acting; what is half-done is taken up at the next start. */
  @Override
  public void close() {
    keeper.close();
    housekeeper.shutdownNow();
    nodes.close();
    // Before the tasks: what one keeps off while it runs is not done because it was stopped.
    if (loop != null) {
      loop.close();
    }
    if (runner != null) {
      runner.close();
    }
    publisher.close();
    database.close();
  }

  /** Looks at a resource soon, for those who learn from elsewhere that something changed. */
  public void wake(UUID uid) {
    if (loop != null) {
      loop.wake(uid);
    }
  }

  /** The same of one that another node may look after. */
  public void wake(Resource<?, ?> resource) {
    if (resource.node().equals(node)) {
      wake(resource.uid());
    } else {
      database.useTransaction(transaction -> transaction.signal(Signal.Topic.WISH, resource.uid()));
    }
  }

  public String service() {
    return service;
  }

  public String node() {
    return node;
  }

  /** The other nodes on which this service is. */
  public Nodes nodes() {
    return nodes;
  }

  public ServiceDatabase database() {
    return database;
  }

  public ResourceStore resources() {
    return resources;
  }

  public TaskStore tasks() {
    return tasks;
  }

  public StatusWaiters waiters() {
    return waiters;
  }

  public EventStream stream() {
    return stream;
  }

  public EventLog log() {
    return log;
  }

  public Inbox inbox() {
    return inbox;
  }

  /** For bodies; see {@link Bodies#strict}. */
  public ObjectMapper json() {
    return json;
  }

  public Clock clock() {
    return clock;
  }

  /** The same, for what happens to things because of their age. */
  public PlausibleClock plausibleClock() {
    return plausible;
  }

  /** What the API of each kind needs. */
  public ResourceApi.Room room() {
    return new ResourceApi.Room(
        database, resources, waiters, idempotency, json, keeper, offers::add);
  }

  /** Says which secrets wishes of a kind refer to; before the start. */
  public <S, T extends Status> void useSecrets(Kind<S, T> kind, SecretUse<S, T> use) {
    secrets.add(new SecretOffer<>(kind, use));
  }

  public List<SecretOffer<?, ?>> secretOffers() {
    return secrets;
  }

  /** Whether somebody outside keeps the wishes, and secrets. */
  public boolean hasOutside() {
    return !keeper.equals(WishKeeper.NONE);
  }

  /** The kinds that this service has; complete when it starts. */
  public List<KindOffer<?, ?>> offers() {
    return offers;
  }

  /** How requests order tasks and wait for them. */
  public TaskApi taskApi() {
    return new TaskApi("/api/" + service + "/v1/tasks", database, tasks, waiters, idempotency);
  }
}
