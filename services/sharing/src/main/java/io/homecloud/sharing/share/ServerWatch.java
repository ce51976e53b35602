package io.homecloud.sharing.share;

import io.homecloud.events.Fact;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.events.sharing.ShareFact;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServerListener;
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

/** Hears what happens to servers, tells it, and has everything looked at again. */
final class ServerWatch implements AutoCloseable {
  private final String node;
  private final Consumer<List<Fact>> teller;
  private final Runnable look;
  private final Runnable sessions;
  private final Consumer<Access> accesses;
  private final SignalledLoop loop =
      new SignalledLoop("sharing-serving", "shares are not looked at", this::act);
  private final Map<Protocol, Health> heard = new EnumMap<>(Protocol.class);
  private final Set<Protocol> failed = EnumSet.noneOf(Protocol.class);
  private final AtomicInteger planned = new AtomicInteger();

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

  void start() {
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
        synchronized (heard) {
          heard.put(protocol, health);
        }
        loop.wake();
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

  private void act() {
    Map<Protocol, Health> now;
    synchronized (heard) {
      now = new EnumMap<>(heard);
    }
    List<Fact> facts = new ArrayList<>();
    now.forEach((protocol, health) -> {
      String word = protocol.name().toLowerCase(Locale.ROOT);
      if (health instanceof Health.Down(String words) && failed.add(protocol)) {
        facts.add(new ShareFact.ServerFailed(uid(word), node, word, words));
      } else if (health instanceof Health.Up && failed.remove(protocol)) {
        facts.add(new ShareFact.ServerRecovered(uid(word), node, word));
      }
    });
    if (!facts.isEmpty()) {
      teller.accept(facts);
    }
    look.run();
    sessions.run();
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
