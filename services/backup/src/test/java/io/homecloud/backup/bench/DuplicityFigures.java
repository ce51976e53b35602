package io.homecloud.backup.bench;

import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Report;
import io.homecloud.testkit.bench.Stopwatch;
import java.nio.file.Path;

/** Our duplicity against duplicity by hand, in turns: a first copy, and one of what changed. */
final class DuplicityFigures {
  private static final String VOLUME = "carried";
  private static final double GOAL = 0.95;

  private final App app;
  private final Ours ours;
  private final Targets targets;
  private final Amount amount;

  DuplicityFigures(App app, Ours ours, Targets targets, Amount amount) {
    this.app = app;
    this.ours = ours;
    this.targets = targets;
    this.amount = amount;
  }

  void measure(Report report) throws Exception {
    Path volume = app.volume(VOLUME);
    amount.make(volume);
    double[][] our = new double[2][amount.runs()];
    double[][] bare = new double[2][amount.runs()];
    for (int i = 0; i < amount.runs(); i++) {
      Path disk = targets.btrfs();
      Path theirs = targets.btrfs();
      String plan = "carried-" + i;
      ours.duplicityPlan(plan, VOLUME, disk);
      Bare.DUPLICITY.begin(theirs);
      for (int copy = 0; copy < 2; copy++) {
        targets.warm(volume);
        our[copy][i] = Stopwatch.time(() -> ours.copy(plan));
        bare[copy][i] = Stopwatch.time(() -> Bare.DUPLICITY.copy(volume, theirs));
        amount.change(volume, 2 * i + copy);
      }
      targets.remove(disk);
      targets.remove(theirs);
    }
    String of = "%,d MiB and %,d small files".formatted(amount.large() >> 20, amount.small());
    report(report, "duplicity, first copy of " + of, our[0], bare[0]);
    report(report, "duplicity, second, 1 % of the small files changed", our[1], bare[1]);
  }

  private void report(Report report, String figure, double[] our, double[] bare) {
    report.compared(
        "%s, median of %d".formatted(figure, amount.runs()),
        Stopwatch.median(our),
        Stopwatch.median(bare),
        Bare.DUPLICITY.words(),
        GOAL);
  }
}
