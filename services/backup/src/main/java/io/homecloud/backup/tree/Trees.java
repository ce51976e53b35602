package io.homecloud.backup.tree;

import io.homecloud.control.Name;
import io.homecloud.host.ProcessIdentity;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;

/** A repository that is there. */
public final class Trees {
  private static final String PLAN = "homecloud-plan.json";

  private final Path root;
  private final RepositoryMark mark;
  private final TreeSharing sharing;
  private final MarkFiles marks;
  private final Supplier<String> session;
  private final Supplier<Instant> latest;

  Trees(
      Path root,
      RepositoryMark mark,
      TreeSharing sharing,
      MarkFiles marks,
      Supplier<String> session,
      Supplier<Instant> latest) {
    this.root = root;
    this.mark = mark;
    this.sharing = sharing;
    this.marks = marks;
    this.session = session;
    this.latest = latest;
  }

  /** Whose copies are in a directory. */
  record PlanMark(UUID installation, Name plan) {}

  /**
   * Whether its disk has not gone since it was opened; what is seen then is the directory below.
   */
  public boolean areThere() {
    return Files.exists(root.resolve(RepositoryMark.FILE));
  }

  public Path root() {
    return root;
  }

  public RepositoryMark mark() {
    return mark;
  }

  public TreeSharing sharing() {
    return sharing;
  }

  MarkFiles marks() {
    return marks;
  }

  /** Nothing has been later than this, as far as the clock is right. */
  public Instant latest() {
    return latest.get();
  }

  /** Since when the disk was not away, for what was written since and is not on it yet. */
  String session() {
    return ProcessIdentity.thisBoot() + session.get();
  }

  public Path lockDirectory() {
    return root.resolve(".lock");
  }

  /** How many bytes can still be written. */
  public long freeBytes() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  /**
   * Where the copies of a plan are, made if need be: a directory with its name, unless another
   * installation has a plan of that name here.
   */
  public PlanTrees plan(UUID installation, Name plan) throws IOException {
    PlanMark ours = new PlanMark(installation, plan);
    for (String name :
        List.of(plan.value(), plan + "@" + installation.toString().substring(0, 8))) {
      Path directory = root.resolve(name);
      Optional<PlanMark> there =
          byLink(directory.resolve("runs"))
              ? Optional.empty()
              : marks.read(directory.resolve(PLAN), PlanMark.class);
      boolean free = !Files.exists(directory, LinkOption.NOFOLLOW_LINKS) || isEmpty(directory);
      if (free) {
        begin(directory, ours);
      }
      if (free || there.filter(ours::equals).isPresent()) {
        return new PlanTrees(directory, this);
      }
    }
    throw new IOException(
        "something that is not of homecloud is in the way of " + root.resolve(plan.value()));
  }

  /** In one step: a directory without its mark would be taken for a stranger's for ever. */
  private void begin(Path directory, PlanMark mark) throws IOException {
    Path begun = root.resolve("." + directory.getFileName() + ".begun");
    sharing.remove(begun);
    Files.createDirectories(begun.resolve("runs"));
    marks.write(begun.resolve(PLAN), mark);
    Files.move(begun, directory, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean isEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (DirectoryStream<Path> inside = Files.newDirectoryStream(directory)) {
      return !inside.iterator().hasNext();
    }
  }

  /** Whether copies are somewhere else, perhaps not on this disk at all. */
  private static boolean byLink(Path runs) {
    return Files.isSymbolicLink(runs)
        || Files.isSymbolicLink(java.util.Objects.requireNonNull(runs.getParent()));
  }

  /** Never what it leads to: who had the disk in his hands may have put it there. */
  static void removeLink(Path place) throws IOException {
    if (Files.isSymbolicLink(place)) {
      Files.delete(place);
    }
  }

  /** A complete copy that was found. */
  public record Found(TreePlace place, RunMark mark, boolean pinned) {}

  /**
   * All complete copies, of whichever plan and installation.
   *
   * @throws IOException also when its disk has gone meanwhile: there is nothing in the directory
   *     below
   */
  public List<Found> found() throws IOException {
    List<Found> found = new ArrayList<>();
    try (DirectoryStream<Path> plans = Files.newDirectoryStream(root)) {
      for (Path plan : plans) {
        Path runs = plan.resolve("runs");
        if (Files.isDirectory(runs, LinkOption.NOFOLLOW_LINKS) && !byLink(runs)) {
          found.addAll(new PlanTrees(plan, this).found());
        }
      }
    }
    if (!areThere()) {
      throw new IOException("its disk went away");
    }
    return found;
  }

  /**
   * The place of a copy by its path in the repository.
   *
   * @param tree {@code <plan>/runs/<stamp>}
   * @throws IOException when only a link leads there
   */
  public TreePlace place(String tree) throws IOException {
    Path path = Path.of(tree);
    Path runs = root.resolve(path.getParent());
    if (byLink(runs)) {
      throw new IOException(tree + " is only there by a link");
    }
    return new TreePlace(runs, path.getFileName().toString());
  }

  /** What {@link #place} takes. */
  public String path(TreePlace place) {
    return root.relativize(place.complete()).toString();
  }

  /** Whether the copy is there and complete. */
  public boolean has(TreePlace place) {
    return Files.isDirectory(place.complete(), LinkOption.NOFOLLOW_LINKS)
        && Files.isRegularFile(place.complete().resolve(RunMark.FILE), LinkOption.NOFOLLOW_LINKS);
  }

  /** Deletes a copy, complete or not; nothing when it is not there. */
  public void delete(TreePlace place) throws IOException {
    if (Files.exists(place.complete(), LinkOption.NOFOLLOW_LINKS)) {
      // First of all it is no copy any more.
      // Atomically: Java does not rename a read-only directory otherwise.
      Files.move(place.complete(), place.deleting(), StandardCopyOption.ATOMIC_MOVE);
    }
    sharing.remove(place.deleting());
    sharing.remove(place.incomplete());
    Files.deleteIfExists(place.pin());
    Path runs = place.runs();
    if (Files.isDirectory(runs, LinkOption.NOFOLLOW_LINKS)) {
      new PlanTrees(java.util.Objects.requireNonNull(runs.getParent()), this).pointToNewest();
    }
  }

  /** The number of the wish by which it is pinned; 0 when nobody has said one. */
  public OptionalLong pinned(TreePlace place) throws IOException {
    return Files.exists(place.pin(), LinkOption.NOFOLLOW_LINKS)
        ? OptionalLong.of(marks.read(place.pin(), Long.class).orElse(0L))
        : OptionalLong.empty();
  }

  /** Says beside the copy that it is pinned, and by which wish, or that it is not. */
  public void pin(TreePlace place, OptionalLong wish) throws IOException {
    if (wish.isPresent()) {
      marks.writeSoon(place.pin(), wish.getAsLong());
    } else {
      Files.deleteIfExists(place.pin());
    }
  }
}
