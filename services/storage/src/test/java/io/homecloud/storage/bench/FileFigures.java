package io.homecloud.storage.bench;

import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Report;
import io.homecloud.testkit.bench.Shell;
import io.homecloud.testkit.bench.Stopwatch;
import java.nio.file.Files;
import java.nio.file.Path;

/** A large file in and out over HTTP, against cp, both durable when they return. */
final class FileFigures {
  private static final int RUNS = 5;

  private final App app;
  private final Path scratch;
  private final Shell shell = new Shell();

  FileFigures(App app, Path scratch) {
    this.app = app;
    this.scratch = scratch;
  }

  void measure(Report report, Path original) throws Exception {
    Path volume = app.volume("transfer");
    double[] up = new double[RUNS];
    double[] in = new double[RUNS];
    double[] down = new double[RUNS];
    double[] out = new double[RUNS];
    Path copied = scratch.resolve("copied");
    for (int i = -1; i < RUNS; i++) {
      double[] times = {
        Stopwatch.time(() -> curl("-T", original.toString())),
        Stopwatch.time(
            () -> shell.script("cp \"$1\" \"$2\"; sync \"$2\"", original, volume.resolve("copy"))),
        Stopwatch.time(() -> curl("-o", copied.toString())),
        Stopwatch.time(() -> shell.run("cp", volume.resolve("file").toString(), copied.toString()))
      };
      if (i >= 0) {
        up[i] = times[0];
        in[i] = times[1];
        down[i] = times[2];
        out[i] = times[3];
      }
      if (Files.mismatch(original, copied) >= 0) {
        throw new AssertionError("what came back is not what went in");
      }
      Files.delete(copied);
      shell.script("rm \"$1/file\" \"$1/copy\"; sync -f \"$1\"", volume);
    }
    report.compared(
        "upload of 1 GiB, median of " + RUNS,
        Stopwatch.median(up),
        Stopwatch.median(in),
        "`cp` to the same volume, `sync` of the file",
        0.7);
    report.compared(
        "fetch of 1 GiB, median of " + RUNS,
        Stopwatch.median(down),
        Stopwatch.median(out),
        "`cp` from the same volume",
        0.7);
  }

  private void curl(String option, String file) {
    shell.run(
        "curl",
        "-sSf",
        "-H",
        "Authorization: Bearer " + app.token(),
        "-H",
        "Expect:",
        option,
        file,
        app.url("volumes/transfer/files/file"));
  }
}
