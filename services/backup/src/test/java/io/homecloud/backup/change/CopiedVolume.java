package io.homecloud.backup.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Shell;
import io.homecloud.backup.btrfs.BtrfsTrees;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.Pace;
import io.homecloud.backup.rsync.Copy;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.tree.LinkedTrees;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.LocalHost;
import io.homecloud.host.libc.FileType;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.snapshot.change.Aspect;
import io.homecloud.storage.snapshot.change.ChangeList;
import io.homecloud.storage.snapshot.change.Detail;
import io.homecloud.storage.snapshot.change.FileChange;
import io.homecloud.storage.snapshot.change.SnapshotDiff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A subvolume, its newest snapshot, and the copy of that, all on one btrfs. */
final class CopiedVolume {
  private static final TaskProgress NOBODY =
      new TaskProgress() {
        @Override
        public void report(long done, long total, String unit) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  private final Path pool;
  private final Path own;
  private final Source source;
  private final Rsync rsync = new Rsync(new LocalHost());
  private final CopyByChanges byChanges;
  private int number;

  CopiedVolume(Path pool, Path own, Source source) {
    this.pool = pool;
    this.own = own;
    this.source = source;
    this.byChanges = new CopyByChanges(rsync, own);
    btrfs("subvolume", "create", volume());
    btrfs("subvolume", "create", tree());
    make(copy());
    snapshot();
  }

  private static void make(Path directory) {
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  Path volume() {
    return pool.resolve("volume");
  }

  Path snapshot(int which) {
    return pool.resolve("snapshot-" + which);
  }

  private Path tree() {
    return pool.resolve("tree");
  }

  /** Where the newest snapshot's copy is. */
  Path copy() {
    return tree().resolve("volume");
  }

  Path newest() {
    return snapshot(number);
  }

  private void snapshot() {
    btrfs("subvolume", "snapshot", "-r", volume(), snapshot(number));
  }

  private static void btrfs(Object... arguments) {
    String[] argv = new String[arguments.length + 2];
    argv[0] = "btrfs";
    argv[1] = "-q";
    for (int i = 0; i < arguments.length; i++) {
      argv[i + 2] = arguments[i].toString();
    }
    String _ = Shell.must(argv);
  }

  /** Takes a snapshot and makes the copy like it by what has changed. */
  CopyByChanges.Ended next() throws IOException {
    return next(Pace.FREE);
  }

  CopyByChanges.Ended next(Pace pace) throws IOException {
    number++;
    snapshot();
    List<Change> changes = changes(snapshot(number - 1), snapshot(number));
    CopyByChanges.Ended ended =
        byChanges.copy(
            "test",
            List.of(new CopyByChanges.Part(source, changes, newest(), copy())),
            tree().resolve("aside"),
            own.resolve("lock"),
            new LinkedTrees(new LocalHost())::remove,
            pace,
            _ -> {});
    btrfs("subvolume", "delete", snapshot(number - 1));
    return ended;
  }

  List<Change> changes(Path older, Path newer) {
    Path file = own.resolve("changes");
    switch (new SnapshotDiff(own).between(older, newer, file, Detail.FOR_COPIES, NOBODY)) {
      case Outcome.Refused<ChangeList>(var why) -> throw new AssertionError(why.toString());
      case Outcome.Done<ChangeList>(ChangeList list) -> {
        try (list) {
          return list.page(0, Integer.MAX_VALUE).stream().map(CopiedVolume::told).toList();
        }
      }
    }
  }

  /** As {@link io.homecloud.backup.source.StorageChanges} reads it from the API. */
  private static Change told(FileChange change) {
    boolean directory = change.type() == FileType.DIRECTORY;
    return switch (change) {
      case FileChange.Added(var path, _, _) ->
          new Change(Change.Kind.ADDED, path, path, directory, false);
      case FileChange.Deleted(var path, _, _) ->
          new Change(Change.Kind.DELETED, path, path, directory, false);
      case FileChange.Changed(var path, var from, var type, _, var aspects) ->
          new Change(Change.Kind.CHANGED, path, from, directory, unseen(type, aspects));
      case FileChange.Renamed(var from, var path, var type, _, var aspects) ->
          new Change(Change.Kind.RENAMED, path, from, directory, unseen(type, aspects));
    };
  }

  private static boolean unseen(FileType type, Set<Aspect> aspects) {
    return type == FileType.FILE
        && aspects.contains(Aspect.CONTENT)
        && !aspects.contains(Aspect.TIME);
  }

  /** What rsync, which looks at everything, would still do. */
  Rsync.Differences differences() throws IOException {
    return rsync.differences(scan());
  }

  /** As it is done when there is a doubt. */
  void look() throws IOException {
    String _ = Shell.must("rm", "-rf", tree().resolve("aside").toString());
    new BtrfsTrees(new LocalHost()).keepOneNameEach(tree());
    assertThat(rsync.persistently(scan(), _ -> {})).isInstanceOf(Copied.Done.class);
  }

  /** What rsync says that there is. */
  Contents scanned() throws IOException {
    return rsync.copy(scan(), _ -> {}) instanceof Copied.Done(Contents contents)
        ? contents
        : Contents.NONE;
  }

  private Copy scan() throws IOException {
    var path = EncodedPath.parse(source.encodedPath());
    return new Copy(
        newest(),
        copy(),
        List.of(),
        path.isTop()
            ? Optional.empty()
            : Optional.of(PathList.write(own.resolve("scan"), Set.of(path))),
        source.included(),
        source.excluded(),
        true,
        own.resolve("lock"));
  }

  void remove() {
    btrfs("subvolume", "delete", newest(), volume(), tree());
  }
}
