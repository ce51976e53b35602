package io.homecloud.backup.tree;

import io.homecloud.backup.tree.TreeSharing.Prepared;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * The copies of one plan: {@code runs/<stamp>} each, and {@code latest}, which leads to the newest.
 * A copy gets its name when everything in it is on the disk, so what has the name is complete.
 */
public final class PlanTrees {
  private static final Logger LOG = Logger.getLogger(PlanTrees.class);
  static final String BEGUN = ".begun";
  private static final String PARTIAL = ".partial";

  private final Path directory;
  private final Path runs;
  private final Trees trees;

  PlanTrees(Path directory, Trees trees) {
    this.directory = directory;
    this.runs = directory.resolve("runs");
    this.trees = trees;
  }

  public TreePlace place(String stamp) {
    return new TreePlace(runs, stamp);
  }

  /** Held by rsync itself while it copies into this plan, also when who started it is dead. */
  public Path copying() {
    return directory.resolve(".copying");
  }

  List<Trees.Found> found() throws IOException {
    List<Trees.Found> found = new ArrayList<>();
    for (Path path : entries()) {
      String name = path.getFileName().toString();
      if (TreePlace.isStamp(name)) {
        TreePlace place = place(name);
        complete(place)
            .filter(mark -> mark.format() <= RunMark.FORMAT)
            .ifPresent(mark -> found.add(new Trees.Found(place, mark, Files.exists(place.pin()))));
      }
    }
    return found;
  }

  /** How the newest complete copy is called, if there is one. */
  public Optional<String> newestName() throws IOException {
    return entries().stream()
        .map(path -> path.getFileName().toString())
        .filter(TreePlace::isStamp)
        .max(oldestFirst());
  }

  private Comparator<String> oldestFirst() {
    return TreePlace.oldestFirst(trees.latest());
  }

  private List<Path> entries() throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(runs)) {
      all.forEach(entries::add);
    }
    entries.sort(Comparator.comparing(Path::toString));
    return entries;
  }

  /** What the copy at that place says of itself, if it is complete. */
  public Optional<RunMark> complete(TreePlace place) throws IOException {
    // What only a link leads to may be anywhere.
    return Files.isDirectory(place.complete(), LinkOption.NOFOLLOW_LINKS)
        ? trees.marks().read(place.complete().resolve(RunMark.FILE), RunMark.class)
        : Optional.empty();
  }

  /**
   * Begins a copy, or goes on with it: what earlier attempts left is used if it was made since the
   * machine was started, or the drive plugged in. Before that it may be half on the disk, with the
   * right size and time, and only what was there at a checkpoint is believed.
   */
  public Begun begin(TreePlace place) throws IOException {
    List<Path> left = new ArrayList<>();
    NavigableMap<String, RunMark> complete = new TreeMap<>(oldestFirst());
    boolean same = isBegun();
    try (Checkpoint checkpoint = checkpoint()) {
      checkpoint.forgetOneOfTheFuture();
      for (Path path : entries()) {
        String name = path.getFileName().toString();
        Optional<RunMark> mark = TreePlace.isStamp(name) ? complete(place(name)) : Optional.empty();
        if (mark.isPresent()) {
          complete.put(name, mark.get());
        } else if (name.endsWith(TreePlace.DELETING)) {
          removeDeleted(path);
        } else if (name.endsWith(TreePlace.INCOMPLETE) || name.contains(TreePlace.ABANDONED)) {
          if (same || checkpoint.prune(path)) {
            left.add(path);
          } else {
            trees.sharing().remove(path);
          }
        }
      }
    }
    WholeFile.open(runs.resolve(BEGUN))
        .with(WholeFile.Durability.NONE)
        .replace(trees.session().getBytes(StandardCharsets.UTF_8));
    Trees.removeLink(copying());
    Optional<Map.Entry<String, RunMark>> newest = Optional.ofNullable(complete.lastEntry());
    Prepared prepared =
        trees.sharing().prepare(place, newest.map(copy -> place(copy.getKey()).complete()), left);
    Files.deleteIfExists(prepared.into().resolve(RunMark.FILE));
    return new Begun(prepared, newest.map(Map.Entry::getValue));
  }

  /** Whoever deletes it just now may be faster; what stays, he or the next copy removes. */
  private void removeDeleted(Path path) {
    try {
      trees.sharing().remove(path);
    } catch (IOException e) {
      LOG.debugf("%s is not removed yet: %s", path, e.getMessage());
    }
  }

  /**
   * A copy that was begun.
   *
   * @param before what the newest complete copy says of itself, which it begins with
   */
  public record Begun(Prepared prepared, Optional<RunMark> before) {}

  /** Says from time to time, while it is copied, what is on the disk for good. */
  public Checkpoint checkpoint() throws IOException {
    return new Checkpoint(runs, trees.sharing(), this::stayed);
  }

  /**
   * The copy is complete from now on, and after a power cut too. The disk is waited for twice: for
   * what was copied, before that has the name, and for all the rest together. One that a clock
   * which was behind put before another is not the latest, and neither is one of a clock that was
   * ahead.
   *
   * @param checkpoint opened before the copy was begun
   * @throws IOException also when the disk went and came since it was begun, or did not take
   *     something: then what was copied before that may be half on it
   */
  public void complete(TreePlace place, RunMark mark, Checkpoint checkpoint) throws IOException {
    stayed();
    trees.marks().writeSoon(place.incomplete().resolve(RunMark.FILE), mark);
    checkpoint.writeOut();
    Files.move(place.incomplete(), place.complete(), StandardCopyOption.ATOMIC_MOVE);
    try {
      pointTo(place(newestName().orElse(place.stamp())));
      trees.sharing().seal(place.complete());
      removeAbandoned();
      trees.sharing().remove(directory.resolve(PARTIAL));
    } catch (IOException e) {
      // The copy is there, whatever becomes of this; the next one does it.
      LOG.warnf("%s is complete, and beside it something is not tidy: %s", place.complete(), e);
    }
    checkpoint.writeOut();
  }

  private void stayed() throws IOException {
    if (!isBegun()) {
      throw new IOException("its disk was away while it was copied, or did not take all of it");
    }
  }

  /** Since the disk came, and without that it lost anything. */
  private boolean isBegun() throws IOException {
    Path begun = runs.resolve(BEGUN);
    return Files.isRegularFile(begun, LinkOption.NOFOLLOW_LINKS)
        && Files.readString(begun).equals(trees.session());
  }

  private void removeAbandoned() throws IOException {
    for (Path path : entries()) {
      if (path.getFileName().toString().contains(TreePlace.ABANDONED)) {
        trees.sharing().remove(path);
      }
    }
  }

  /** Takes away what was copied and is not complete. */
  public void giveUp() throws IOException {
    for (Path path : entries()) {
      String name = path.getFileName().toString();
      if (name.endsWith(TreePlace.INCOMPLETE) || name.contains(TreePlace.ABANDONED)) {
        trees.sharing().remove(path);
      }
    }
    trees.sharing().remove(directory.resolve(PARTIAL));
  }

  /**
   * Does what is left to do after the newest copy became complete, should who completed it have
   * been killed just then; {@code latest} leads to the newest, whichever that is by now.
   */
  public void settle() throws IOException {
    removeAbandoned();
    pointToNewest();
  }

  /** What a run that is under way links from stays. */
  void pointToNewest() throws IOException {
    Optional<TreePlace> newest = newestFound();
    Optional<TreePlace> before;
    do {
      if (newest.isPresent()) {
        pointTo(newest.get());
        trees.sharing().seal(newest.get().complete());
        sync(runs);
      } else {
        Files.deleteIfExists(directory.resolve("latest"));
      }
      before = newest;
      newest = newestFound();
      // A run that became complete meanwhile had pointed to its own already.
    } while (!newest.equals(before));
  }

  private Optional<TreePlace> newestFound() throws IOException {
    return found().stream()
        .map(Trees.Found::place)
        .max(Comparator.comparing(TreePlace::stamp, oldestFirst()));
  }

  private void pointTo(TreePlace place) throws IOException {
    Path latest = directory.resolve("latest");
    Path target = Path.of("runs", place.stamp());
    if (Files.isSymbolicLink(latest) && Files.readSymbolicLink(latest).equals(target)) {
      return;
    }
    Path next = directory.resolve("latest.next");
    Files.deleteIfExists(next);
    Files.createSymbolicLink(next, target);
    Files.move(next, latest, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void sync(Path path) throws IOException {
    try (BeneathTree tree = BeneathTree.of(path)) {
      tree.writeOut();
    }
  }
}
