package io.homecloud.sharing.bench;

import io.homecloud.sharing.serving.Protocol;
import io.homecloud.testkit.bench.Report;
import io.homecloud.testkit.bench.Stopwatch;
import java.time.Duration;
import java.util.Locale;

/** From the request for a share until a client has looked into it. */
final class ReadyFigures {
  private static final int SHARES = 9;
  private static final double GOAL = 0.3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final House house;

  ReadyFigures(House house) {
    this.house = house;
  }

  void measure(Report report, Protocol protocol) throws Exception {
    String word = protocol.name().toLowerCase(Locale.ROOT);
    double[] times = new double[SHARES];
    double[] clients = new double[SHARES];
    for (int i = -1; i < SHARES; i++) {
      String name = "ready-" + word + "-" + (i + 1);
      double time = Stopwatch.time(() -> usable(name, protocol));
      double client = Stopwatch.time(() -> house.client(protocol, name).list());
      if (i >= 0) {
        times[i] = time;
        clients[i] = client;
      }
    }
    report.timed(
        "%s: accepted until a client lists the share (%s of that the client), median of %d"
            .formatted(word, Report.time(Stopwatch.median(clients)), SHARES),
        Stopwatch.median(times),
        GOAL);
  }

  private void usable(String name, Protocol protocol) throws Exception {
    house.share(name, protocol);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        house.client(protocol, name).list();
        return;
      } catch (AssertionError | java.io.IOException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }
}
