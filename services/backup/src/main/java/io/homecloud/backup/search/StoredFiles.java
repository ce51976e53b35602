package io.homecloud.backup.search;

import io.homecloud.backup.rsync.FileSum;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The files that a plan's copies have, to choose some of. */
public final class StoredFiles {
  private final CopyIndexes indexes;

  public StoredFiles(CopyIndexes indexes) {
    this.indexes = indexes;
  }

  /**
   * A file as the newest run that has it so has it.
   *
   * @param path with the volume first
   * @param modified nanoseconds since 1970
   * @param sum of its contents as rsync read them from the source, when that is known
   */
  public record Stored(
      Resource<RunSpec, RunStatus> run,
      RelativePath path,
      long size,
      long modified,
      @Nullable FileSum sum) {}

  /** Which files. */
  public sealed interface Wanted {
    /** So many of all versions of all files, each as likely as any other. */
    record Some(int files) implements Wanted {}

    /** As many as so much of a hundred. */
    record Share(double percent) implements Wanted {}

    /** All that the newest run has. */
    record Newest() implements Wanted {}
  }

  /** Hears of one after another. */
  @FunctionalInterface
  public interface Taker {
    void take(Stored stored) throws IOException;
  }

  /** Tells the files that were chosen; nothing when no complete run is in the index yet. */
  public void choose(Name repository, Name plan, Wanted wanted, RandomGenerator random, Taker taker)
      throws IOException {
    Optional<CopyIndexes.Group> group =
        indexes.groups().stream()
            .filter(one -> one.key().equals(new CopyIndexes.Key(repository, plan, null)))
            .findFirst();
    if (group.isEmpty()) {
      return;
    }
    CopyIndex index = indexes.index(group.get().key());
    List<CopyIndex.Run> runs = index.runs();
    Map<UUID, Resource<RunSpec, RunStatus>> left = group.get().runs();
    switch (wanted) {
      case Wanted.Newest _ -> {
        int newest = last(runs, left, runs.size() - 1, 0);
        sweep(
            index,
            runs,
            left,
            (stored, first, last) -> {
              if (first <= newest && last >= newest) {
                taker.take(stored);
              }
            });
      }
      case Wanted.Some(int files) -> some(index, runs, left, files, random, taker);
      case Wanted.Share(double percent) -> {
        long[] all = {0};
        sweep(index, runs, left, (_, _, _) -> all[0]++);
        int files = (int) Math.min(1_000_000, Math.ceil(all[0] * percent / 100));
        some(index, runs, left, files, random, taker);
      }
    }
  }

  /** A sample of a stream whose length is not known (Vitter, algorithm R). */
  private static void some(
      CopyIndex index,
      List<CopyIndex.Run> runs,
      Map<UUID, Resource<RunSpec, RunStatus>> left,
      int files,
      RandomGenerator random,
      Taker taker)
      throws IOException {
    List<Stored> sample = new ArrayList<>();
    long[] seen = {0};
    sweep(
        index,
        runs,
        left,
        (stored, _, _) -> {
          seen[0]++;
          if (sample.size() < files) {
            sample.add(stored);
          } else {
            long place = random.nextLong(seen[0]);
            if (place < files) {
              sample.set((int) place, stored);
            }
          }
        });
    for (Stored stored : sample) {
      taker.take(stored);
    }
  }

  private interface Visitor {
    void visit(Stored stored, int first, int last) throws IOException;
  }

  private static void sweep(
      CopyIndex index,
      List<CopyIndex.Run> runs,
      Map<UUID, Resource<RunSpec, RunStatus>> left,
      Visitor visitor)
      throws IOException {
    try (IndexReader reader = index.read()) {
      while (reader.next()) {
        int last =
            reader.isFile() && reader.first() < runs.size()
                ? last(runs, left, Math.min(reader.last(), runs.size() - 1), reader.first())
                : -1;
        if (last >= 0) {
          Version version = reader.version();
          visitor.visit(
              new Stored(
                  Objects.requireNonNull(left.get(runs.get(last).uid())),
                  reader.path(),
                  version.size(),
                  version.modified(),
                  version.sum()),
              version.first(),
              last);
        }
      }
    }
  }

  /** The number of the newest run of an interval that is still there; -1 when none is. */
  private static int last(
      List<CopyIndex.Run> runs,
      Map<UUID, Resource<RunSpec, RunStatus>> left,
      int from,
      int downTo) {
    int last = from;
    while (last >= downTo && !left.containsKey(runs.get(last).uid())) {
      last--;
    }
    return last < downTo ? -1 : last;
  }
}
