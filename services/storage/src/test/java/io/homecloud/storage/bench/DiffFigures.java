package io.homecloud.storage.bench;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.snapshot.change.ChangeList;
import io.homecloud.storage.snapshot.change.PutBackReport;
import io.homecloud.storage.snapshot.change.SnapshotDiff;
import io.homecloud.storage.snapshot.change.SnapshotRollback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Few changes among very many files: found, and undone. All with warm caches. */
final class DiffFigures {
  private static final int CHANGED = 100;
  private static final int WARM_UP = 2;
  private static final int RUNS = 5;

  private final App app;
  private final Path scratch;
  private final int files;
  private final Shell shell = new Shell();

  DiffFigures(App app, Path scratch, int files) {
    this.app = app;
    this.scratch = scratch;
    this.files = files;
  }

  void measure(Report report) throws Exception {
    Path volume = app.volume("many");
    for (int i = 0; i < files; i++) {
      if (i % 100 == 0) {
        Files.createDirectories(file(volume, i).getParent());
      }
      Files.writeString(file(volume, i), "file number " + i);
    }
    Path before = app.snapshot("before", "many");
    change(volume);
    Path after = app.snapshot("after", "many");
    double[] ours = new double[RUNS];
    double[] theirs = new double[RUNS];
    for (int i = -WARM_UP; i < RUNS; i++) {
      double our = Stopwatch.time(() -> diff(before, after));
      double their =
          Stopwatch.time(() -> shell.run("rsync", "-an", "--delete", after + "/", before + "/"));
      if (i >= 0) {
        ours[i] = our;
        theirs[i] = their;
      }
    }
    report.compared(
        "difference of two snapshots of %,d files, %d changed, median of %d"
            .formatted(files, CHANGED, RUNS),
        Stopwatch.median(ours),
        Stopwatch.median(theirs),
        "`rsync -an --delete`",
        40);
    double[] rollbacks = new double[RUNS];
    for (int i = -WARM_UP; i < RUNS; i++) {
      change(volume);
      Path present = app.snapshot("present" + (i + WARM_UP), "many");
      double time = Stopwatch.time(() -> rollback(volume, present, before));
      if (i >= 0) {
        rollbacks[i] = time;
      }
    }
    report.timed(
        "rollback of %d changes, median of %d".formatted(CHANGED, RUNS),
        Stopwatch.median(rollbacks),
        1);
  }

  private void change(Path volume) throws IOException {
    for (int i = 0; i < CHANGED; i++) {
      Files.writeString(file(volume, i * (files / CHANGED) + i), "changed");
    }
  }

  private static Path file(Path volume, int number) {
    return volume.resolve(
        "d" + number / 1000 + "/e" + number / 100 % 10 + "/file" + number % 100 + ".txt");
  }

  private void diff(Path before, Path after) {
    Path file = scratch.resolve("changes");
    switch (new SnapshotDiff(scratch).between(before, after, file, new Nobody())) {
      case Outcome.Done<ChangeList>(ChangeList list) -> {
        if (list.totals().changed() != CHANGED || list.size() != CHANGED) {
          throw new AssertionError(list.totals().toString());
        }
        list.close();
      }
      case Outcome.Refused<ChangeList>(var why) -> throw new AssertionError(why.toString());
    }
  }

  private void rollback(Path volume, Path present, Path wanted) {
    switch (new SnapshotRollback(scratch).rollback(volume, present, wanted, new Nobody())) {
      case Outcome.Done<PutBackReport>(PutBackReport report) -> {
        if (report.leftCount() > 0) {
          throw new AssertionError(report.toString());
        }
      }
      case Outcome.Refused<PutBackReport>(var why) -> throw new AssertionError(why.toString());
    }
  }

  private static final class Nobody implements TaskProgress {
    @Override
    public void report(long done, long total, String unit) {}

    @Override
    public boolean cancelled() {
      return false;
    }
  }
}
