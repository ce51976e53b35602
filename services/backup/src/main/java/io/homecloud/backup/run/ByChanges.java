package io.homecloud.backup.run;

import io.homecloud.backup.change.Change;
import io.homecloud.backup.change.CopyByChanges;
import io.homecloud.backup.change.CopyByChanges.Part;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.change.Since;
import io.homecloud.backup.change.Touched;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.tree.Looked;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.backup.tree.TreeSharing.Prepared;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a run's copy of the one before by what has changed (docs/adr/0026), where that is certain
 * to be the same as looking at everything.
 */
final class ByChanges {
  private final CopyByChanges copies;

  ByChanges(CopyByChanges copies) {
    this.copies = copies;
  }

  /** What came of it. */
  sealed interface Ended {
    record Done(Contents contents, Looked looked, Touched touched) implements Ended {}

    /** Everything has to be looked at; a sentence that says why. */
    record Doubt(String sentence) implements Ended {}

    record Not(Copied.Not why) implements Ended {}
  }

  Ended copy(
      RunJob.Order order,
      Prepared prepared,
      Optional<RunMark> before,
      Consumer<CopyProgress> listener,
      CopySums.Open told)
      throws IOException {
    if (order.look() == Look.SCAN) {
      return new Ended.Doubt("It was asked for.");
    }
    if (before.isEmpty()) {
      return new Ended.Doubt("It is the first copy.");
    }
    if (!prepared.asBase()) {
      return new Ended.Doubt(
          order.trees().sharing().word().equals("btrfs")
              ? "It went on with what an earlier attempt had left, or the copy before was not closed."
              : "The repository is not on btrfs: each file has to be linked, and so is looked at.");
    }
    return switch (order.since().copy(before.get())) {
      case Since.Answer.Doubt(String sentence) -> new Ended.Doubt(sentence);
      case Since.Answer.Known(var changes) ->
          copy(
              order,
              prepared,
              before.get().contents(),
              parts(order, prepared, changes, told),
              listener);
    };
  }

  private Ended copy(
      RunJob.Order order,
      Prepared prepared,
      Contents before,
      List<Part> parts,
      Consumer<CopyProgress> listener)
      throws IOException {
    return switch (copies.copy(
        order.id(),
        parts,
        prepared.into().resolve(SourceTrees.ASIDE),
        order.plan().copying(),
        order.trees().sharing()::removeAtTheEnd,
        order.pace(),
        listener)) {
      case CopyByChanges.Ended.Doubt(String sentence) -> new Ended.Doubt(sentence);
      case CopyByChanges.Ended.Not(Copied.Not why) -> new Ended.Not(why);
      case CopyByChanges.Ended.Done(Contents more, long looked, Touched touched) ->
          new Ended.Done(
              new Contents(
                  before.files() + more.files(),
                  before.bytes() + more.bytes(),
                  more.filesCopied(),
                  more.bytesCopied()),
              Looked.changes(looked),
              touched);
    };
  }

  private static List<Part> parts(
      RunJob.Order order,
      Prepared prepared,
      Map<io.homecloud.control.Name, List<Change>> changes,
      CopySums.Open told) {
    List<Part> parts = new ArrayList<>();
    for (Source source : order.sources()) {
      parts.add(
          new Part(
              source,
              changes.getOrDefault(source.volume(), List.of()),
              order.snapshot(source),
              prepared.into().resolve(source.volume().value()),
              Optional.of(told.of(source.volume()))));
    }
    return parts;
  }
}
