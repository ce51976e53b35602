package io.homecloud.storage.bench;

import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Report;
import io.homecloud.testkit.bench.Scratch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The figures of storage as one table: the packaged application on a scratch disk, each figure
 * against the bare tool in the same run. Arguments choose parts; {@code board} repeats the others
 * on one core; {@code --short} takes fewer and rests for a minute.
 */
public final class StorageBench {
  private static final List<String> PARTS =
      List.of("volumes", "snapshots", "clone", "files", "diff", "pages", "rest", "board");
  private static final long DISK = 16L << 30;
  private static final long LARGE = 1L << 30;
  private static final int BOARD_VOLUMES = 8;
  private static final Duration SETTLE = Duration.ofSeconds(30);

  private final Set<String> parts;
  private final boolean quick;
  private final Report report = new Report();
  private final LoopDisks disks;

  private StorageBench(LoopDisks disks, Set<String> parts, boolean quick) {
    this.disks = disks;
    this.parts = parts;
    this.quick = quick;
  }

  public static void main(String... arguments) throws Exception {
    Set<String> chosen = new TreeSet<>(List.of(arguments));
    boolean quick = chosen.remove("--short");
    if (!PARTS.containsAll(chosen)) {
      System.err.println("the parts are " + String.join(", ", PARTS) + "; --short takes less time");
      System.exit(2);
    }
    try (LoopDisks disks = new LoopDisks()) {
      new StorageBench(disks, chosen.isEmpty() ? Set.copyOf(PARTS) : chosen, quick).measure();
    }
  }

  private boolean wanted(String part) {
    return parts.contains(part);
  }

  private void measure() throws Exception {
    System.out.println(Report.machine() + "\n");
    if (wanted("clone") || wanted("files")) {
      Scratch.random(original(), LARGE);
    }
    try (App app = new App(disks, "data", disks.disk(DISK))) {
      figures(app, volumes());
      List<RestFigures> figures = new ArrayList<>();
      if (wanted("rest")) {
        figures.add(new RestFigures(volumes() + " volumes", app));
      }
      if (wanted("board")) {
        board(figures);
      } else {
        rest(figures);
      }
    }
    report.end();
  }

  private Path original() {
    return disks.directory().resolve("original");
  }

  private void figures(App app, int count) throws Exception {
    VolumeFigures volumes =
        new VolumeFigures(app, Scratch.likeThePool(disks, DISK), count, quick ? 100 : 500);
    if (wanted("volumes") || wanted("rest")) {
      volumes.volumes(report);
    }
    if (wanted("snapshots")) {
      volumes.snapshots(report);
    }
    if (wanted("clone")) {
      volumes.clone(report, original());
    }
    if (wanted("files")) {
      new FileFigures(app, disks.directory()).measure(report, original());
    }
    if (wanted("diff")) {
      new DiffFigures(app, quick ? 20_000 : 200_000).measure(report);
    }
    if (wanted("pages")) {
      new PageFigures(app, quick ? 1000 : 10_000, quick ? 200 : 1000).measure(report);
    }
  }

  /** A small board is one core and few volumes; it rests at the same time as the other. */
  private void board(List<RestFigures> figures) throws Exception {
    try (App board = new App(disks, "board", disks.disk(DISK), "taskset", "-c", "0")) {
      report.on("one core, ");
      figures(board, BOARD_VOLUMES);
      report.on("");
      if (wanted("rest")) {
        figures.add(new RestFigures("one core, " + BOARD_VOLUMES + " volumes", board));
      }
      rest(figures);
    }
  }

  private void rest(List<RestFigures> figures) throws Exception {
    if (figures.isEmpty()) {
      return;
    }
    Thread.sleep(SETTLE);
    figures.forEach(RestFigures::begin);
    Thread.sleep(resting());
    figures.forEach(figure -> figure.end(report));
  }

  private int volumes() {
    return quick ? 100 : 500;
  }

  private Duration resting() {
    return quick ? Duration.ofMinutes(1) : Duration.ofMinutes(5);
  }
}
