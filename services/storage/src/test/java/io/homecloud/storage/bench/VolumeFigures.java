package io.homecloud.storage.bench;

import io.homecloud.testkit.bench.App;
import io.homecloud.testkit.bench.Report;
import io.homecloud.testkit.bench.Shell;
import io.homecloud.testkit.bench.Stopwatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Volumes and snapshots made by parallel clients that wait until each is ready, against a shell
 * loop that makes each durable too. Both in turns, so that both see the same machine.
 */
final class VolumeFigures {
  private static final int CLIENTS = 16;
  private static final int TURNS = 5;
  private static final int WARM_UP = 500;
  private static final int CLONES = 9;

  private final App app;
  private final Path bare;
  private final int volumes;
  private final int snapshots;
  private final Shell shell = new Shell();
  private boolean made;

  /**
   * @param bare a file system made as the pool is, mounted
   */
  VolumeFigures(App app, Path bare, int volumes, int snapshots) {
    this.app = app;
    this.bare = bare;
    this.volumes = volumes;
    this.snapshots = snapshots;
  }

  void volumes(Report report) throws Exception {
    // The clients' own first steps are no part of what is measured; they read only.
    parallel(CLIENTS, 0, WARM_UP, _ -> app.get("pools/home"));
    double[] times = make();
    report.compared(
        volumes + " volumes with quota, " + CLIENTS + " clients",
        times[0],
        times[1],
        "`btrfs subvolume create`, `btrfs qgroup limit`, `btrfs filesystem sync` each",
        1);
  }

  private double[] make() throws Exception {
    made = true;
    return inTurns(
        volumes,
        number -> app.made("volumes", "v" + number, "{'pool':'home','quota':'1Gi'}"),
        """
        i=$2; while [ $i -lt $3 ]; do
          btrfs -q subvolume create "$1/v$i"; btrfs -q qgroup limit 1G "$1/v$i"
          btrfs filesystem sync "$1"; i=$((i + 1))
        done
        """);
  }

  /** One of each of many, as an hourly schedule takes them, and then as many of one. */
  void snapshots(Report report) throws Exception {
    if (!made) {
      make();
    }
    double[] ofEach =
        inTurns(
            volumes,
            number -> app.made("snapshots", "e" + number, "{'volume':'v%d'}".formatted(number)),
            """
            i=$2; while [ $i -lt $3 ]; do
              btrfs -q subvolume snapshot -r "$1/v$i" "$1/e$i"
              btrfs filesystem sync "$1"; i=$((i + 1))
            done
            """);
    report.compared(
        "a snapshot of each of %d volumes, %d clients".formatted(volumes, CLIENTS),
        ofEach[0],
        ofEach[1],
        "`btrfs subvolume snapshot -r`, `btrfs filesystem sync` each",
        1);
    app.volume("photos");
    shell.run("btrfs", "-q", "subvolume", "create", bare.resolve("photos").toString());
    double[] ofOne =
        inTurns(
            snapshots,
            number -> app.made("snapshots", "s" + number, "{'volume':'photos'}"),
            """
            i=$2; while [ $i -lt $3 ]; do
              btrfs -q subvolume snapshot -r "$1/photos" "$1/s$i"
              btrfs filesystem sync "$1"; i=$((i + 1))
            done
            """);
    report.compared(
        snapshots + " snapshots of one volume, " + CLIENTS + " clients",
        ofOne[0],
        ofOne[1],
        "`btrfs subvolume snapshot -r`, `btrfs filesystem sync` each",
        1);
  }

  void clone(Report report, Path original) throws Exception {
    Path volume = app.volume("large");
    Files.copy(original, volume.resolve("large"));
    Path theirs = bare.resolve("large");
    shell.run("btrfs", "-q", "subvolume", "create", theirs.toString());
    Files.copy(original, theirs.resolve("large"));
    shell.run("sync", "-f", volume.toString());
    shell.run("sync", "-f", theirs.toString());
    double[] ours = new double[CLONES];
    double[] bareTimes = new double[CLONES];
    for (int i = -2; i < CLONES; i++) {
      String name = "clone" + (i + 2);
      double our = Stopwatch.time(() -> cloned(name));
      double their =
          Stopwatch.time(() ->
              shell.script(
                  "btrfs -q subvolume snapshot \"$1\" \"$2\"; btrfs filesystem sync \"$2\"",
                  theirs,
                  bare.resolve(name)));
      if (i >= 0) {
        ours[i] = our;
        bareTimes[i] = their;
      }
    }
    report.timed(
        "clone of a volume of 1 GiB, median of " + CLONES,
        Stopwatch.median(ours),
        Stopwatch.median(bareTimes),
        "`btrfs subvolume snapshot`, `btrfs filesystem sync`",
        0.050);
  }

  private void cloned(String name) throws Exception {
    app.post("volumes/large/clone?wait=60s", "{'name':'%s'}".formatted(name));
  }

  private interface Making {
    void make(int number) throws Exception;
  }

  /** Our seconds and theirs. */
  private double[] inTurns(int count, Making making, String script) throws Exception {
    double[] times = new double[2];
    for (int turn = 0; turn < TURNS; turn++) {
      int from = count * turn / TURNS;
      int to = count * (turn + 1) / TURNS;
      times[0] += Stopwatch.time(() -> parallel(CLIENTS, from, to, making));
      times[1] += Stopwatch.time(() -> shell.script(script, bare, from, to));
    }
    return times;
  }

  static void parallel(App app, int from, int to, String volume) throws Exception {
    parallel(
        CLIENTS,
        from,
        to,
        number ->
            app.made("snapshots", "p%05d".formatted(number), "{'volume':'%s'}".formatted(volume)));
  }

  private static void parallel(int clients, int from, int to, Making making) throws Exception {
    AtomicInteger next = new AtomicInteger(from);
    try (ExecutorService executor = Executors.newFixedThreadPool(clients)) {
      Callable<Boolean> client =
          () -> {
            for (int number = next.getAndIncrement();
                number < to;
                number = next.getAndIncrement()) {
              making.make(number);
            }
            return true;
          };
      List<Future<Boolean>> clientsEnd = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        clientsEnd.add(executor.submit(client));
      }
      for (Future<Boolean> end : clientsEnd) {
        boolean _ = end.get();
      }
    }
  }
}
