package io.homecloud.events.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.jdbc.PgConnection;

/**
 * Signals between the instances of a service by LISTEN and NOTIFY on the channel named after the
 * schema, on a connection of its own, whose session lock also says which instance leads.
 */
final class SignalExchange implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SignalExchange.class);
  private static final Duration RECONNECT = Duration.ofSeconds(2);

  /** A connection that swallows a question for so long is dead, whatever TCP thinks. */
  private static final int ANSWER_MILLIS = 10_000;

  /**
   * The other way round: a machine without power says no farewell, and the database would keep its
   * lock for a quarter of an hour, in which nobody leads. Whosever database it is.
   */
  private static final String NOTICE_MY_END =
      """
      set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 3; set tcp_keepalives_count = 3;
      set tcp_user_timeout = '15s'\
      """;

  /**
   * Any number that nobody else in this database locks; the schema is the second half of the key.
   */
  private static final int LOCK = 0x68636c64;

  /** Of the schema; its number alone may be that of another server's too. */
  private static final String IDENTITY =
      """
      select quote_ident(nspname) as channel,
             oid || ' of ' || (select system_identifier from pg_control_system()) as identity
      from pg_namespace where nspname = current_schema()\
      """;

  private final String instance = UUID.randomUUID().toString();
  private final DataSource source;
  private final Duration check;
  private final Consumer<Signal> heard;
  private final LinkedBlockingQueue<Signal> outgoing = new LinkedBlockingQueue<>();
  private final Thread listener;
  private final Thread teller;
  private volatile boolean leads;
  private volatile boolean closed;
  private volatile @Nullable Connection listening;
  private final AtomicBoolean uncertain = new AtomicBoolean();
  private volatile Runnable replaced = () -> {};
  private @Nullable String identity;

  /**
   * @param check after which silence a follower asks whether the leader is gone, and the leader
   *     whether its connection still is one
   */
  SignalExchange(DataSource source, String service, Duration check, Consumer<Signal> heard) {
    this.source = source;
    this.check = check;
    this.heard = heard;
    this.listener = Thread.ofVirtual().name(service + "-listener").unstarted(this::listen);
    this.teller = Thread.ofVirtual().name(service + "-teller").unstarted(this::tell);
  }

  void start() {
    listener.start();
    teller.start();
  }

  void onReplacement(Runnable listener) {
    replaced = listener;
  }

  boolean leads() {
    return leads;
  }

  void tellOthers(Collection<Signal> signals) {
    outgoing.addAll(signals);
  }

  /**
   * Whether a transaction was committed is not known, so nobody was told of it. Everybody, this
   * instance too, is to look at everything as soon as the database answers, once.
   */
  void lookAtAll() {
    if (uncertain.compareAndSet(false, true)) {
      outgoing.add(new Signal(Signal.Topic.RESYNC, ""));
    }
  }

  @Override
  public void close() {
    closed = true;
    teller.interrupt();
    listener.interrupt();
    Connection connection = listening;
    if (connection != null) {
      abort(connection);
    }
  }

  private void listen() {
    while (!closed) {
      try (Connection connection = source.getConnection()) {
        // Of the driver: the pool's own would never be given back once it was aborted.
        Connection session = connection.unwrap(PgConnection.class);
        try {
          listening = session;
          follow(connection);
        } finally {
          leads = false;
          listening = null;
          // Back in a pool the session would keep its lock, and nobody could lead.
          abort(session);
          heard.accept(new Signal(Signal.Topic.EVENT, "")); // for who asks who leads
        }
      } catch (SQLException | RuntimeException e) {
        if (!closed) {
          LOG.warnf(
              "the database does not answer, trying again in %s: %s", RECONNECT, e.getMessage());
        }
      }
      pause();
    }
  }

  private void follow(Connection connection) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
    try (Statement statement = connection.createStatement();
        ResultSet schema = statement.executeQuery(IDENTITY)) {
      String now = schema.next() ? schema.getString("identity") : null;
      if (now == null || (identity != null && !identity.equals(now))) {
        closed = true;
        replaced.run();
        return;
      }
      identity = now;
      String channel = schema.getString("channel");
      statement.execute(NOTICE_MY_END);
      statement.execute("listen " + channel);
    }
    leads = tryToLead(connection);
    heard.accept(new Signal(Signal.Topic.RESYNC, ""));
    PGConnection postgres = connection.unwrap(PGConnection.class);
    while (!closed) {
      PGNotification[] notifications = postgres.getNotifications((int) check.toMillis());
      if (notifications != null && notifications.length > 0) {
        List.of(notifications).forEach(this::hear);
      } else if (leads) {
        requireAnswer(connection);
      }
      if (!leads && tryToLead(connection)) {
        leads = true;
        heard.accept(new Signal(Signal.Topic.EVENT, ""));
      }
    }
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("the listening connection was gone already", e);
    }
  }

  private void pause() {
    try {
      Thread.sleep(closed ? Duration.ZERO : RECONNECT);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private static void requireAnswer(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("select 1");
    }
  }

  private static boolean tryToLead(Connection connection) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement("select pg_try_advisory_lock(?, hashtext(current_schema()))")) {
      lock.setInt(1, LOCK);
      try (ResultSet locked = lock.executeQuery()) {
        return locked.next() && locked.getBoolean(1);
      }
    }
  }

  /** Of another release an instance may speak of topics that this one does not know. */
  private void hear(PGNotification notification) {
    String[] parts = notification.getParameter().split(" ", 3);
    if (parts.length == 3 && !parts[0].equals(instance)) {
      for (Signal.Topic topic : Signal.Topic.values()) {
        if (topic.name().equals(parts[1])) {
          heard.accept(new Signal(topic, parts[2]));
        }
      }
    }
  }

  private void tell() {
    List<Signal> batch = new ArrayList<>();
    while (!closed) {
      try {
        batch.clear();
        batch.add(outgoing.take());
        outgoing.drainTo(batch, 500);
        send(batch);
        if (uncertain.compareAndSet(true, false)) {
          heard.accept(new Signal(Signal.Topic.RESYNC, ""));
        }
      } catch (InterruptedException e) {
        return;
      } catch (SQLException | RuntimeException e) {
        LOG.debug("signals to other instances were lost; they are asked to look at all", e);
        outgoing.add(new Signal(Signal.Topic.RESYNC, ""));
        pause();
      }
    }
  }

  private void send(List<Signal> batch) throws SQLException {
    String[] payloads =
        batch.stream()
            .map(signal -> instance + " " + signal.topic() + " " + signal.payload())
            .toArray(String[]::new);
    try (Connection connection = source.getConnection();
        PreparedStatement tell =
            connection.prepareStatement(
                "select pg_notify(current_schema(), payload) from unnest(?) payload")) {
      tell.setArray(1, connection.createArrayOf("text", payloads));
      tell.execute();
    }
  }
}
