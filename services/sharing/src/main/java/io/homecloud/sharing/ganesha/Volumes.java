package io.homecloud.sharing.ganesha;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.mount.DirectoryMount;
import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/**
 * One mount of ours for each volume that shares are in. Ganesha tells file systems apart by their
 * device number and reaches all files of one through the mount that it saw first. Were that a
 * share's own, all other shares of the volume would depend on it: they could not be written were it
 * read-only, and it could not be unmounted while any of them is served. So it sees ours first.
 *
 * <p>Shares are read-only by their export, so ours can be written. It is the first share's mount
 * once more and shows everything as that does: files are found by number, not by path.
 */
final class Volumes {
  private static final Logger LOG = Logger.getLogger(Volumes.class);
  private static final int FIRST_ID = ExportIds.LAST + 1;
  private static final int LAST_ID = 65_535;
  private static final long PAUSE_MILLIS = 5;

  private final Path directory;
  private final Mounts mounts = new Mounts();
  private final Map<Long, Export> exports = new LinkedHashMap<>();
  private final List<Path> leaving = new ArrayList<>();
  private boolean replaced;

  /** Takes away what a killed process left; its Ganesha must have ended. */
  Volumes(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
    try (Stream<Path> places = Files.list(directory)) {
      // One in which somebody still stands goes with the others, later.
      places.filter(place -> !unmounted(place, Duration.ZERO)).forEach(leaving::add);
    }
  }

  /** What went wrong with a mount. */
  static final class NotMounted extends IOException {
    private static final long serialVersionUID = 1L;

    NotMounted(String reason) {
      super(reason);
    }
  }

  /** The volume's own export for a share's directory; mounted when it is not. */
  Export of(Path root) throws IOException {
    long device = device(root);
    Export known = exports.get(device);
    if (known != null && sameOwners(root, known.path())) {
      return known;
    }
    if (known != null) {
      exports.remove(device);
      leaving.add(known.path());
      replaced = true;
    }
    int id = freeId();
    Path place = Files.createDirectories(directory.resolve(Integer.toString(id)));
    byte[] path = root.toString().getBytes(StandardCharsets.UTF_8);
    long opened =
        FileCalls.open(Descriptor.AT_FDCWD, path, FileCalls.O_PATH | FileCalls.O_DIRECTORY, 0, 0);
    if (opened < 0) {
      throw new NotMounted("There is no directory " + root + ".");
    }
    try (Descriptor descriptor = new Descriptor(opened)) {
      if (DirectoryMount.again(descriptor.number(), place)
          instanceof MountResult.Refused(_, String reason)) {
        throw new NotMounted(reason + ".");
      }
    }
    Export export = Export.ofVolume(id, place);
    exports.put(device, export);
    return export;
  }

  /**
   * Whether the owner of a volume has changed, and ours still shows the former's files as ours;
   * told by the directory that both show.
   */
  private static boolean sameOwners(Path root, Path ours) throws IOException {
    Map<String, Object> one = Files.readAttributes(root, "unix:ino,uid");
    Map<String, Object> other = Files.readAttributes(ours, "unix:ino,uid");
    return !Objects.equals(one.get("ino"), other.get("ino"))
        || Objects.equals(one.get("uid"), other.get("uid"));
  }

  /** Whether one was replaced since the last question; only a new Ganesha takes the new one. */
  boolean replaced() {
    boolean answer = replaced;
    replaced = false;
    return answer;
  }

  private int freeId() {
    for (int id = FIRST_ID; id <= LAST_ID; id++) {
      int candidate = id;
      if (exports.values().stream().noneMatch(e -> e.id() == candidate)
          && leaving.stream().noneMatch(p -> p.endsWith(Integer.toString(candidate)))) {
        return id;
      }
    }
    throw new IllegalStateException("more volumes than numbers");
  }

  /**
   * Unmounts the others, of which Ganesha knows nothing any more.
   *
   * @param patience for what Ganesha was about to do in one, which ends first
   * @return false when one stays, for which this is to be called again
   */
  boolean keepOnly(List<Export> used, Duration patience) {
    exports
        .values()
        .removeIf(export -> {
          boolean gone = !used.contains(export);
          if (gone) {
            leaving.add(export.path());
          }
          return gone;
        });
    leaving.removeIf(place -> unmounted(place, patience));
    return leaving.isEmpty();
  }

  private boolean unmounted(Path place, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (DirectoryMount.isAt(place)) {
      if (mounts.unmount(place.toString()) instanceof MountResult.Refused(_, String reason)
          && (System.nanoTime() > end || !paused())) {
        LOG.logf(patience.isZero() ? Level.DEBUG : Level.WARN, "%s; tried again", reason);
        return false;
      }
    }
    try {
      Files.deleteIfExists(place);
    } catch (IOException e) {
      LOG.warnf("%s cannot be deleted: %s", place, e.getMessage());
    }
    return true;
  }

  private static boolean paused() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static long device(Path root) throws IOException {
    try {
      return (Long) Files.getAttribute(root, "unix:dev");
    } catch (NoSuchFileException e) {
      throw new NotMounted("There is no directory " + root + ".");
    }
  }
}
