package io.homecloud.backup.search;

import io.homecloud.backup.rsync.FileSum;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunTimes;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files that a plan's copies have, to choose some of. */
public final class StoredFiles {
  private final CopyIndexes indexes;
  private final RunTimes times;

  public StoredFiles(CopyIndexes indexes, RunTimes times) {
    this.indexes = indexes;
    this.times = times;
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
      @Nullable FileSum sum) {
    /** The same of another run that has it so. */
    Stored of(Resource<RunSpec, RunStatus> other) {
      return new Stored(other, path, size, modified, sum);
    }
  }

  /** Which files. */
  public sealed interface Wanted {
    /** So many of all versions of all files, each as likely as any other. */
    record Some(int files) implements Wanted {}

    /** As many as so much of a hundred. */
    record Share(double percent) implements Wanted {}

    /** All that the newest run has. */
    record Newest() implements Wanted {}

    /**
     * These files of these runs, and of the newest run that has each of them so: that may share its
     * bytes, and stays longer.
     *
     * @param runs of each path, by their names
     */
    record These(Map<RelativePath, Set<Name>> runs) implements Wanted {}
  }

  /** Hears of one after another. */
  @FunctionalInterface
  public interface Taker {
    void take(Stored stored) throws IOException;
  }

  /**
   * Tells the files that were chosen, of a set of drives from those that are plugged in; nothing
   * when no complete run is in the index yet.
   */
  public void choose(Name repository, Name plan, Wanted wanted, RandomGenerator random, Taker taker)
      throws IOException {
    List<Indexed> all = new ArrayList<>();
    for (CopyIndexes.Group group : here(repository, plan)) {
      CopyIndex index = indexes.index(group.key());
      all.add(new Indexed(index, index.runs(), group.runs()));
    }
    switch (wanted) {
      case Wanted.Newest _ -> newest(all, taker);
      case Wanted.These(Map<RelativePath, Set<Name>> these) -> {
        for (Indexed one : all) {
          one.these(these, taker);
        }
      }
      case Wanted.Some(int files) -> some(all, files, random, taker);
      case Wanted.Share(double percent) -> {
        long[] count = {0};
        for (Indexed one : all) {
          one.sweep((_, _, _) -> count[0]++);
        }
        some(all, (int) Math.min(1_000_000, Math.ceil(count[0] * percent / 100)), random, taker);
      }
    }
  }

  /** The newest complete run that files can be chosen of, whether the index has it yet or not. */
  public Optional<Resource<RunSpec, RunStatus>> newest(Name repository, Name plan) {
    return times.newest(
        here(repository, plan).stream().flatMap(group -> group.runs().values().stream()).toList());
  }

  /** All of them when there is no choice: then it is told why they cannot be had. */
  private List<CopyIndexes.Group> here(Name repository, Name plan) {
    List<CopyIndexes.Group> all =
        indexes.groups().stream().filter(group -> group.key().isOurs(repository, plan)).toList();
    if (all.size() < 2) {
      return all;
    }
    List<CopyIndexes.Group> here = all.stream().filter(indexes::isHere).toList();
    return here.isEmpty() ? all : here;
  }

  private void newest(List<Indexed> all, Taker taker) throws IOException {
    Optional<UUID> newest =
        times.newest(all.stream().flatMap(Indexed::there).toList()).map(Resource::uid);
    for (Indexed one : all) {
      int number = newest.map(one::number).orElse(-1);
      if (number >= 0) {
        one.sweep((stored, first, last) -> {
          if (first <= number && last >= number) {
            taker.take(stored);
          }
        });
      }
    }
  }

  /** A sample of a stream whose length is not known (Vitter, algorithm R). */
  private static void some(List<Indexed> all, int files, RandomGenerator random, Taker taker)
      throws IOException {
    List<Stored> sample = new ArrayList<>();
    long[] seen = {0};
    for (Indexed one : all) {
      one.sweep((stored, _, _) -> {
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
    }
    for (Stored stored : sample) {
      taker.take(stored);
    }
  }

  private interface Visitor {
    void visit(Stored stored, int first, int last) throws IOException;
  }

  /**
   * What an index has of the runs that are still there.
   *
   * @param runs all of the index, by their numbers
   * @param left those that are there
   */
  private record Indexed(
      CopyIndex index, List<CopyIndex.Run> runs, Map<UUID, Resource<RunSpec, RunStatus>> left) {
    void sweep(Visitor visitor) throws IOException {
      try (IndexReader reader = index.read()) {
        while (reader.next()) {
          int last =
              reader.isFile() && reader.first() < runs.size()
                  ? last(Math.min(reader.last(), runs.size() - 1), reader.first())
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

    void these(Map<RelativePath, Set<Name>> these, Taker taker) throws IOException {
      sweep((stored, first, last) -> {
        Set<Name> wanted = these.getOrDefault(stored.path(), Set.of());
        boolean any = wanted.contains(stored.run().name());
        for (int number = first; number < last && !wanted.isEmpty(); number++) {
          Resource<RunSpec, RunStatus> run = left.get(runs.get(number).uid());
          if (run != null && wanted.contains(run.name())) {
            taker.take(stored.of(run));
            any = true;
          }
        }
        if (any) {
          taker.take(stored);
        }
      });
    }

    /** Those of its runs that are there. */
    Stream<Resource<RunSpec, RunStatus>> there() {
      return runs.stream().map(run -> left.get(run.uid())).filter(Objects::nonNull);
    }

    /** The number of a run; -1 when it has none. */
    int number(UUID run) {
      return runs.stream().map(CopyIndex.Run::uid).toList().indexOf(run);
    }

    /** The number of the newest run of an interval; -1 when none of it is there. */
    private int last(int from, int downTo) {
      int last = from;
      while (last >= downTo && !left.containsKey(runs.get(last).uid())) {
        last--;
      }
      return last < downTo ? -1 : last;
    }
  }
}
