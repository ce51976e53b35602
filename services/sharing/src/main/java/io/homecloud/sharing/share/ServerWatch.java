package io.homecloud.sharing.share;

import io.homecloud.events.Fact;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.events.sharing.ShareFact;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.Later;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hears what happens to servers, tells it, and has everything looked at again. */
final class ServerWatch implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final String node;
  private final Consumer<List<Fact>> teller;
  private final Runnable look;
  private final Runnable sessions;
  private final Consumer<Access> accesses;
  private final SignalledLoop loop =
      new SignalledLoop("sharing-serving", "shares are not looked at", this::act);
  private final Map<Protocol, String> ended = new EnumMap<>(Protocol.class);
  private volatile Set<Protocol> failed = Set.of();
  private volatile @Nullable ServerSet servers;
  private final AtomicInteger planned = new AtomicInteger();
  private final Later soon = new Later(loop::wake);

  /**
   * @param teller tells facts
   * @param look looks at all shares; may throw, and is called again then
   * @param sessions has sessions looked at
   * @param accesses hears what clients did, at once
   */
  ServerWatch(
      String node,
      Consumer<List<Fact>> teller,
      Runnable look,
      Runnable sessions,
      Consumer<Access> accesses) {
    this.node = node;
    this.teller = teller;
    this.look = look;
    this.sessions = sessions;
    this.accesses = accesses;
  }

  /**
   * @param all whose failures are told
   */
  void start(ServerSet all) {
    servers = all;
    loop.start();
  }

  /** Something else has changed that all shares depend on. */
  void wake() {
    loop.wake();
  }

  /** The same by itself after that time, unless another time is said until then. */
  void wakeIn(Duration pause) {
    int plan = planned.incrementAndGet();
    CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> {
          if (planned.get() == plan) {
            loop.wake();
          }
        });
  }

  ServerListener listener(Protocol protocol) {
    return new ServerListener() {
      @Override
      public void changed(Health health) {
        if (health instanceof Health.Down(String words)) {
          synchronized (ended) {
            ended.put(protocol, words);
          }
        }
        if (failing(protocol)) {
          soon.in(SOON);
        } else {
          loop.wake();
        }
      }

      @Override
      public void sessionsChanged() {
        sessions.run();
      }

      @Override
      public void accessed(Access access) {
        accesses.accept(access);
      }
    };
  }

  /** It is started anew with each look, and says so each time: without a pause that had no end. */
  private boolean failing(Protocol protocol) {
    ServerSet set = servers;
    Applied answer = set == null ? null : set.answered().get(protocol);
    return answer != null && !(answer instanceof Applied.InPlace);
  }

  private void act() {
    Map<Protocol, String> crashed;
    synchronized (ended) {
      crashed = new EnumMap<>(ended);
    }
    Due due = due(crashed);
    if (!due.facts().isEmpty()) {
      teller.accept(due.facts());
      failed = due.failed();
    }
    synchronized (ended) {
      crashed.forEach(ended::remove);
    }
    look.run();
    sessions.run();
  }

  /**
   * Servers have been asked: one that cannot run, or refuses what it was given, says so in its
   * answer and never by its health.
   */
  void asked() {
    if (!due(Map.of()).facts().isEmpty()) {
      loop.wake();
    }
  }

  /** What is to be told, and which have failed then. */
  private record Due(List<Fact> facts, Set<Protocol> failed) {}

  /**
   * @param crashed that ended, though they may run again by now
   */
  private Due due(Map<Protocol, String> crashed) {
    List<Fact> facts = new ArrayList<>();
    Set<Protocol> then = EnumSet.noneOf(Protocol.class);
    then.addAll(failed);
    ServerSet set = servers;
    if (set == null) {
      return new Due(facts, then);
    }
    Map<Protocol, String> now = set.failures();
    Map<Protocol, String> all = new EnumMap<>(Protocol.class);
    all.putAll(crashed);
    all.putAll(now);
    all.forEach((protocol, words) -> {
      if (then.add(protocol)) {
        String word = word(protocol);
        facts.add(new ShareFact.ServerFailed(uid(word), node, word, words));
      }
    });
    for (Protocol protocol : List.copyOf(then)) {
      if (!now.containsKey(protocol) && set.serves(protocol)) {
        then.remove(protocol);
        String word = word(protocol);
        facts.add(new ShareFact.ServerRecovered(uid(word), node, word));
      }
    }
    return new Due(facts, then);
  }

  private static String word(Protocol protocol) {
    return protocol.name().toLowerCase(Locale.ROOT);
  }

  private UUID uid(String protocol) {
    return UUID.nameUUIDFromBytes(
        ("server " + node + " " + protocol).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    planned.incrementAndGet();
    loop.close();
  }
}
