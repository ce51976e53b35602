package io.homecloud.sharing.httpd;

import io.homecloud.sharing.httpd.HttpdLogParser.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Keeps out, for a quarter of an hour, an address from which ten wrong passwords came within one.
 * httpd asks a file at each request that brings a password; guests are not kept out.
 */
final class GuessGuard {
  private static final Logger LOG = Logger.getLogger(GuessGuard.class);
  static final Duration WINDOW = Duration.ofMinutes(15);
  static final int MOST = 10;
  private static final int ADDRESSES = 10_000;
  private static final int UNAUTHORIZED = 401;

  private final Path file;
  private final Clock clock;
  private final Map<String, Deque<Instant>> wrong = new LinkedHashMap<>();
  private final Map<String, Instant> blocked = new TreeMap<>();

  GuessGuard(Path file, Clock clock) throws IOException {
    this.file = file;
    this.clock = clock;
    OwnDirectory.write(file, "");
  }

  synchronized void hear(Line line) {
    if (!(line instanceof Line.End(var request, int status, boolean tried))
        || status != UNAUTHORIZED
        || !tried
        || blocked.containsKey(request.address())) {
      return;
    }
    Instant now = clock.instant();
    Deque<Instant> times = wrong.computeIfAbsent(request.address(), _ -> new ArrayDeque<>());
    times.addLast(now);
    while (times.getFirst().isBefore(now.minus(WINDOW))) {
      times.removeFirst();
    }
    if (times.size() >= MOST) {
      wrong.remove(request.address());
      blocked.put(request.address(), now.plus(WINDOW));
      LOG.warnf(
          "%d wrong passwords from %s: it is kept out for 15 minutes", MOST, request.address());
      write();
      CompletableFuture.delayedExecutor(WINDOW.toSeconds() + 1, TimeUnit.SECONDS)
          .execute(this::release);
    }
    if (wrong.size() > ADDRESSES) {
      wrong.remove(wrong.keySet().iterator().next());
    }
  }

  synchronized void release() {
    Instant now = clock.instant();
    if (blocked.values().removeIf(until -> !until.isAfter(now))) {
      write();
    }
  }

  private void write() {
    StringBuilder text = new StringBuilder();
    blocked.keySet().forEach(address -> text.append(address).append(" yes\n"));
    try {
      OwnDirectory.write(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
