package io.homecloud.backup.bench;

import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Report;
import io.homecloud.testkit.bench.Shell;
import io.homecloud.testkit.bench.Stopwatch;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A first copy, one of what little changed, what comes back, and what all that takes on disks. */
final class CopyFigures {
  private static final String VOLUME = "household";
  private static final String ONE = Amount.file(4321);

  private final App app;
  private final Ours ours;
  private final Targets targets;
  private final Amount amount;
  private final Map<Bare, Path> disks = new EnumMap<>(Bare.class);
  private final Shell shell = new Shell();

  CopyFigures(App app, Ours ours, Targets targets, Amount amount) {
    this.app = app;
    this.ours = ours;
    this.targets = targets;
    this.amount = amount;
  }

  void measure(Report report) throws Exception {
    Path volume = app.volume(VOLUME);
    amount.make(volume);
    targets.warm(volume);
    double[] our = new double[amount.runs()];
    double[] rsync = new double[amount.runs()];
    Path disk = volume;
    for (int i = 0; i < amount.runs(); i++) {
      if (i > 0) {
        targets.remove(disk);
        targets.remove(disk(Bare.RSYNC));
      }
      disk = targets.btrfs();
      String plan = "first-" + i;
      ours.plan(plan, VOLUME, disk);
      our[i] = Stopwatch.time(() -> ours.copy(plan));
      rsync[i] = first(Bare.RSYNC, volume);
    }
    report.compared(
        "first copy of %,d MiB and %,d small files to btrfs, median of %d"
            .formatted(amount.large() >> 20, amount.small(), amount.runs()),
        Stopwatch.median(our),
        Stopwatch.median(rsync),
        Bare.RSYNC.words(),
        0.95);
    for (Bare bare : List.of(Bare.RESTIC, Bare.BORG, Bare.DUPLICITY)) {
      report.told("… " + bare.words(), Report.time(first(bare, volume)));
    }
    second(report, volume, "first-" + (amount.runs() - 1), disk);
  }

  private Path disk(Bare bare) {
    return Objects.requireNonNull(disks.get(bare));
  }

  private double first(Bare bare, Path volume) throws Exception {
    Path disk = targets.btrfs();
    disks.put(bare, disk);
    bare.begin(disk);
    return Stopwatch.time(() -> bare.copy(volume, disk));
  }

  private void second(Report report, Path volume, String plan, Path disk) throws Exception {
    double[] our = new double[amount.runs()];
    double[] rsync = new double[amount.runs()];
    Path rsyncs = disk(Bare.RSYNC);
    String run = "";
    for (int i = 0; i < amount.runs(); i++) {
      amount.change(volume, i);
      targets.warm(volume);
      long start = System.nanoTime();
      run = ours.copy(plan).path("metadata").path("name").asText();
      our[i] = (System.nanoTime() - start) / 1e9;
      rsync[i] = Stopwatch.time(() -> Bare.RSYNC.copy(volume, rsyncs));
    }
    report.compared(
        "second, 1 %% of the small files changed, median of %d".formatted(amount.runs()),
        Stopwatch.median(our),
        Stopwatch.median(rsync),
        Bare.RSYNC.words(),
        1);
    for (Bare bare : List.of(Bare.RESTIC, Bare.BORG, Bare.DUPLICITY)) {
      report.told(
          "… " + bare.words(), Report.time(Stopwatch.time(() -> bare.copy(volume, disk(bare)))));
    }
    space(report, disk);
    restore(report, volume, run);
  }

  private void space(Report report, Path disk) throws Exception {
    int copies = 1 + amount.runs();
    report.told("space used by %d copies".formatted(copies), targets.used(disk) + " MiB");
    for (Map.Entry<Bare, Path> bare : disks.entrySet()) {
      report.told(
          "… by %s (%d)".formatted(bare.getKey().words(), bare.getKey() == Bare.RSYNC ? copies : 2),
          targets.used(bare.getValue()) + " MiB");
    }
  }

  private void restore(Report report, Path volume, String run) throws Exception {
    long start = System.nanoTime();
    Path back = ours.restoreAll(run);
    double all = (System.nanoTime() - start) / 1e9;
    String _ = shell.run("diff", "-r", "--no-dereference", volume.toString(), back.toString());
    double one = Stopwatch.time(() -> ours.restoreOne(run, VOLUME, ONE));
    report.told("everything back, into a new volume", Report.time(all));
    report.told("one file back", Report.time(one));
    for (Map.Entry<Bare, Path> bare : disks.entrySet()) {
      // On the same disk as our volume, so that all write alike.
      Path into = app.volume("back-" + bare.getKey().name().toLowerCase(java.util.Locale.ROOT));
      Path single = java.nio.file.Files.createDirectory(into.resolve("single"));
      double theirs = Stopwatch.time(() -> bare.getKey().restore(bare.getValue(), "", into));
      double file = Stopwatch.time(() -> bare.getKey().restore(bare.getValue(), ONE, single));
      report.told(
          "… %s: everything, one file".formatted(bare.getKey().words()),
          Report.time(theirs) + ", " + Report.time(file));
    }
  }
}
