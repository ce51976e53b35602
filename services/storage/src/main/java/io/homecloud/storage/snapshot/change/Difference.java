package io.homecloud.storage.snapshot.change;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.libc.Errno;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.btrfs.stream.KernelSend;
import io.homecloud.storage.btrfs.stream.SendCommand;
import io.homecloud.storage.btrfs.stream.SendStreamException;
import io.homecloud.storage.btrfs.stream.SendStreamReader;
import io.homecloud.storage.btrfs.tree.SubvolumeRoot;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * What the kernel says of two read-only snapshots of one volume, looked up on both sides: the
 * ground on which the list of changes and the rollback stand.
 */
final class Difference implements AutoCloseable {
  private final Scratch scratch;
  private final Side older;
  private final Side newer;
  private final TouchedTree tree;
  private final Ranges ranges;
  private final Survey survey;
  private final Detail detail;

  private Difference(Scratch scratch, Side older, Side newer, Detail detail) {
    this.scratch = scratch;
    this.older = older;
    this.newer = newer;
    this.tree = new TouchedTree(scratch);
    this.ranges = new Ranges(scratch);
    this.detail = detail;
    this.survey =
        new Survey(
            tree,
            older,
            newer,
            detail == Detail.FOR_COPIES ? AsInPresent.certainBefore(older) : Long.MAX_VALUE);
  }

  /** How names concerned are found. */
  enum Source {
    /** From the trees where it can be, which costs a fraction; otherwise from the stream. */
    TREES,
    /** From the kernel's send stream. */
    STREAM
  }

  /** Of two snapshots. To be closed, with which nothing of it can be used any more. */
  static Outcome<Difference> of(
      Path older, Path newer, Path scratch, Source source, TaskProgress progress) {
    return of(older, newer, scratch, source, Detail.USUAL, progress);
  }

  /** As much as that. */
  static Outcome<Difference> of(
      Path older, Path newer, Path scratch, Source source, Detail detail, TaskProgress progress) {
    if (source == Source.TREES) {
      try {
        Optional<Outcome<Difference>> found =
            with(older, newer, scratch, detail, difference -> difference.fromTrees(progress));
        if (found.isPresent()) {
          return found.get();
        }
      } catch (TreeComparison.ReusedInodeException e) {
        // The stream can tell the two files apart.
      }
    }
    return with(
            older,
            newer,
            scratch,
            detail,
            difference -> Optional.of(difference.fromStream(older, newer, progress)))
        .orElseThrow();
  }

  private interface Computation {
    Optional<Outcome<Difference>> compute(Difference difference);
  }

  private static Optional<Outcome<Difference>> with(
      Path older, Path newer, Path scratch, Detail detail, Computation computation) {
    switch (Side.open(older)) {
      case Outcome.Refused<Side> refused -> {
        return Optional.of(refused.as());
      }
      case Outcome.Done<Side>(Side before) -> {
        switch (Side.open(newer)) {
          case Outcome.Refused<Side> refused -> {
            before.close();
            return Optional.of(refused.as());
          }
          case Outcome.Done<Side>(Side now) -> {
            return new Difference(new Scratch(scratch), before, now, detail).run(computation);
          }
        }
      }
    }
  }

  private Optional<Outcome<Difference>> run(Computation computation) {
    boolean computed = false;
    try {
      Optional<Outcome<Difference>> outcome = computation.compute(this);
      computed = outcome.filter(Outcome.Done.class::isInstance).isPresent();
      return outcome;
    } catch (CancellationException e) {
      return Optional.of(cancelled());
    } catch (InconsistentStreamException e) {
      return Optional.of(
          new Outcome.Refused<>(
              StorageError.REFUSED_BY_KERNEL,
              "what the kernel says of the snapshots does not fit: " + e.getMessage()));
    } finally {
      if (!computed) {
        close();
      }
    }
  }

  /** Empty when the trees alone do not tell. */
  private Optional<Outcome<Difference>> fromTrees(TaskProgress progress) {
    Optional<SubvolumeRoot> from = SubvolumeRoot.of(older.top());
    Optional<SubvolumeRoot> to = SubvolumeRoot.of(newer.top());
    if (from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    boolean forward = from.get().isEarlierOf(to.get());
    if (!forward && !to.get().isEarlierOf(from.get())) {
      return Optional.empty();
    }
    SubvolumeRoot earlier = forward ? from.get() : to.get();
    try (TreeComparison comparison =
        new TreeComparison(
            tree, ranges, scratch, forward ? older : newer, forward ? newer : older, forward)) {
      return Optional.of(
          comparison.compare(earlier.madeIn(), progress::cancelled) ? look(progress) : cancelled());
    }
  }

  private Outcome<Difference> fromStream(Path from, Path to, TaskProgress progress) {
    return KernelSend.begin(from, to, progress::cancelled)
        .then(send -> {
          try (send) {
            return read(send, progress);
          }
        });
  }

  private Outcome<Difference> read(KernelSend send, TaskProgress progress) {
    try {
      SendStreamReader reader = new SendStreamReader(send.input());
      StreamFold fold = new StreamFold(tree, ranges);
      for (long count = 1; reader.hasNext(); count++) {
        SendCommand command = reader.next();
        fold.apply(command);
        if (count % 1024 == 0) {
          progress.report(count, 0, "instructions");
          if (progress.cancelled()) {
            return cancelled();
          }
        }
      }
    } catch (SendStreamException e) {
      // Only when the pipe has ended is the kernel's answer there to be waited for.
      long answer = e.fault() == SendStreamException.Fault.TRUNCATED ? send.answer() : 0;
      if (answer >= 0) {
        throw e;
      }
      return new Outcome.Refused<>(
          StorageError.REFUSED_BY_KERNEL,
          "the kernel cannot compare the snapshots: " + Errno.of(answer).text());
    }
    return look(progress);
  }

  private Outcome<Difference> look(TaskProgress progress) {
    if (!survey.look(progress::cancelled)) {
      return cancelled();
    }
    try (InodeNames names = new InodeNames(newer)) {
      new LinkGroups(tree, survey, ranges, detail).resolve(names);
    }
    return new Outcome.Done<>(this);
  }

  private static <T> Outcome<T> cancelled() {
    return new Outcome.Refused<>(StorageError.CANCELLED, "asked to stop");
  }

  Scratch scratch() {
    return scratch;
  }

  Side older() {
    return older;
  }

  Side newer() {
    return newer;
  }

  TouchedTree tree() {
    return tree;
  }

  Ranges ranges() {
    return ranges;
  }

  Survey survey() {
    return survey;
  }

  @Override
  public void close() {
    older.close();
    newer.close();
    scratch.close();
  }
}
