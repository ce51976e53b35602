package io.homecloud.backup.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.control.Name;
import io.homecloud.control.api.Page;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a file was in the copies of this node. A sweep over each index, as far as a moment
 * allows; then the next page.
 */
public final class Search {
  private static final Logger LOG = Logger.getLogger(Search.class);

  private static final Duration MOMENT = Duration.ofSeconds(2);
  private static final int LOOK_AT_CLOCK_EVERY = 4096;
  private static final int MOST_VERSIONS = 50;

  private final CopyIndexes indexes;
  private final String node;

  public Search(CopyIndexes indexes, String node) {
    this.indexes = indexes;
    this.node = node;
  }

  /**
   * A file, directory or the like that copies have.
   *
   * @param path with the volume first, as {@code runs/{run}/files} takes it
   * @param text the path for people; bytes that are no text are replaced
   * @param node that found it
   * @param installation whose copies they are, when not of this one
   * @param drive that they are on, when the repository is a set of drives
   * @param versions newest first; of very many the newest
   */
  @Schema(name = "FoundFile")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Hit(
      String path,
      String text,
      String type,
      @Nullable String node,
      Name repository,
      Name plan,
      @Nullable UUID installation,
      @Nullable String drive,
      List<Copy> versions) {}

  /**
   * How a file was in some runs, one after another.
   *
   * @param size in bytes, of a regular file; 0 also where the engine does not tell it
   * @param modified absent for directories
   * @param firstRun the oldest of these runs that is still there
   * @param lastRun the newest
   * @param runs how many there are
   */
  @Schema(name = "FoundVersion")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Copy(
      long size,
      @Nullable Instant modified,
      Name firstRun,
      Instant firstAt,
      Name lastRun,
      Instant lastAt,
      int runs) {}

  /**
   * Copies that are there and could not be looked at: they are not in the index yet, or it cannot
   * be read.
   *
   * @param drive that they are on, when the repository is a set of drives
   * @param runs how many there are
   */
  @Schema(name = "RunsNotSearched")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Behind(Name repository, Name plan, @Nullable String drive, int runs) {
    static Behind of(CopyIndexes.Key key, int runs) {
      return new Behind(key.repository(), key.plan(), key.drive(), runs);
    }
  }

  /** A page, and what is missing of the copies that it is of. */
  record Part(Page<Hit> page, List<Behind> behind) {}

  /** Where a page begins: so many paths into an index, while that is the same. */
  private record Place(int index, String stamp, long entries) {
    static Place of(String position) {
      if (position.isEmpty()) {
        return new Place(0, "", 0);
      }
      String[] parts = position.split(":", -1);
      try {
        if (parts.length == 3) {
          return new Place(
              Integer.parseUnsignedInt(parts[0]), parts[1], Long.parseUnsignedLong(parts[2]));
        }
      } catch (NumberFormatException e) {
        // answered below like one of another shape
      }
      throw CommonProblem.CONTINUE_INVALID.because("Begin again without continue.");
    }

    @Override
    public String toString() {
      return index + ":" + stamp + ":" + entries;
    }
  }

  /** A page of what was found, in the order of plans and paths. */
  Part find(NamePattern name, int limit, String position) {
    Place place = Place.of(position);
    if (place.index() < 0 || place.entries() < 0) {
      throw CommonProblem.CONTINUE_INVALID.because("Begin again without continue.");
    }
    List<CopyIndexes.Group> groups = indexes.groups();
    long end = System.nanoTime() + MOMENT.toNanos();
    List<Hit> hits = new ArrayList<>();
    List<Behind> behind = new ArrayList<>();
    for (int i = place.index(); i < groups.size(); i++) {
      CopyIndexes.Group group = groups.get(i);
      Sweep sweep = new Sweep(group, name, hits, limit, end);
      int missing = group.runs().size();
      try {
        String stamp = indexes.index(group.key()).stamp();
        boolean goesOn = i == place.index() && !place.stamp().isEmpty();
        if (goesOn && !place.stamp().equals(stamp)) {
          throw CommonProblem.CONTINUE_INVALID.because(
              "There are other copies meanwhile; begin again without continue.");
        }
        int unknown = missing(group);
        long reached = sweep.from(goesOn ? place.entries() : 0);
        missing = unknown;
        if (reached >= 0) {
          tell(behind, group, missing);
          return new Part(Page.upTo(hits, new Place(i, stamp, reached).toString()), behind);
        }
      } catch (IOException e) {
        LOG.warnf("an index cannot be read: %s", e.getMessage());
        indexes.wake();
      }
      tell(behind, group, missing);
    }
    return new Part(Page.upTo(hits, null), behind);
  }

  /** How many of the runs the index does not have. */
  private int missing(CopyIndexes.Group group) throws IOException {
    Set<UUID> missing = new HashSet<>(group.runs().keySet());
    indexes.index(group.key()).runs().forEach(run -> missing.remove(run.uid()));
    return missing.size();
  }

  private static void tell(List<Behind> behind, CopyIndexes.Group group, int missing) {
    if (missing > 0) {
      behind.add(Behind.of(group.key(), missing));
    }
  }

  /** Over one index. */
  private final class Sweep {
    private final CopyIndexes.Group group;
    private final NamePattern name;
    private final List<Hit> hits;
    private final int limit;
    private final long end;

    Sweep(CopyIndexes.Group group, NamePattern name, List<Hit> hits, int limit, long end) {
      this.group = group;
      this.name = name;
      this.hits = hits;
      this.limit = limit;
      this.end = end;
    }

    /**
     * Adds what is found; how many entries were looked at when there may be more, -1 at the end.
     */
    long from(long skipped) throws IOException {
      CopyIndex index = indexes.index(group.key());
      List<CopyIndex.Run> runs = index.runs();
      long looked = 0;
      long begun = 0;
      RelativePath path = RelativePath.TOP;
      List<Version> versions = new ArrayList<>();
      try (IndexReader reader = index.read()) {
        while (reader.next()) {
          if (looked++ < skipped) {
            continue;
          }
          if (!versions.isEmpty() && !same(reader, path)) {
            add(runs, path, versions);
            versions.clear();
            if (hits.size() >= limit) {
              return looked - 1;
            }
          }
          if (name.matches(reader.pathBytes(), reader.length())) {
            if (versions.isEmpty()) {
              path = reader.path();
              begun = looked - 1;
            }
            versions.add(reader.version());
          } else if (looked % LOOK_AT_CLOCK_EVERY == 0 && System.nanoTime() > end) {
            return versions.isEmpty() ? looked : begun;
          }
        }
      }
      if (!versions.isEmpty()) {
        add(runs, path, versions);
      }
      return -1;
    }

    private static boolean same(IndexReader reader, RelativePath path) {
      return reader.length() == path.length() && reader.path().equals(path);
    }

    private void add(List<CopyIndex.Run> runs, RelativePath path, List<Version> versions) {
      List<Copy> copies = new ArrayList<>();
      for (Version version : versions.reversed()) {
        Copy copy = copy(runs, version);
        if (copy != null && copies.size() < MOST_VERSIONS) {
          copies.add(copy);
        }
      }
      if (!copies.isEmpty()) {
        copies.sort(Comparator.comparing(Copy::lastAt).reversed());
        hits.add(
            new Hit(
                EncodedPath.write(path),
                path.display(),
                versions.getLast().type().name().toLowerCase(Locale.ROOT),
                node,
                group.key().repository(),
                group.key().plan(),
                group.key().installation(),
                group.key().drive(),
                copies));
      }
    }

    private @Nullable Copy copy(List<CopyIndex.Run> runs, Version version) {
      List<Resource<RunSpec, RunStatus>> left = new ArrayList<>();
      for (int i = version.first(); i < runs.size() && i <= version.last(); i++) {
        Resource<RunSpec, RunStatus> run = group.runs().get(runs.get(i).uid());
        if (run != null) {
          left.add(run);
        }
      }
      return left.isEmpty()
          ? null
          : new Copy(
              version.size(),
              version.type() == FileType.DIRECTORY
                  ? null
                  : Instant.ofEpochSecond(0, version.modified()),
              left.getFirst().name(),
              left.getFirst().spec().at(),
              left.getLast().name(),
              left.getLast().spec().at(),
              left.size());
    }
  }
}
