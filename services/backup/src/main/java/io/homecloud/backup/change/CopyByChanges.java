package io.homecloud.backup.change;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.engine.Pace;
import io.homecloud.backup.rsync.Copy;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.rsync.RsyncSums;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes of a copy of the snapshot before a copy of the one now: names are removed and renamed, and
 * rsync is given a list of all that it has to look at. Where that is not certain to lead there, the
 * answer is a doubt, and a scan makes good whatever was done by then.
 */
public final class CopyByChanges {
  /** Longer paths rsync does not take either. */
  private static final int LONGEST_PATH = 4000;

  private static final Set<Trouble> GOES_ON = Set.of(Trouble.Interrupted, Trouble.TargetBusy);

  private final Rsync rsync;
  private final Path own;

  /** Removes a directory with everything in it, whatever its name. */
  @FunctionalInterface
  public interface Removal {
    void remove(Path directory) throws IOException;
  }

  /**
   * @param own a directory for what is needed for a moment
   */
  public CopyByChanges(Rsync rsync, Path own) {
    this.rsync = rsync;
    this.own = own;
  }

  /**
   * One source.
   *
   * @param changes of its volume
   * @param snapshot of the volume, now
   * @param into the directory of the volume in the copy, which is as the copy before
   * @param told who hears the checksums of files that are copied
   */
  public record Part(
      Source source,
      List<Change> changes,
      Path snapshot,
      Path into,
      Optional<RsyncSums.Listener> told) {
    public Part(Source source, List<Change> changes, Path snapshot, Path into) {
      this(source, changes, snapshot, into, Optional.empty());
    }
  }

  /** What came of it. */
  public sealed interface Ended {
    /**
     * @param more what the copy has more than the one before, and what was copied
     * @param looked how many names were looked at
     * @param touched where the copy may be another
     */
    record Done(Contents more, long looked, Touched touched) implements Ended {}

    record Doubt(String sentence) implements Ended {}

    record Not(Copied.Not why) implements Ended {}
  }

  private record Sorted(Part part, Steps steps) {}

  /**
   * Does it for all sources, or begins with none when there is a doubt.
   *
   * @param id names files that are needed for a moment
   * @param aside a directory that is not there, in the copy's subvolume
   * @param lock see {@link Copy}
   * @param pace how fast may be copied
   */
  public Ended copy(
      String id,
      List<Part> parts,
      Path aside,
      Path lock,
      Removal removal,
      Pace pace,
      Consumer<CopyProgress> listener)
      throws IOException {
    Path scratch = own.resolve(id + ".changes");
    try {
      List<Sorted> sorted = new ArrayList<>();
      for (Part part : parts) {
        sorted.add(new Sorted(part, sort(part, scratch.resolve("selection-" + sorted.size()))));
      }
      Contents more = Contents.NONE;
      long looked = 0;
      Touched touched = new Touched(Set.of(), Set.of());
      for (Sorted one : sorted) {
        if (!one.steps().none()) {
          Files.createDirectories(scratch);
          Files.createDirectory(aside);
          Sizes removed = NamesInPlace.change(one.part().into(), aside, one.steps());
          Files.delete(aside);
          switch (listed(one, scratch, lock, pace, listener)) {
            case Copied.Done(Contents contents) ->
                more =
                    more.plus(contents)
                        .plus(new Contents(-removed.files(), -removed.bytes(), 0, 0));
            case Copied.Not not -> {
              return new Ended.Not(not);
            }
          }
        }
        looked += one.steps().size();
        touched = touched.plus(Touched.of(volume(one.part().source()), one.steps()));
      }
      return new Ended.Done(more, looked, touched);
    } catch (DoubtException e) {
      return new Ended.Doubt(e.sentence());
    } finally {
      removal.remove(scratch);
    }
  }

  private static RelativePath volume(Source source) {
    return RelativePath.of(source.volume().value().getBytes(StandardCharsets.UTF_8));
  }

  private Steps sort(Part part, Path directory) throws IOException, DoubtException {
    if (part.changes().stream().anyMatch(change -> change.path().length() > LONGEST_PATH)) {
      throw new DoubtException("A path is longer than rsync takes.");
    }
    if (!Files.isDirectory(part.into(), LinkOption.NOFOLLOW_LINKS)) {
      throw new DoubtException(
          "The copy before has no directory " + part.source().volume() + ", or only by a link.");
    }
    try (BeneathTree copy = BeneathTree.ofNoLink(part.into())) {
      Set<RelativePath> selected =
          Sorting.hasPatterns(part.source())
              ? new Selection(rsync, directory).of(part.source(), part.changes())
              : Set.of();
      return new Sorting(part.source(), path -> copy.status(path).isPresent(), selected::contains)
          .sort(part.changes());
    }
  }

  /** What rsync makes of the list, as the difference to what was there. */
  private Copied listed(
      Sorted one, Path scratch, Path lock, Pace pace, Consumer<CopyProgress> listener)
      throws IOException, DoubtException {
    Part part = one.part();
    Set<RelativePath> paths = one.steps().listed();
    try (BeneathTree copy = BeneathTree.ofNoLink(part.into())) {
      Sizes before = Sizes.of(copy, paths);
      Contents sum = Contents.NONE;
      for (Copy step : copies(one, scratch, lock)) {
        // Not again and again: of an rsync that was killed a half file is left, which only a scan
        // finds.
        switch (rsync.copy(step, pace, listener)) {
          case Copied.Done(Contents contents) -> sum = sum.plus(contents);
          case Copied.Not(Trouble trouble, _) when GOES_ON.contains(trouble) ->
              throw new DoubtException("rsync was killed, and a scan goes on.");
          case Copied.Not not -> {
            return not;
          }
        }
      }
      Sizes more = Sizes.of(copy, paths).minus(before);
      return new Copied.Done(
          new Contents(more.files(), more.bytes(), sum.filesCopied(), sum.bytesCopied()));
    }
  }

  private List<Copy> copies(Sorted one, Path scratch, Path lock) throws IOException {
    Part part = one.part();
    Steps steps = one.steps();
    List<Copy> copies = new ArrayList<>();
    if (!steps.unseen().isEmpty()) {
      Path list = PathList.write(scratch.resolve("unseen"), steps.unseen());
      copies.add(copy(part, Optional.of(list), List.of(), lock).looking(Copy.Look.COPY_LISTED));
    }
    if (!steps.listed().isEmpty()) {
      Path list = PathList.write(scratch.resolve("list"), steps.listed());
      copies.add(copy(part, Optional.of(list), List.of(), lock).looking(Copy.Look.LISTED_ALONE));
    }
    if (steps.top()) {
      // The top directory itself, which a list cannot name without what is in it.
      copies.add(copy(part, Optional.empty(), List.of("*"), lock));
    }
    return copies;
  }

  private static Copy copy(Part part, Optional<Path> list, List<String> exclude, Path lock) {
    Copy copy =
        new Copy(part.snapshot(), part.into(), List.of(), list, List.of(), exclude, false, lock);
    return part.told().map(copy::telling).orElse(copy);
  }
}
