package io.homecloud.backup.bench;

import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Report;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The figures of backup as one table: the packaged application on scratch disks, and other programs
 * by hand in the same run, with the same files. Arguments choose parts; {@code --short} takes fewer
 * files, {@code --soak} a million where nothing changed.
 */
public final class BackupBench {
  private static final List<String> PARTS = List.of("copy", "duplicity", "nothing", "rest");
  private static final long DISK = 16L << 30;
  private static final Duration SETTLE = Duration.ofSeconds(30);

  private BackupBench() {}

  public static void main(String... arguments) throws Exception {
    Set<String> chosen = new TreeSet<>(List.of(arguments));
    boolean quick = chosen.remove("--short");
    Amount amount = Amount.of(quick, chosen.remove("--soak"));
    if (!PARTS.containsAll(chosen)) {
      System.err.println(
          "the parts are "
              + String.join(", ", PARTS)
              + "; --short takes less time, --soak a million files");
      System.exit(2);
    }
    measure(chosen.isEmpty() ? Set.copyOf(PARTS) : chosen, amount, quick);
  }

  private static void measure(Set<String> parts, Amount amount, boolean quick) throws Exception {
    Report report = new Report();
    System.out.println(Report.machine() + "\n");
    try (LoopDisks disks = new LoopDisks();
        App app = new App(disks, "data", disks.disk(DISK))) {
      Targets targets = new Targets(disks, DISK);
      Ours ours = new Ours(app);
      if (parts.contains("copy")) {
        new CopyFigures(app, ours, targets, amount).measure(report);
      }
      if (parts.contains("duplicity")) {
        new DuplicityFigures(app, ours, targets, amount).measure(report);
      }
      if (parts.contains("nothing")) {
        new NothingFigures(app, ours, targets, amount).measure(report);
      }
      if (parts.contains("rest")) {
        Thread.sleep(SETTLE);
        RestFigures.measure(app, report, Duration.ofMinutes(quick ? 1 : 5));
      }
    }
    report.note(
        List.of(Bare.values()).stream()
            .map(bare -> bare.words() + " " + bare.version())
            .collect(Collectors.joining(", ", "By hand: ", "; each is followed by a sync.")));
    report.end();
  }
}
