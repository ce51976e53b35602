package io.homecloud.backup.run;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.change.CopyByChanges;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.change.Since;
import io.homecloud.backup.change.Touched;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.engine.Pace;
import io.homecloud.backup.log.RunLog;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.backup.tree.Checkpoint;
import io.homecloud.backup.tree.Looked;
import io.homecloud.backup.tree.PlanTrees;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.backup.tree.TreeSharing.Prepared;
import io.homecloud.backup.tree.Trees;
import io.homecloud.control.Name;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Copies snapshots into a repository until the copy is complete. Repeated, it goes on. */
public final class RunJob {
  private static final Logger LOG = Logger.getLogger(RunJob.class);

  private final ByChanges changes;
  private final Scanning scanning;
  private final CopySums sums;

  /**
   * @param own a directory for what is needed for a moment
   */
  public RunJob(Rsync rsync, Path own, CopySums sums) {
    this.changes = new ByChanges(new CopyByChanges(rsync, own));
    this.scanning = new Scanning(rsync, own);
    this.sums = sums;
  }

  /** What is copied where. */
  public record Order(
      String id,
      List<Source> sources,
      Map<Name, Taken> snapshots,
      Trees trees,
      PlanTrees plan,
      TreePlace place,
      Since since,
      Look look,
      Pace pace) {
    /** Of the source's volume. */
    Path snapshot(Source source) {
      Taken taken = snapshots.get(source.volume());
      if (taken == null) {
        throw new IllegalStateException("no snapshot of " + source.volume());
      }
      return taken.path();
    }
  }

  /** What came of it. */
  public sealed interface Ended {
    record Complete(RunMark mark) implements Ended {}

    record Not(Trouble trouble, String sentence) implements Ended {}
  }

  /**
   * Copies everything.
   *
   * @param mark of the copy when it has these contents and sources
   */
  public Ended run(Order order, Consumer<CopyProgress> listener, Function<Contents, RunMark> mark)
      throws IOException {
    for (Source source : order.sources()) {
      Optional<String> missing = missing(order, source);
      if (missing.isPresent()) {
        return new Ended.Not(Trouble.SourceGone, missing.get());
      }
    }
    try (Checkpoint checkpoint = order.plan().checkpoint()) {
      PlanTrees.Begun begun = order.plan().begin(order.place());
      return copyAll(order, begun, checkpoint, listener, mark);
    }
  }

  private Ended copyAll(
      Order order,
      PlanTrees.Begun begun,
      Checkpoint checkpoint,
      Consumer<CopyProgress> listener,
      Function<Contents, RunMark> mark)
      throws IOException {
    boolean complete = false;
    try (Checkpoint.Repeated _ = checkpoint.repeated();
        CopySums.Open told = sums.of(UUID.fromString(order.id()))) {
      Ended ended = copy(order, begun, listener, mark, told);
      if (ended instanceof Ended.Complete(RunMark done)) {
        order.plan().complete(order.place(), done, checkpoint);
        complete = true;
      }
      return ended;
    } finally {
      if (!complete) {
        // What is there already is believed, whatever becomes of the disk until it goes on.
        checkpoint.tryToTake();
      }
    }
  }

  /** Complete as far as it was copied. */
  private Ended copy(
      Order order,
      PlanTrees.Begun begun,
      Consumer<CopyProgress> listener,
      Function<Contents, RunMark> mark,
      CopySums.Open told)
      throws IOException {
    Prepared prepared = begun.prepared();
    Optional<RunMark> before = begun.before();
    return switch (changes.copy(order, prepared, before, listener, told)) {
      case ByChanges.Ended.Not(Copied.Not(Trouble trouble, String sentence)) ->
          new Ended.Not(trouble, sentence);
      case ByChanges.Ended.Doubt(String sentence) ->
          scan(order, prepared, sentence, listener, mark, told);
      case ByChanges.Ended.Done(Contents contents, Looked looked, Touched touched) -> {
        Optional<String> difference =
            order.look() == Look.PROVE ? scanning.difference(order, prepared) : Optional.empty();
        if (difference.isPresent()) {
          LOG.errorf("by changes %s is not as it should be: %s", order.place(), difference.get());
        }
        if (difference.isEmpty() && before.isPresent()) {
          told.since(before.get().uid(), touched);
        }
        RunLog.tell(
            "homecloud",
            "Copied by what storage says has changed: " + looked.files() + " looked at.");
        yield difference.isEmpty()
            ? new Ended.Complete(mark.apply(contents).looking(looked))
            : scan(
                order,
                prepared,
                "What storage said did not lead to the copy: " + difference.get(),
                listener,
                mark,
                told);
      }
    };
  }

  private Ended scan(
      Order order,
      Prepared prepared,
      String because,
      Consumer<CopyProgress> listener,
      Function<Contents, RunMark> mark,
      CopySums.Open told)
      throws IOException {
    RunLog.tell("homecloud", "Everything is looked at: " + because);
    return switch (scanning.copy(order, prepared, listener, told)) {
      case Copied.Not(Trouble trouble, String sentence) -> new Ended.Not(trouble, sentence);
      case Copied.Done(Contents contents) ->
          new Ended.Complete(mark.apply(contents).looking(Looked.scan(contents.files(), because)));
    };
  }

  private static Optional<String> missing(Order order, Source source) throws IOException {
    RelativePath path = EncodedPath.parse(source.encodedPath());
    try (BeneathTree snapshot = BeneathTree.of(order.snapshot(source))) {
      return snapshot.status(path).isPresent()
          ? Optional.empty()
          : Optional.of(
              "Volume "
                  + source.volume()
                  + " has no "
                  + EncodedPath.write(path)
                  + ", or only by a link.");
    }
  }
}
