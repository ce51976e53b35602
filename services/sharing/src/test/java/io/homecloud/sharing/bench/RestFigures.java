package io.homecloud.sharing.bench;

import io.homecloud.testkit.bench.Processes;
import io.homecloud.testkit.bench.Report;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What sharing costs a standalone: beside the JVM and its database nothing runs but servers. */
final class RestFigures {
  private static final double CPU_GOAL = 0.2;

  /** Beginning of the names of sharing's own threads in the JVM. */
  private static final String THREADS = "sharing-";

  private final long process;
  private final Map<String, Double> before;

  /** While there is no share yet. */
  RestFigures(House house) {
    process = house.process();
    before = Processes.memory(process);
  }

  void memory(Report report) {
    Map<String, Double> now = new TreeMap<>(Processes.memory(process));
    double all = 0;
    StringBuilder parts = new StringBuilder();
    for (var part : now.entrySet()) {
      double more = part.getValue() - before.getOrDefault(part.getKey(), 0.0);
      if (Math.abs(more) >= 0.05) {
        all += more;
        parts.append(String.format(Locale.ROOT, ", %s %.1f", part.getKey(), more));
      }
    }
    report.told(
        "memory, PSS, more than before the first account and share",
        String.format(Locale.ROOT, "%.1f MiB (%s)", all, parts.substring(2)));
  }

  void rest(Report report, Duration time) throws InterruptedException {
    double servers = servers();
    double threads = Processes.threads(process, THREADS);
    double everything = Processes.cpu(process);
    long since = System.nanoTime();
    Thread.sleep(time);
    double seconds = (System.nanoTime() - since) / 1e9;
    double ours = (servers() - servers + Processes.threads(process, THREADS) - threads) / seconds;
    report.measured(
        "CPU of sharing over %d min at rest: its servers and its threads"
            .formatted(time.toMinutes()),
        percent(ours),
        "under " + CPU_GOAL + " %",
        ours * 100 < CPU_GOAL);
    report.told(
        "the same of all of standalone", percent((Processes.cpu(process) - everything) / seconds));
  }

  private double servers() {
    return Processes.cpuByName(process).entrySet().stream()
        .filter(part -> !part.getKey().equals("java") && !part.getKey().equals("postgres"))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private static String percent(double cores) {
    return String.format(Locale.ROOT, "%.2f %% of one core", cores * 100);
  }
}
