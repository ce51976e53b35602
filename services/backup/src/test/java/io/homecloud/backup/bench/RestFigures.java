package io.homecloud.backup.bench;

import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Processes;
import io.homecloud.testkit.bench.Report;
import java.time.Duration;
import java.util.Locale;

/** What backup costs when it has nothing to do. */
final class RestFigures {
  private static final double CPU_GOAL = 0.1;

  /** Beginning of the names of backup's own threads in the JVM. */
  private static final String THREADS = "backup-";

  private RestFigures() {}

  static void measure(App app, Report report, Duration time) throws InterruptedException {
    long process = app.process();
    double before = Processes.threads(process, THREADS);
    double everything = Processes.cpu(process);
    long since = System.nanoTime();
    Thread.sleep(time);
    double seconds = (System.nanoTime() - since) / 1e9;
    double ours = (Processes.threads(process, THREADS) - before) / seconds * 100;
    report.measured(
        "CPU of backup's threads over %d min at rest, after all that".formatted(time.toMinutes()),
        percent(ours),
        "under " + CPU_GOAL + " %",
        ours < CPU_GOAL);
    report.told(
        "the same of all of standalone",
        percent((Processes.cpu(process) - everything) / seconds * 100));
  }

  private static String percent(double percent) {
    return String.format(Locale.ROOT, "%.2f %% of one core", percent);
  }
}
