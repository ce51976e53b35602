package io.homecloud.sharing.httpd;

import io.homecloud.control.Name;
import io.homecloud.sharing.httpd.HttpdLogParser.Line;
import io.homecloud.sharing.httpd.HttpdLogParser.Request;
import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Protocol;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who uses which share. WebDAV has no sessions: one is an account at an address that did something
 * in a share within the last minutes, or still does.
 */
final class HttpdSessions {
  static final Duration SILENCE = Duration.ofMinutes(5);
  static final int MOST = 2000;
  private static final int PORTS_KEPT = 64;

  private final Clock clock;
  private final Runnable changed;
  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private boolean watched;

  /**
   * @param changed hears when a session was opened or closed
   */
  HttpdSessions(Clock clock, Runnable changed) {
    this.clock = clock;
    this.changed = changed;
  }

  private static final class Session {
    final String id;
    final @Nullable Name account;
    final String address;
    final Name share;
    final Instant since;
    final Map<Integer, Request> running = new HashMap<>();
    final Set<Integer> ports = new LinkedHashSet<>();
    Instant seen;
    String security;

    Session(String id, Request request, Name share, Instant now) {
      this.id = id;
      this.account = request.account();
      this.address = request.address();
      this.share = share;
      this.since = now;
      this.seen = now;
      this.security = request.security();
    }

    ClientSession shown() {
      Set<String> open = new TreeSet<>();
      running.values().forEach(r -> open.add(r.path()));
      return new ClientSession(
          Protocol.WEBDAV, id, account, address, share, since, List.copyOf(open), security);
    }
  }

  /**
   * A session's connections.
   *
   * @param ports of the client
   */
  record Connections(String address, List<Integer> ports) {}

  static String id(Name share, Request request) {
    String account = request.account() == null ? "" : request.account().value();
    return share + ":" + account + "@" + request.address();
  }

  void hear(Line line) {
    Request request = line.request();
    Name share = request.share();
    if (share == null) {
      return;
    }
    boolean opened = false;
    synchronized (this) {
      String id = id(share, request);
      Instant now = clock.instant();
      Session session = sessions.get(id);
      switch (line) {
        case Line.Begin _ -> {
          if (session == null) {
            if (sessions.size() >= MOST) {
              makeRoom();
            }
            session = new Session(id, request, share, now);
            sessions.put(id, session);
            opened = true;
          }
          session.seen = now;
          session.security = request.security();
          session.running.put(request.port(), request);
          notifyAll();
          session.ports.remove(request.port());
          session.ports.add(request.port());
          if (session.ports.size() > PORTS_KEPT) {
            session.ports.remove(session.ports.iterator().next());
          }
        }
        case Line.End _ -> {
          if (session != null) {
            session.seen = now;
            session.running.remove(request.port());
          }
        }
      }
    }
    if (opened) {
      watch();
      changed.run();
    }
  }

  /**
   * Whoever does something now has to be known, or could not be cut off; who did nothing for
   * longest begins anew with the next request.
   */
  private void makeRoom() {
    sessions.values().stream()
        .filter(session -> session.running.isEmpty())
        .min(Comparator.comparing(session -> session.seen))
        .ifPresent(session -> sessions.remove(session.id));
  }

  synchronized List<ClientSession> all() {
    expire();
    return sessions.values().stream().map(Session::shown).toList();
  }

  /** Whether it writes something now. */
  synchronized boolean writes(String id) {
    Session session = sessions.get(id);
    return session != null && session.running.values().stream().anyMatch(Request::writes);
  }

  /**
   * All that write into a share now.
   *
   * @param least how many are waited for, until that patience is over
   */
  synchronized List<Request> writing(Name share, int least, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      for (; ; ) {
        List<Request> found =
            sessions.values().stream()
                .filter(session -> session.share.equals(share))
                .flatMap(session -> session.running.values().stream())
                .filter(Request::writes)
                .toList();
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (found.size() >= least || left <= 0) {
          return found;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** What is to be ended, for a session to end. */
  synchronized Optional<Connections> connections(String id) {
    return Optional.ofNullable(sessions.get(id))
        .map(session -> {
          Set<Integer> ports = new LinkedHashSet<>(session.ports);
          ports.addAll(session.running.keySet());
          return new Connections(session.address, List.copyOf(ports));
        });
  }

  /** Forgets connections that were ended, and the session with its last. */
  void ended(String id, List<Integer> ports) {
    synchronized (this) {
      Session session = sessions.get(id);
      if (session == null) {
        return;
      }
      ports.forEach(port -> {
        session.ports.remove(port);
        session.running.remove(port);
      });
      if (!session.ports.isEmpty() || !session.running.isEmpty()) {
        return;
      }
      sessions.remove(id);
    }
    changed.run();
  }

  /** The server ended, and every connection with it. */
  void clear() {
    boolean any;
    synchronized (this) {
      any = !sessions.isEmpty();
      sessions.clear();
    }
    if (any) {
      changed.run();
    }
  }

  private boolean expire() {
    Instant oldest = clock.instant().minus(SILENCE);
    return sessions.values().removeIf(s -> s.running.isEmpty() && s.seen.isBefore(oldest));
  }

  /** Looks again while there is a session, and not at rest. */
  private void watch() {
    synchronized (this) {
      if (watched || sessions.isEmpty()) {
        return;
      }
      watched = true;
    }
    CompletableFuture.delayedExecutor(SILENCE.toSeconds(), TimeUnit.SECONDS)
        .execute(() -> {
          boolean closed;
          synchronized (this) {
            watched = false;
            closed = expire();
          }
          if (closed) {
            changed.run();
          }
          watch();
        });
  }
}
