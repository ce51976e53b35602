package io.homecloud.storage.snapshot.change;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * What differs between two read-only snapshots of one volume. Costs what was changed, not what is
 * there.
 *
 * <p>Two ways lead to the names concerned, with the same result. Of two snapshots of the same
 * subvolume the newer parts of the later tree are read ({@link TreeComparison}). Of all others, and
 * where inode numbers were used again, the kernel's send stream is folded ({@link StreamFold}); it
 * knows no path longer than 4096 bytes, and while it runs neither snapshot can be deleted.
 *
 * <p>Memory: 5 MiB of the heap and 24 bytes for each name concerned; what is more lies in a file
 * without a name (100 bytes and the name's own length each), which is gone with the process.
 */
public final class SnapshotDiff {
  private final Path scratch;
  private final Difference.Source source;

  /**
   * @param scratch a directory on a disk with room for temporary files
   */
  public SnapshotDiff(Path scratch) {
    this(scratch, Difference.Source.TREES);
  }

  SnapshotDiff(Path scratch, Difference.Source source) {
    this.scratch = scratch;
    this.source = source;
  }

  /**
   * Computes the changes that lead from {@code older} to {@code newer} (which of them is older in
   * time does not matter). Neither may be deleted meanwhile.
   *
   * @param older top directory of a read-only snapshot
   * @param newer top directory of another of the same volume
   * @param result the file to write the list to; it appears when it is whole and replaces one that
   *     is there
   * @return the list, to be closed; refused with {@code SNAPSHOT_NOT_FOUND}, {@code CANCELLED}, or
   *     {@code REFUSED_BY_KERNEL}
   */
  public Outcome<ChangeList> between(
      Path older, Path newer, Path result, Detail detail, TaskProgress progress) {
    return Difference.of(older, newer, scratch, source, detail, progress)
        .then(difference -> {
          try (difference;
              ChangeListWriter writer = new ChangeListWriter(result, difference.scratch())) {
            new ChangeFold(difference.tree(), difference.survey(), detail)
                .tell(change -> {
                  FileChange told = detail == Detail.FOR_COPIES ? change : OwnNames.told(change);
                  if (told != null) {
                    writer.accept(told);
                  }
                });
            writer.finish();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return new Outcome.Done<>(ChangeList.open(result));
        });
  }
}
