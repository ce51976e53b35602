package io.homecloud.storage.snapshot.change;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.libc.ContentCalls;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.DirectoryEntries;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings one tree of a snapshot to its place: as one where nothing is, else part by part. */
final class TreeRestore {
  private final Side snapshot;
  private final LiveTree live;
  private final Staging staging;
  private final Optional<Replaceable> replaceable;
  private final TaskProgress progress;
  private final Runnable step;
  private final Set<RelativePath> kept = new HashSet<>();
  private final LeftFiles left = new LeftFiles();
  private final Metadata metadata = new Metadata();
  private final FileMaker maker;
  private final AsInPresent asInSnapshot;

  /** Files of several names that are back, by their inodes in the snapshot. */
  private final Map<Long, Placed> placed = new HashMap<>();

  private long restored;
  private int parts;

  /** One name of a file, and which file that is. */
  private record Placed(RelativePath path, long inode) {
    Placed moved(RelativePath from, RelativePath to) {
      return path.equals(from)
          ? new Placed(to, inode)
          : new Placed(
              to.resolve(RelativePath.of(path.bytes(), from.length() + 1, path.length())), inode);
    }
  }

  /**
   * @param replaceable what may be replaced; nothing when empty
   * @param step called before two names are exchanged
   */
  TreeRestore(
      Side snapshot,
      LiveTree live,
      Staging staging,
      Optional<Replaceable> replaceable,
      TaskProgress progress,
      Runnable step) {
    this.snapshot = snapshot;
    this.live = live;
    this.staging = staging;
    this.replaceable = replaceable;
    this.progress = progress;
    this.step = step;
    this.maker = new FileMaker(snapshot, metadata);
    this.asInSnapshot = new AsInPresent(snapshot);
  }

  PutBackReport report() {
    return left.report(restored);
  }

  /** What is in the staging directory and nowhere else, since it could not be put back. */
  Set<RelativePath> kept() {
    return kept;
  }

  void restore(RelativePath what, RelativePath to) {
    if (!to.isTop()) {
      makeAbove(what.parent(), to.parent());
    }
    part(what, to);
  }

  /** Makes the directories above that are missing. */
  private void makeAbove(RelativePath like, RelativePath directory) {
    if (live.directory(directory).isPresent()) {
      return;
    }
    makeAbove(like.parent(), directory.parent());
    Optional<Descriptor> above = live.directory(directory.parent());
    if (above.isEmpty()) {
      return;
    }
    byte[] name = Staging.name(parts++);
    check(FileCalls.makeDirectory(staging.number(), name, 0700), directory);
    boolean sameName = !like.isTop() && like.name().equals(directory.name());
    try (Descriptor made = staging.place(parts - 1);
        Descriptor model = sameName ? snapshot.place(like) : LiveTree.again(above.get())) {
      FileStatus source = LiveTree.status(model);
      check(
          sameName
              ? metadata.copy(model, made)
              : Math.min(
                  FileCalls.chown(made, source.uid(), source.gid()),
                  FileCalls.chmod(made, source.permissions())),
          directory);
    }
    long placed =
        FileCalls.rename(
            staging.number(),
            name,
            above.get().number(),
            directory.name().bytes(),
            FileCalls.RENAME_NOREPLACE);
    if (placed < 0 && !Errno.EEXIST.is(placed)) {
      check(placed, directory);
    }
  }

  /** One name: the whole of it, or what of it is missing. */
  private void part(RelativePath what, RelativePath to) {
    stopIfAsked();
    FileType type = snapshot.status(what).type();
    if (type == FileType.DIRECTORY && live.directory(to).isPresent()) {
      inside(what, to);
      return;
    }
    if (to.isTop()) {
      left.add(to, Left.Why.IN_THE_WAY);
      return;
    }
    Optional<FileStatus> there = live.status(to);
    if (there.isPresent() && (replaceable.isEmpty() || isDirectory(there.get()))) {
      if (!asIn(snapshot.status(what), there.get())) {
        left.add(to, Left.Why.IN_THE_WAY);
      }
      return;
    }
    if (there.isPresent() && isBack(what, to)) {
      return;
    }
    int number = parts++;
    long before = restored;
    RelativePath staged = staged(number);
    Map<Long, Placed> made = new HashMap<>();
    copy(what, staged, made);
    Optional<Descriptor> directory = live.directory(to.parent());
    if (directory.isEmpty()) {
      left.add(to, Left.Why.IN_THE_WAY);
    } else {
      boolean done =
          there.isPresent()
              ? replace(number, directory.get(), to)
              : appear(number, directory.get(), to);
      restored = done ? restored : before;
      if (done) {
        made.forEach((inode, one) -> placed.put(inode, one.moved(staged, to)));
      }
    }
  }

  /**
   * Whether what is there is as in the snapshot: nobody is disturbed for it. One of several names
   * is so only while it is the same file as those that are back.
   */
  private boolean isBack(RelativePath what, RelativePath to) {
    Optional<Descriptor> found = live.place(to);
    if (found.isEmpty()) {
      return false;
    }
    try (Descriptor place = found.get();
        Descriptor wanted = snapshot.place(what)) {
      FileStatus now = LiveTree.status(place);
      FileStatus then = LiveTree.status(wanted);
      Placed other = placed.get(then.inode());
      boolean back =
          (other == null || other.inode() == now.inode())
              && (asInSnapshot.holds(place, now, what, then.inode(), then.changed())
                  || (asIn(then, now)
                      && metadata.sameAttributes(wanted, place)
                      && hasContent(place, now, what, wanted, then)));
      if (back && then.links() > 1) {
        placed.put(then.inode(), new Placed(to, now.inode()));
      }
      return back;
    }
  }

  private boolean hasContent(
      Descriptor place, FileStatus now, RelativePath what, Descriptor wanted, FileStatus then) {
    return switch (then.type()) {
      case FILE -> asInSnapshot.sameBytes(place, now, what);
      case SYMLINK -> Side.target(wanted).equals(Side.target(place));
      case DIRECTORY, FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE -> then.device() == now.device();
    };
  }

  /** Back already, as after a crash; or it never was another. */
  private static boolean asIn(FileStatus wanted, FileStatus there) {
    return wanted.mode() == there.mode()
        && wanted.uid() == there.uid()
        && wanted.gid() == there.gid()
        && wanted.size() == there.size()
        && wanted.modified() == there.modified();
  }

  private static boolean isDirectory(FileStatus status) {
    return status.type() == FileType.DIRECTORY;
  }

  private void inside(RelativePath what, RelativePath to) {
    try (DirectoryEntries names = snapshot.entries(what)) {
      for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
        RelativePath child = RelativePath.of(name.get());
        if (!what.isTop() || !OwnNames.include(child)) {
          part(what.resolve(child), to.resolve(child));
        }
      }
      check(names.failure(), what);
    }
    Optional<Descriptor> directory = live.directory(to);
    if (replaceable.isPresent() && directory.isPresent()) {
      try (Descriptor wanted = snapshot.place(what)) {
        check(metadata.copy(wanted, directory.get()), to);
      }
    }
  }

  /** In one step, where nothing is. */
  private boolean appear(int number, Descriptor directory, RelativePath to) {
    long answer = rename(number, directory, to, FileCalls.RENAME_NOREPLACE);
    if (Errno.EEXIST.is(answer)) {
      left.add(to, Left.Why.IN_THE_WAY);
      return false;
    }
    check(answer, to);
    return true;
  }

  /**
   * In one step; what was there is removed afterwards, unless it is not in the snapshot of the
   * present as it is, or somebody is writing to it.
   */
  private boolean replace(int number, Descriptor directory, RelativePath to) {
    if (live.status(to).isEmpty()) {
      return appear(number, directory, to);
    }
    Optional<FileStatus> known = replaceable.orElseThrow().look(live, to);
    if (known.isEmpty()) {
      left.add(to, Left.Why.CHANGED_SINCE);
      return false;
    }
    long answer = exchange(number, directory, to);
    if (Errno.ENOENT.is(answer)) {
      return appear(number, directory, to);
    }
    check(answer, to);
    Optional<Left.Why> stays = mustStay(number, known.get());
    if (stays.isPresent()) {
      left.add(putBack(number, directory, to) ? to : staged(number), stays.get());
    }
    return stays.isEmpty();
  }

  /** There may be no room for it, or its directory be gone; then it is kept where it is. */
  private boolean putBack(int number, Descriptor directory, RelativePath to) {
    boolean back =
        exchange(number, directory, to) >= 0
            || rename(number, directory, to, FileCalls.RENAME_NOREPLACE) >= 0;
    if (!back) {
      kept.add(staged(number));
    }
    return back;
  }

  private RelativePath staged(int number) {
    return staging.path().resolve(RelativePath.of(Staging.name(number)));
  }

  private long exchange(int number, Descriptor directory, RelativePath to) {
    step.run();
    return rename(number, directory, to, FileCalls.RENAME_EXCHANGE);
  }

  private long rename(int number, Descriptor directory, RelativePath to, int flags) {
    return FileCalls.rename(
        staging.number(), Staging.name(number), directory.number(), to.name().bytes(), flags);
  }

  /**
   * Why what was there has to stay: it is being written, or was since it was looked at. Asked when
   * nobody can open it by its name any more.
   */
  private Optional<Left.Why> mustStay(int number, FileStatus known) {
    try (Descriptor place = staging.place(number)) {
      if (LiveTree.status(place).type() == FileType.FILE) {
        long opened =
            FileCalls.open(
                Descriptor.AT_FDCWD, place.path(), FileCalls.O_RDONLY | FileCalls.O_NONBLOCK, 0, 0);
        if (opened < 0) {
          return Optional.of(Left.Why.BEING_WRITTEN);
        }
        try (Descriptor file = new Descriptor(opened)) {
          if (ContentCalls.holdOffWriters(file.number()) < 0) {
            return Optional.of(Left.Why.BEING_WRITTEN);
          }
        }
      }
      // The time of change is another now in any case: it has another name.
      FileStatus now = LiveTree.status(place);
      return now.inode() == known.inode()
              && now.modified() == known.modified()
              && now.size() == known.size()
          ? Optional.empty()
          : Optional.of(Left.Why.CHANGED_SINCE);
    } catch (HaltedException | StorageFailure e) {
      // What cannot be looked at may be what is nowhere else.
      return Optional.of(Left.Why.REFUSED);
    }
  }

  /** Copies a tree within the staging directory, where nobody else is. */
  private void copy(RelativePath what, RelativePath to, Map<Long, Placed> made) {
    stopIfAsked();
    Descriptor directory = live.directory(to.parent()).orElseThrow();
    byte[] name = to.name().bytes();
    try (Descriptor wanted = snapshot.place(what)) {
      FileStatus status = LiveTree.status(wanted);
      Placed other = made.get(status.inode());
      if (other != null) {
        check(
            FileCalls.link(live.top().number(), other.path().bytes(), directory.number(), name),
            what);
      } else {
        if (!linked(status, directory, to)) {
          check(maker.make(what, wanted, status, directory, name), what);
        }
        if (status.links() > 1 && !isDirectory(status)) {
          made.put(status.inode(), new Placed(to, live.status(to).orElseThrow().inode()));
        }
      }
      restored++;
      progress.report(restored, 0, "files");
      if (isDirectory(status)) {
        copyInside(what, to, made);
        check(metadata.times(status, live.directory(to).orElseThrow()), what);
      }
    }
  }

  /** Whether it is a further name now of the file that is back under another one. */
  private boolean linked(FileStatus status, Descriptor directory, RelativePath to) {
    Placed back = placed.get(status.inode());
    byte[] name = to.name().bytes();
    if (back == null
        || FileCalls.link(live.top().number(), back.path().bytes(), directory.number(), name) < 0) {
      return false;
    }
    boolean same = live.status(to).orElseThrow().inode() == back.inode();
    if (!same) {
      // Somebody has put another file there since.
      check(FileCalls.unlink(directory.number(), name), to);
    }
    return same;
  }

  private void copyInside(RelativePath what, RelativePath to, Map<Long, Placed> made) {
    try (DirectoryEntries names = snapshot.entries(what)) {
      for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
        RelativePath child = RelativePath.of(name.get());
        if (!what.isTop() || !OwnNames.include(child)) {
          copy(what.resolve(child), to.resolve(child), made);
        }
      }
      check(names.failure(), what);
    }
  }

  private void stopIfAsked() {
    if (progress.cancelled()) {
      throw new HaltedException(StorageError.CANCELLED, "asked to stop");
    }
  }

  private static void check(long answer, RelativePath path) {
    if (answer < 0) {
      throw HaltedException.of(answer, path.toString());
    }
  }
}
