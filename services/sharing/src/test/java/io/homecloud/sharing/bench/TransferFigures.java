package io.homecloud.sharing.bench;

import io.homecloud.testkit.bench.Report;
import io.homecloud.testkit.bench.Scratch;
import io.homecloud.testkit.bench.Shell;
import io.homecloud.testkit.bench.Stopwatch;
import io.homecloud.testkit.bench.Stopwatch.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One large file and many small ones, in and out, by the same client in turns. */
final class TransferFigures {
  private static final long LARGE = 1L << 30;
  private static final int SMALL = 16 << 10;
  private static final int FILES = 2000;

  private final Path large;
  private final List<Path> small = new ArrayList<>();
  private final Path fetched;
  private final int runs;
  private final Shell shell = new Shell();
  private int rounds;

  /**
   * A server.
   *
   * @param directory where it writes, as this machine sees it
   * @param synced whether what was written is brought to the disk once, as a part of the figure,
   *     because the other server does so before it answers
   */
  record Served(Client client, Path directory, boolean synced) {}

  TransferFigures(Path scratch, int runs) throws IOException {
    this.runs = runs;
    large = Scratch.random(scratch.resolve("large"), LARGE);
    Path directory = Files.createDirectories(scratch.resolve("small"));
    for (int i = 0; i < FILES; i++) {
      small.add(Scratch.random(directory.resolve("f" + i), SMALL));
    }
    fetched = Files.createDirectories(scratch.resolve("fetched"));
  }

  void measure(Report report, String protocol, Served ours, Served bare, String tool, double goal)
      throws Exception {
    large(report, protocol, ours, bare, tool, goal);
    measure(
        report, protocol, "%,d files of 16 KiB".formatted(FILES), small, ours, bare, tool, goal);
  }

  void large(Report report, String protocol, Served ours, Served bare, String tool, double goal)
      throws Exception {
    measure(report, protocol, "1 GiB", List.of(large), ours, bare, tool, goal);
  }

  private void measure(
      Report report,
      String protocol,
      String what,
      List<Path> files,
      Served ours,
      Served bare,
      String tool,
      double goal)
      throws Exception {
    double[][] times = new double[4][runs];
    for (int run = -1; run < runs; run++) {
      // Who is first has the quieter or the colder machine; each is as often.
      double[] our = {};
      double[] their = {};
      for (int turn = 0; turn < 2; turn++) {
        if ((run + turn) % 2 == 0) {
          our = round(ours, files);
        } else {
          their = round(bare, files);
        }
      }
      if (run >= 0) {
        times[0][run] = our[0];
        times[1][run] = their[0];
        times[2][run] = our[1];
        times[3][run] = their[1];
      }
    }
    String median = ", median of " + runs;
    for (int way = 0; way < 2; way++) {
      report.compared(
          protocol + ": " + what + (way == 0 ? " written" : " read") + median,
          Stopwatch.median(times[2 * way]),
          Stopwatch.median(times[2 * way + 1]),
          tool,
          goal);
    }
  }

  /** Seconds of writing and of reading; the disk has nothing left to do before each. */
  private double[] round(Served served, List<Path> originals) throws Exception {
    // No name twice: servers remember for a while what was there.
    Path directory = Files.createDirectory(fetched.resolveSibling("round" + ++rounds));
    List<Path> files = new ArrayList<>();
    for (Path original : originals) {
      Path link = directory.resolve(rounds + "-" + original.getFileName());
      files.add(Files.createLink(link, original));
    }
    List<String> names = files.stream().map(file -> file.getFileName().toString()).toList();
    double write =
        settled(
            served,
            () -> {
              served.client().write(files);
              if (served.synced()) {
                shell.run("sync", "-f", served.directory().toString());
              }
            });
    double read = settled(served, () -> served.client().read(names, fetched));
    for (Path file : files) {
      Path copy = fetched.resolve(file.getFileName());
      if (Files.mismatch(file, copy) >= 0) {
        throw new AssertionError("what came back is not what went in: " + file);
      }
      Files.delete(copy);
      Files.delete(served.directory().resolve(file.getFileName()));
      Files.delete(file);
    }
    Files.delete(directory);
    return new double[] {write, read};
  }

  private double settled(Served served, Action action) throws Exception {
    shell.run("sync", "-f", served.directory().toString());
    shell.run("sync", "-f", fetched.toString());
    return Stopwatch.time(action);
  }
}
