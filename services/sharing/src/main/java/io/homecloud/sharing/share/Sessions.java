package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.events.Fact;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.events.sharing.ShareFact;
import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ShareServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Who is connected: asked of the servers when they say that somebody came or went. */
final class Sessions implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Sessions.class);

  private final ServerSet servers;
  private final String node;
  private final Consumer<List<Fact>> teller;
  private final Consumer<Set<Name>> changed;
  private final SignalledLoop loop =
      new SignalledLoop("sharing-sessions", "sessions are not counted", this::look);
  private volatile Map<String, ClientSession> known = Map.of();

  /**
   * @param teller tells facts
   * @param changed hears which shares have more or fewer sessions
   */
  Sessions(
      ServerSet servers, String node, Consumer<List<Fact>> teller, Consumer<Set<Name>> changed) {
    this.servers = servers;
    this.node = node;
    this.teller = teller;
    this.changed = changed;
  }

  void start() {
    loop.start();
  }

  /** Somebody may have come or gone. */
  void wake() {
    loop.wake();
  }

  /** Everybody who is connected now, asked anew. */
  List<ClientSession> now() {
    List<ClientSession> found = new ArrayList<>();
    for (ShareServer server : servers.all()) {
      try {
        found.addAll(server.sessions());
      } catch (RuntimeException e) {
        LOG.warnf(e, "%s does not say who is connected", server.protocol());
      }
    }
    return found;
  }

  int count(Name share) {
    return (int) known.values().stream().filter(session -> share.equals(session.share())).count();
  }

  /** Whether there was one of that id. */
  boolean disconnect(Protocol protocol, String id) {
    boolean was = servers.of(protocol).filter(server -> server.disconnect(id)).isPresent();
    wake();
    return was;
  }

  private void look() {
    Map<String, ClientSession> before = known;
    Map<String, ClientSession> now = new HashMap<>();
    now().forEach(session -> now.put(session.protocol() + " " + session.id(), session));
    List<Fact> facts = new ArrayList<>();
    Set<Name> shares = new HashSet<>();
    now.forEach((id, session) -> {
      ClientSession was = before.get(id);
      if (was == null) {
        facts.add(opened(session));
      }
      if (was == null || !java.util.Objects.equals(was.share(), session.share())) {
        note(shares, was == null ? null : was.share());
        note(shares, session.share());
      }
    });
    before.forEach((id, session) -> {
      if (!now.containsKey(id)) {
        facts.add(closed(session));
        note(shares, session.share());
      }
    });
    if (!facts.isEmpty()) {
      teller.accept(facts);
    }
    known = Map.copyOf(now);
    if (!shares.isEmpty()) {
      changed.accept(shares);
    }
  }

  private static void note(Set<Name> shares, @Nullable Name share) {
    if (share != null) {
      shares.add(share);
    }
  }

  private Fact opened(ClientSession session) {
    return new ShareFact.SessionOpened(
        uid(session),
        node,
        word(session),
        session.id(),
        text(session.account()),
        session.address(),
        text(session.share()));
  }

  private Fact closed(ClientSession session) {
    return new ShareFact.SessionClosed(
        uid(session),
        node,
        word(session),
        session.id(),
        text(session.account()),
        session.address(),
        text(session.share()));
  }

  private static String word(ClientSession session) {
    return session.protocol().name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String text(@Nullable Name name) {
    return name == null ? null : name.value();
  }

  private UUID uid(ClientSession session) {
    String identity = "session " + node + " " + session.protocol() + " " + session.id();
    return UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    loop.close();
  }
}
