package io.homecloud.storage.bench;

import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Processes;
import io.homecloud.testkit.bench.Report;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** What an application costs while nobody asks it for anything. */
final class RestFigures {
  private static final double CPU_GOAL = 0.5;
  private static final double MEMORY_GOAL = 480;

  private final String what;
  private final App app;
  private double before;
  private long since;

  RestFigures(String what, App app) {
    this.what = what;
    this.app = app;
  }

  void begin() {
    since = System.nanoTime();
    before = Processes.cpu(app.process());
  }

  void end(Report report) {
    double seconds = (System.nanoTime() - since) / 1e9;
    double percent = (Processes.cpu(app.process()) - before) / seconds * 100;
    report.measured(
        what
            + ": CPU of all processes over "
            + Duration.ofSeconds(Math.round(seconds)).toMinutes()
            + " min at rest",
        String.format(Locale.ROOT, "%.2f %% of one core", percent),
        "under " + CPU_GOAL + " %",
        percent < CPU_GOAL);
    Map<String, Double> parts = Processes.memory(app.process());
    double total = parts.values().stream().mapToDouble(Double::doubleValue).sum();
    report.measured(
        what + ": memory, summed PSS",
        String.format(
            Locale.ROOT,
            "%.0f MiB (JVM %.0f, PostgreSQL %.0f)",
            total,
            parts.getOrDefault("java", 0.0),
            parts.getOrDefault("postgres", 0.0)),
        String.format(Locale.ROOT, "under %.0f MiB", MEMORY_GOAL),
        total < MEMORY_GOAL);
  }
}
