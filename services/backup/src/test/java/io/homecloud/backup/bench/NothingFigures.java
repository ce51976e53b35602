package io.homecloud.backup.bench;

import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Report;
import io.homecloud.testkit.bench.Stopwatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Copies of very many files of which none changed, or a hundred. */
final class NothingFigures {
  private static final String VOLUME = "untouched";
  private static final int CHANGED = 100;
  private static final int RUNS = 5;
  private static final double TIMES = 100;

  private final App app;
  private final Ours ours;
  private final Targets targets;
  private final Amount amount;

  NothingFigures(App app, Ours ours, Targets targets, Amount amount) {
    this.app = app;
    this.ours = ours;
    this.targets = targets;
    this.amount = amount;
  }

  void measure(Report report) throws Exception {
    Path volume = app.volume(VOLUME);
    Amount.small(volume, amount.untouched());
    targets.warm(volume);
    Path disk = targets.btrfs();
    ours.plan("nothing", VOLUME, disk);
    var _ = ours.copy("nothing");
    double[] nothing = new double[RUNS];
    double[] few = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      nothing[i] = Stopwatch.time(() -> requireByChanges());
    }
    for (int i = 0; i < RUNS; i++) {
      for (int k = 0; k < CHANGED; k++) {
        Files.writeString(
            volume.resolve(Amount.file(k * (amount.untouched() / CHANGED) + i)), "changed " + i);
      }
      few[i] = Stopwatch.time(() -> requireByChanges());
    }
    targets.remove(disk);
    String best = "";
    double least = Double.MAX_VALUE;
    for (Bare bare : Bare.values()) {
      Path theirs = targets.btrfs();
      bare.begin(theirs);
      bare.copy(volume, theirs);
      double time = Stopwatch.time(() -> bare.copy(volume, theirs));
      report.told(
          "nothing changed of %,d files: %s".formatted(amount.untouched(), bare.words()),
          Report.time(time));
      targets.remove(theirs);
      best = time < least ? bare.words() : best;
      least = Math.min(time, least);
    }
    report.compared(
        "nothing changed of %,d files, median of %d, against the best of the others"
            .formatted(amount.untouched(), RUNS),
        Stopwatch.median(nothing),
        least,
        best,
        TIMES);
    report.told(
        "%d of %,d files changed, median of %d".formatted(CHANGED, amount.untouched(), RUNS),
        Report.time(Stopwatch.median(few)));
    links(report, volume);
  }

  private void requireByChanges() throws Exception {
    var run = ours.copy("nothing");
    if (!run.path("status").path("looked").path("how").asText().equals("Changes")) {
      throw new AssertionError(run.toString());
    }
  }

  /** Where copies share by hard links. */
  private void links(Report report, Path volume) throws Exception {
    Path disk = targets.ext4();
    Path theirs = targets.ext4();
    ours.plan("links", VOLUME, disk);
    Bare.RSYNC.begin(theirs);
    var _ = ours.copy("links");
    Bare.RSYNC.copy(volume, theirs);
    double[] our = new double[amount.runs()];
    double[] rsync = new double[amount.runs()];
    for (int i = 0; i < amount.runs(); i++) {
      our[i] = Stopwatch.time(() -> ours.copy("links"));
      rsync[i] = Stopwatch.time(() -> Bare.RSYNC.copy(volume, theirs));
    }
    for (Path mount : List.of(disk, theirs)) {
      targets.remove(mount);
    }
    report.compared(
        "nothing changed of %,d files, to ext4, median of %d"
            .formatted(amount.untouched(), amount.runs()),
        Stopwatch.median(our),
        Stopwatch.median(rsync),
        Bare.RSYNC.words(),
        1);
  }
}
