package io.homecloud.events.database;

import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jspecify.annotations.Nullable;

/**
 * One service's schema. Signals reach this process's subscribers directly after the commit and
 * other instances by {@code NOTIFY} in a transaction of its own: inside the committing one it would
 * take PostgreSQL's global notification lock across the fsync and so make every commit wait for
 * every other.
 */
public final class ServiceDatabase implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ServiceDatabase.class);
  private static final Duration LEADERSHIP_CHECK = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 5;

  private final Jdbi jdbi;
  private final Map<Signal.Topic, List<Consumer<String>>> subscribers = new ConcurrentHashMap<>();
  private final SignalExchange exchange;
  private final ScopedValue<Transaction> open = ScopedValue.newInstance();

  /**
   * @param source connections whose {@code search_path} is the service's schema
   * @param service for thread names
   */
  public ServiceDatabase(DataSource source, String service) {
    this(source, service, LEADERSHIP_CHECK);
  }

  ServiceDatabase(DataSource source, String service, Duration leadershipCheck) {
    this.jdbi = Jdbi.create(source).registerArgument(new UuidArguments());
    this.exchange = new SignalExchange(source, service, leadershipCheck, this::deliver);
  }

  /** Absent ones too: by itself Jdbi says of those that they are text. */
  private static final class UuidArguments extends AbstractArgumentFactory<UUID> {
    UuidArguments() {
      super(Types.OTHER);
    }

    @Override
    protected Argument build(UUID value, ConfigRegistry config) {
      return (position, statement, _) -> statement.setObject(position, value);
    }
  }

  /** Begins to hear other instances. */
  public void start() {
    exchange.start();
  }

  /**
   * Calls back when, after an outage, another schema answers than the one that was begun with, or
   * none: an empty server or an older copy has taken its place. What this process knows is of the
   * one before, so nothing is heard from then on. The listener must only take a note.
   */
  public void onReplacement(Runnable listener) {
    exchange.onReplacement(listener);
  }

  @Override
  public void close() {
    exchange.close();
  }

  /** Whether this instance is the one of its service that publishes; only one is at any time. */
  public boolean leads() {
    return exchange.leads();
  }

  /**
   * Commits what the work writes, all or nothing; inside another transaction of this thread it
   * becomes a part of that one. Work that lost a deadlock is done again, so it must touch nothing
   * but the transaction. When the connection is lost it may be committed or not, and subscribers
   * are told to look at everything ({@link Signal.Topic#RESYNC}) when there is one again.
   */
  public <R> R inTransaction(Function<Transaction, R> work) {
    if (open.isBound()) {
      return work.apply(open.get());
    }
    for (int attempt = 1; ; attempt++) {
      try {
        Result<R> result = jdbi.inTransaction(handle -> run(new Transaction(handle), work));
        dispatch(result.signals());
        return result.value();
      } catch (RuntimeException e) {
        if (sqlState(e, ServiceDatabase::connectionLost)) {
          exchange.lookAtAll();
        }
        if (attempt == ATTEMPTS || !sqlState(e, ServiceDatabase::toBeRepeated)) {
          throw e;
        }
        LOG.debug("a transaction lost against another and is repeated", e);
      }
    }
  }

  private <R> Result<R> run(Transaction transaction, Function<Transaction, R> work) {
    R value = ScopedValue.where(open, transaction).call(() -> work.apply(transaction));
    transaction.finish();
    return new Result<>(value, transaction.signals());
  }

  public void useTransaction(Consumer<Transaction> work) {
    inTransaction(transaction -> {
      work.accept(transaction);
      return true;
    });
  }

  private record Result<R>(R value, Collection<Signal> signals) {}

  /** For reading; inside a transaction of this thread, on its connection. */
  public <R> R read(Function<Handle, R> work) {
    return jdbi.withHandle(work::apply);
  }

  /** Subscribers are called on the committing thread and must only take a note. */
  public void subscribe(Signal.Topic topic, Consumer<String> subscriber) {
    subscribers.computeIfAbsent(topic, _ -> new CopyOnWriteArrayList<>()).add(subscriber);
  }

  private void dispatch(Collection<Signal> signals) {
    if (!signals.isEmpty()) {
      signals.forEach(this::deliver);
      exchange.tellOthers(signals);
    }
  }

  /** What a subscriber throws must harm neither who committed nor the other subscribers. */
  private void deliver(Signal signal) {
    for (Consumer<String> subscriber : subscribers.getOrDefault(signal.topic(), List.of())) {
      try {
        subscriber.accept(signal.payload());
      } catch (RuntimeException e) {
        LOG.errorf(e, "a signal was not taken: %s", signal);
      }
    }
  }

  /** Whether it failed because the database cannot answer now, whatever it was asked. */
  public static boolean isAway(Throwable failure) {
    return sqlState(failure, ServiceDatabase::away);
  }

  /**
   * Connection lost (08), out of resources (53), shut down (57P), a disk that fails (58030), a
   * standby that was the primary (25006); a pool that gives no connection has no state at all.
   */
  private static boolean away(@Nullable String state) {
    return state == null
        || connectionLost(state)
        || state.startsWith("53")
        || state.startsWith("57P")
        || state.equals("58030")
        || state.equals("25006");
  }

  private static boolean connectionLost(@Nullable String state) {
    return state != null && state.startsWith("08");
  }

  private static boolean toBeRepeated(@Nullable String state) {
    return "40P01".equals(state) || "40001".equals(state);
  }

  private static boolean sqlState(Throwable failure, Predicate<@Nullable String> test) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && test.test(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }
}
