package io.homecloud.storage.bench;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.snapshot.change.ChangeList;
import io.homecloud.storage.snapshot.change.PutBackReport;
import io.homecloud.storage.snapshot.change.SnapshotDiff;
import io.homecloud.storage.snapshot.change.SnapshotRollback;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * The difference of two snapshots of 200,000 files of which 100 changed, against {@code rsync -an
 * --delete} and {@code btrfs send --no-data} between them, all with warm caches; then putting the
 * volume back. Prints medians in milliseconds and the ratio.
 */
public final class SnapshotBench {
  private static final int FILES = 200_000;
  private static final int CHANGED = 100;
  private static final int WARM_UP = 3;
  private static final int RUNS = 7;

  private final LocalHost host = new LocalHost();

  private SnapshotBench() {}

  public static void main(String... arguments) throws Exception {
    try (LoopDisks disks = new LoopDisks()) {
      new SnapshotBench().measure(disks);
    }
  }

  private void measure(LoopDisks disks) throws Exception {
    Path device = disks.disk(4L << 30);
    run("mkfs.btrfs", "-q", device.toString());
    Path top = disks.mount(device);
    Path volume = top.resolve("volume");
    run("btrfs", "-q", "subvolume", "create", volume.toString());
    for (int i = 0; i < FILES; i++) {
      if (i % 100 == 0) {
        Files.createDirectories(file(volume, i).getParent());
      }
      Files.writeString(file(volume, i), "file number " + i);
    }
    Path before = snapshot(volume, top.resolve("before"));
    change(volume);
    Path after = snapshot(volume, top.resolve("after"));
    Action rsync = () -> run("rsync", "-an", "--delete", after + "/", before + "/");
    String stream = disks.directory().resolve("stream").toString();
    Action send =
        () -> run("btrfs", "-q", "send", "--no-data", "-f", stream, "-p", "" + before, "" + after);
    double rsyncTime = median(() -> {}, rsync);
    double diffTime = median(() -> {}, () -> diff(disks.directory(), before, after));
    System.out.printf(
        "diff %.1f ms, btrfs send %.1f ms, rsync %.1f ms: %.1f times as fast as rsync%n",
        diffTime, median(() -> {}, send), rsyncTime, rsyncTime / diffTime);
    Path present = top.resolve("present");
    double rollbackTime =
        median(
            () -> {
              if (Files.exists(present)) {
                run("btrfs", "-q", "subvolume", "delete", present.toString());
              }
              change(volume);
              snapshot(volume, present);
            },
            () -> rollback(disks.directory(), volume, present, before));
    System.out.printf("rollback of %d changes %.1f ms%n", CHANGED, rollbackTime);
  }

  private static void change(Path volume) throws IOException {
    for (int i = 0; i < CHANGED; i++) {
      Files.writeString(file(volume, i * (FILES / CHANGED) + i), "changed");
    }
  }

  private static void rollback(Path directory, Path volume, Path present, Path wanted) {
    switch (new SnapshotRollback(directory).rollback(volume, present, wanted, new Nobody())) {
      case Outcome.Done<PutBackReport>(PutBackReport report) -> {
        if (report.leftCount() > 0) {
          throw new AssertionError(report.toString());
        }
      }
      case Outcome.Refused<PutBackReport>(var why) -> throw new AssertionError(why.toString());
    }
  }

  private static Path file(Path volume, int number) {
    return volume.resolve(
        "d" + number / 1000 + "/e" + number / 100 % 10 + "/file" + number % 100 + ".txt");
  }

  private Path snapshot(Path volume, Path snapshot) {
    run("btrfs", "-q", "subvolume", "snapshot", "-r", volume.toString(), snapshot.toString());
    return snapshot;
  }

  private static void diff(Path directory, Path before, Path after) {
    Path file = directory.resolve("changes");
    switch (new SnapshotDiff(directory).between(before, after, file, new Nobody())) {
      case Outcome.Done<ChangeList>(ChangeList list) -> {
        if (list.totals().changed() != CHANGED || list.size() != CHANGED) {
          throw new AssertionError(list.totals().toString());
        }
        list.close();
      }
      case Outcome.Refused<ChangeList>(var why) -> throw new AssertionError(why.toString());
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  private static double median(Action before, Action action) throws IOException {
    double[] milliseconds = new double[RUNS];
    for (int i = 0; i < WARM_UP; i++) {
      before.run();
      action.run();
    }
    for (int i = 0; i < RUNS; i++) {
      before.run();
      long start = System.nanoTime();
      action.run();
      milliseconds[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(milliseconds);
    return milliseconds[RUNS / 2];
  }

  private void run(String... argv) {
    switch (host.run(new HostCommand(Duration.ofMinutes(5), argv))) {
      case Exited(int code, _, _) when code == 0 -> {}
      case Object other -> throw new AssertionError(String.join(" ", argv) + ": " + other);
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
