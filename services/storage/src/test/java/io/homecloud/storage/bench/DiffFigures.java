package io.homecloud.storage.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Report;
import io.homecloud.testkit.bench.Shell;
import io.homecloud.testkit.bench.Stopwatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Few changes among very many files: found, and undone. All with warm caches. */
final class DiffFigures {
  private static final int CHANGED = 100;
  private static final int WARM_UP = 2;
  private static final int RUNS = 5;

  private final App app;
  private final int files;
  private final Shell shell = new Shell();

  DiffFigures(App app, int files) {
    this.app = app;
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
    double[] ours = new double[RUNS];
    double[] theirs = new double[RUNS];
    for (int i = -WARM_UP; i < RUNS; i++) {
      // A comparison is kept for those who turn its pages, so each is of a snapshot of its own.
      change(volume, i);
      String name = "after" + (i + WARM_UP);
      Path after = app.snapshot(name, "many");
      double our = Stopwatch.time(() -> diff(name));
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
      change(volume, i);
      double time = Stopwatch.time(this::rollback);
      if (i >= 0) {
        rollbacks[i] = time;
      }
      if (!Files.readString(file(volume, 0)).equals("file number 0")) {
        throw new AssertionError("it was not rolled back");
      }
    }
    report.timed(
        "rollback of %d changes, the present kept in a snapshot first, median of %d"
            .formatted(CHANGED, RUNS),
        Stopwatch.median(rollbacks),
        1);
  }

  private void change(Path volume, int run) throws IOException {
    for (int i = 0; i < CHANGED; i++) {
      Files.writeString(file(volume, i * (files / CHANGED) + i), "changed " + run);
    }
  }

  private static Path file(Path volume, int number) {
    return volume.resolve(
        "d" + number / 1000 + "/e" + number / 100 % 10 + "/file" + number % 100 + ".txt");
  }

  private void diff(String with) throws Exception {
    JsonNode page = app.get("snapshots/before/diff?wait=60s&limit=500&with=" + with);
    if (page.path("items").size() != CHANGED) {
      throw new AssertionError(page.toString());
    }
  }

  private void rollback() throws Exception {
    JsonNode task = app.post("volumes/many/rollback", "{'snapshot':'before'}");
    JsonNode end = app.get("tasks/" + task.path("id").asText() + "?wait=60s");
    if (!end.path("state").asText().equals("Completed")) {
      throw new AssertionError(end.toString());
    }
  }
}
