package io.homecloud.control.node;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.database.Signal;
import io.homecloud.events.database.SignalledLoop;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The nodes on which this service has an instance, in rows that all of them write and read. Of an
 * instance that nobody else could reach, because it was not told its own URL, nothing of this runs.
 *
 * <p>All times are the database's: the clocks of nodes differ.
 */
public final class Nodes implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Nodes.class);

  /** Seldom: it costs a write. Who ends in order says so, and who does not is refused by TCP. */
  public static final Duration BEAT = Duration.ofMinutes(1);

  /** Who was silent for so long is away. */
  public static final Duration STALE = Duration.ofMinutes(3);

  /** Of a row of {@code node}: whether its instance is thought to answer. */
  public static final String HERE =
      "left_at is null and seen_at > now() - interval '%d seconds'".formatted(STALE.toSeconds());

  private final ServiceDatabase database;
  private final String node;
  private final SignalledLoop reading;
  private volatile @Nullable URI url;
  private volatile Set<String> others = Set.of();

  /**
   * @param node the name of this one
   */
  public Nodes(ServiceDatabase database, String service, String node) {
    this.database = database;
    this.node = node;
    this.reading =
        new SignalledLoop(service + "-nodes", "other nodes are not known", this::readOthers);
  }

  /** Where this instance answers its peers, when it was told. */
  public static Optional<URI> ownUrl() {
    return ConfigProvider.getConfig().getOptionalValue("homecloud.url", URI.class);
  }

  /** Registers, and learns from then on who else is there. */
  public void start(URI own) {
    url = own;
    database.subscribe(Signal.Topic.NODE, _ -> reading.wake());
    database.subscribe(Signal.Topic.RESYNC, _ -> reading.wake());
    beat(true);
    try {
      readOthers();
    } catch (RuntimeException e) {
      LOG.warnf("other nodes are not known yet: %s", e.getMessage());
    }
    reading.start();
  }

  /** Says that it is still there. */
  public void beat() {
    beat(false);
  }

  /**
   * @param comes that it was not there before, whatever was written of it: it may have been killed
   */
  private void beat(boolean comes) {
    URI own = url;
    if (own == null) {
      return;
    }
    try {
      database.useTransaction(transaction -> {
        // What a crash forgets of it is said again.
        transaction.handle().execute("set local synchronous_commit = off");
        boolean known =
            transaction
                    .handle()
                    .execute(
                        "update node set seen_at = now() where name = ? and url = ? and left_at is null",
                        node,
                        own.toString())
                == 1;
        if (!known) {
          transaction
              .handle()
              .execute(
                  """
                  insert into node (name, url) values (?, ?)
                  on conflict (name) do update set url = excluded.url, seen_at = now(), left_at = null\
                  """,
                  node,
                  own.toString());
        }
        if (!known || comes) {
          transaction.signal(Signal.Topic.NODE, "");
        }
      });
    } catch (RuntimeException e) {
      LOG.debug("the next beat says it", e);
    }
  }

  private void readOthers() {
    others =
        Set.copyOf(
            database.read(handle ->
                handle
                    .createQuery("select name from node where name <> :node")
                    .bind("node", node)
                    .mapTo(String.class)
                    .list()));
  }

  /** The name of this node. */
  public String own() {
    return node;
  }

  /** Whether there never was another one; then nobody need be asked where anything is. */
  public boolean alone() {
    return others.isEmpty();
  }

  /** Whether there ever was an instance on a node of that name. */
  public boolean known(String name) {
    return name.equals(node) || others.contains(name);
  }

  /**
   * The node that a request names with {@code ?node=}, where nothing else says which is meant.
   *
   * @throws io.homecloud.control.problem.ProblemException PARAMETER_INVALID when there is none
   */
  public Optional<String> named(Wanted wanted) {
    Optional<String> named = wanted.query("node");
    if (named.isPresent() && !known(named.get())) {
      throw CommonProblem.PARAMETER_INVALID.because("node is not the name of any node here.");
    }
    return named;
  }

  /** The instance on a node, as last heard of. */
  public Optional<Peer> find(String name) {
    return peers("name = :name", name).stream().findFirst();
  }

  /**
   * All other instances that are thought to answer, by name; also one that came a moment ago, when
   * {@link #alone} does not know it yet.
   */
  public List<Peer> others() {
    return url == null
        ? List.of()
        : peers("name <> :name", node).stream().filter(Peer::here).toList();
  }

  private List<Peer> peers(String which, String name) {
    return database.read(handle ->
        handle
            .createQuery(
                "select name, url, coalesce(left_at, seen_at) as seen, "
                    + HERE
                    + " as here from node where "
                    + which
                    + " order by name")
            .bind("name", name)
            .map((row, _) ->
                new Peer(
                    row.getString("name"),
                    URI.create(row.getString("url")),
                    row.getBoolean("here"),
                    row.getTimestamp("seen").toInstant()))
            .list());
  }

  /** Says good-bye, unless another instance has taken this one's place already. */
  @Override
  public void close() {
    URI own = url;
    if (own == null) {
      return; // never started
    }
    reading.close();
    try {
      database.useTransaction(transaction ->
          transaction
              .handle()
              .execute(
                  "update node set left_at = now() where name = ? and url = ?",
                  node,
                  own.toString()));
    } catch (RuntimeException e) {
      LOG.debug("nobody is told that this instance ends", e);
    }
  }
}
