package io.homecloud.backup.search;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The index of one plan in one repository, or on one drive of it. For each path it has the
 * intervals of runs that have it unchanged, not a row for each run: a night in which nothing
 * changed adds nothing but the run itself, and what changed is merged in with one sweep. Lost, it
 * is made again from the copies.
 */
final class CopyIndex {
  /** Of so many runs that are gone it is worth writing everything anew. */
  private static final int MOST_GONE = 8;

  private final Path file;
  private final Path runsFile;
  private final MarkFiles marks;

  CopyIndex(Path file, ObjectMapper json) {
    this.file = file;
    this.runsFile = file.resolveSibling(file.getFileName() + ".runs");
    this.marks = new MarkFiles(json);
  }

  /** A run that is in the index; its number is its place in the list. */
  record Run(UUID uid, Instant at) {}

  /** What is written beside the index. */
  record Runs(List<Run> runs) {
    Runs {
      runs = runs == null ? List.of() : List.copyOf(runs);
    }
  }

  List<Run> runs() throws IOException {
    return Files.exists(file)
        ? marks.read(runsFile, Runs.class).orElse(new Runs(List.of())).runs()
        : List.of();
  }

  IndexReader read() throws IOException {
    return IndexReader.of(file);
  }

  /** Changes with every change of it. */
  String stamp() throws IOException {
    return Files.exists(file)
        ? Long.toString(Files.getLastModifiedTime(file).toMillis(), Character.MAX_RADIX)
        : "";
  }

  /** Takes in a run that is later than all that it has. Killed, it is repeated. */
  void add(Run run, CopyListing listing, Path sums) throws IOException {
    List<Run> runs = new ArrayList<>(runs());
    int number = runs.size();
    if (runs.isEmpty()) {
      clear();
    }
    try (IndexReader old = read();
        IndexWriter out = new IndexWriter(file);
        SumFile.Told told = SumFile.Told.of(sums)) {
      Merge merge = new Merge(old, out, told, number, _ -> true);
      listing.each(merge);
      merge.rest();
      out.complete();
    }
    runs.add(run);
    marks.write(runsFile, new Runs(runs));
    SumFile.remove(sums);
  }

  /**
   * As {@link #add}, of a run whose copy is as that of the newest run that it has but where it was
   * touched.
   */
  void addChanged(Run run, Changed changed, TreeListing tree, Path sums) throws IOException {
    List<Run> runs = new ArrayList<>(runs());
    if (!changed.none()) {
      try (IndexReader old = read();
          IndexWriter out = new IndexWriter(file);
          SumFile.Told told = SumFile.Told.of(sums)) {
        Merge merge = new Merge(old, out, told, runs.size(), changed::has);
        tree.some(changed.names(), changed.trees(), merge);
        merge.rest();
        out.complete();
      }
    }
    runs.add(run);
    marks.write(runsFile, new Runs(runs));
    SumFile.remove(sums);
  }

  /** Forgets runs that are gone, when they are many enough for that to be worth it. */
  void forget(Set<UUID> left) throws IOException {
    List<Run> runs = runs();
    List<Run> kept = runs.stream().filter(run -> left.contains(run.uid())).toList();
    if (runs.isEmpty() || runs.size() - kept.size() < MOST_GONE) {
      return;
    }
    Renumbering numbers = Renumbering.of(runs, left);
    try (IndexReader old = read();
        IndexWriter out = new IndexWriter(file)) {
      while (old.next()) {
        Version version = numbers.of(old.version());
        if (version != null) {
          out.write(old.path(), version);
        }
      }
      // Without the list nothing of it is believed: a kill between the two costs a rebuild.
      Files.deleteIfExists(runsFile);
      out.complete();
    }
    marks.write(runsFile, new Runs(kept));
  }

  /** Begins anew. */
  void clear() throws IOException {
    Files.deleteIfExists(runsFile);
    Files.deleteIfExists(file);
  }

  /** Joins what a run has with what is known. */
  private static final class Merge implements CopyListing.Visitor {
    private final IndexReader old;
    private final IndexWriter out;
    private final SumFile.Told told;
    private final int run;
    private final Predicate<RelativePath> looked;
    private boolean more;
    private RelativePath at = RelativePath.TOP;

    /**
     * @param looked whether the run was looked at there; elsewhere it is as the one before
     */
    Merge(
        IndexReader old,
        IndexWriter out,
        SumFile.Told told,
        int run,
        Predicate<RelativePath> looked)
        throws IOException {
      this.old = old;
      this.out = out;
      this.told = told;
      this.run = run;
      this.looked = looked;
      step();
    }

    private void step() throws IOException {
      more = old.next();
      if (more) {
        at = old.path();
      }
    }

    @Override
    public void visit(RelativePath path, FileType type, long size, long modified)
        throws IOException {
      while (more && at.compareTo(path) < 0) {
        gone();
      }
      Version now =
          Version.of(
                  type,
                  type == FileType.FILE ? size : 0,
                  type == FileType.DIRECTORY ? 0 : modified,
                  run)
              .with(type == FileType.FILE ? told.of(path) : null);
      boolean same = false;
      while (more && at.equals(path)) {
        Version before = old.version();
        if (before.open() && before.like(now)) {
          out.write(path, before.with(now.sum()));
          same = true;
          step();
        } else {
          gone();
        }
      }
      if (!same) {
        out.write(path, now);
      }
    }

    /** The run does not have it so, or not any more. */
    private void gone() throws IOException {
      Version version = old.version();
      if (!version.open() || !looked.test(at)) {
        out.write(at, version);
      } else if (version.first() < run) {
        out.write(at, version.endingWith(run - 1));
      }
      step();
    }

    void rest() throws IOException {
      while (more) {
        gone();
      }
    }
  }

  /** The numbers of runs when some are taken out. */
  static final class Renumbering {
    private final int[] from;
    private final int[] to;

    private Renumbering(int[] from, int[] to) {
      this.from = from;
      this.to = to;
    }

    static Renumbering of(List<Run> runs, Set<UUID> left) {
      Set<UUID> kept = new HashSet<>(left);
      int[] from = new int[runs.size()];
      int[] to = new int[runs.size()];
      int next = 0;
      for (int i = 0; i < runs.size(); i++) {
        boolean stays = kept.contains(runs.get(i).uid());
        from[i] = next;
        to[i] = stays ? next : next - 1;
        next += stays ? 1 : 0;
      }
      return new Renumbering(from, to);
    }

    @org.jspecify.annotations.Nullable
    Version of(Version version) {
      int first = version.first() < from.length ? from[version.first()] : -1;
      int count = from.length == 0 ? 0 : to[to.length - 1] + 1;
      int last = version.open() ? Version.OPEN : to[Math.min(version.last(), to.length - 1)];
      if (first < 0 || first >= count || last < first) {
        return null;
      }
      return new Version(
          version.type(), version.size(), version.modified(), first, last, version.sum());
    }
  }
}
