package io.homecloud.storage.putback;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.task.TaskStore;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.files.FileEntry;
import io.homecloud.storage.files.FileOwner;
import io.homecloud.storage.files.FilePath;
import io.homecloud.storage.files.FileType;
import io.homecloud.storage.files.VolumeFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Reads what is to be restored and whereto, and says at once what cannot be. */
final class Restoring {
  private static final int MOST_PATHS = 1000;
  private static final FileOwner NOBODY_IS_MADE = new FileOwner(0, 0, 0600, 0700);

  private final ControlPlane plane;
  private final Orders orders;

  Restoring(ControlPlane plane, Orders orders) {
    this.plane = plane;
    this.orders = orders;
  }

  /** What becomes of files that are there. */
  enum IfThere {
    keep,
    replace
  }

  /**
   * What is asked for.
   *
   * @param paths in the snapshot, percent-encoded as in the files API; the empty one is all of it
   * @param to where it shall be in the volume: of a single path its new place, name included; of
   *     several paths, or when it ends in a slash, the directory that they shall lie in. The old
   *     places when absent
   * @param existing keep when absent
   */
  @Schema(name = "SnapshotRestore")
  record Wish(
      @Nullable List<@Nullable String> paths, @Nullable String to, @Nullable IfThere existing) {}

  TaskStore.Order order(Name snapshot, String body, String subject) {
    Wish wish = Bodies.parse(plane.json(), body, Wish.class);
    List<RestoreTask.Item> items = items(wish);
    Orders.Pair pair = orders.pair(snapshot);
    boolean replace = wish.existing() == IfThere.replace;
    try (VolumeFiles from = open(Objects.requireNonNull(pair.snapshot().status()).path());
        VolumeFiles to = open(Objects.requireNonNull(pair.volume().status()).mountPath())) {
      for (RestoreTask.Item item : items) {
        check(item, from, to, replace);
      }
    }
    return orders.restore(
        pair, new RestoreTask.Parameters(pair.snapshot().uid(), snapshot, items, replace), subject);
  }

  private static VolumeFiles open(@Nullable String path) {
    return StorageProblem.require(
        VolumeFiles.open(Path.of(Objects.requireNonNull(path)), NOBODY_IS_MADE));
  }

  private static List<RestoreTask.Item> items(Wish wish) {
    List<@Nullable String> paths = wish.paths();
    if (paths == null || paths.isEmpty() || paths.contains(null)) {
      throw CommonProblem.BODY_INVALID.because(
          "paths is missing: a list of what is to be restored, [\"\"] for everything.");
    }
    if (paths.size() > MOST_PATHS) {
      throw StorageProblem.VALUE_INVALID.because(
          "At most " + MOST_PATHS + " paths at once; a directory comes with all that is in it.");
    }
    if (wish.to() != null && wish.to().isEmpty()) {
      throw StorageProblem.FILE_NAME_INVALID.because(
          "to is empty; leave it out to restore everything to its old place.");
    }
    List<RestoreTask.Item> items = new ArrayList<>();
    Set<FilePath> places = new HashSet<>();
    for (String path : paths) {
      FilePath from = StorageProblem.require(FilePath.parse(Objects.requireNonNull(path)));
      FilePath place = place(from, wish.to(), paths.size() == 1);
      if (!places.add(place)) {
        throw StorageProblem.VALUE_INVALID.because(
            "Two of the paths would come to the same place, "
                + place
                + "; restore them one by one.");
      }
      items.add(new RestoreTask.Item(from.toString(), place.toString()));
    }
    return items;
  }

  private static FilePath place(FilePath from, @Nullable String to, boolean single) {
    if (to == null) {
      return from;
    }
    FilePath target = StorageProblem.require(FilePath.parse(to));
    if ((single && !to.endsWith("/")) || from.isRoot()) {
      return target;
    }
    try {
      return target.child(from.name());
    } catch (IllegalArgumentException e) {
      throw StorageProblem.FILE_NAME_INVALID.because("The path would be too long.");
    }
  }

  private static void check(
      RestoreTask.Item item, VolumeFiles from, VolumeFiles to, boolean replace) {
    FilePath what = StorageProblem.require(FilePath.parse(item.from()));
    FilePath where = StorageProblem.require(FilePath.parse(item.to()));
    FileType type =
        what.isRoot() ? FileType.DIRECTORY : StorageProblem.require(from.stat(what)).type();
    if (where.isRoot()) {
      return;
    }
    if (where.names().getFirst().text().startsWith(".homecloud-")) {
      throw StorageProblem.FILE_NAME_RESERVED.because(
          "Names that begin with .homecloud- at the top of a volume are homecloud's own.");
    }
    switch (to.stat(where)) {
      case Outcome.Refused<FileEntry>(Refusal why)
          when why.error() == StorageError.FILE_NOT_FOUND -> {}
      case Outcome.Refused<FileEntry>(Refusal why) -> throw StorageProblem.of(why);
      case Outcome.Done<FileEntry>(FileEntry there) -> refuse(there.type(), type, where, replace);
    }
  }

  private static void refuse(FileType there, FileType wanted, FilePath where, boolean replace) {
    if (there == FileType.MOUNT) {
      throw StorageProblem.OUTSIDE_VOLUME.because(where + " is another volume.");
    }
    if (there == FileType.DIRECTORY && wanted != FileType.DIRECTORY) {
      throw StorageProblem.IS_A_DIRECTORY.because(
          where + " is a directory now, which no file replaces; say another place with \"to\".");
    }
    boolean merges = there == FileType.DIRECTORY;
    if (!merges && !replace) {
      throw StorageProblem.FILE_EXISTS.because(
          where
              + " is there already. Say another place with \"to\", or {\"existing\": \"replace\"}:"
              + " the volume is kept as a snapshot before.");
    }
  }
}
