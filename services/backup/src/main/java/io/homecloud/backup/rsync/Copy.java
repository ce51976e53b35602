package io.homecloud.backup.rsync;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A copy to be made of a directory, so that nothing of it is lost: owners, rights, times, access
 * lists, extended attributes, hard links, holes, devices.
 *
 * @param from the directory whose contents are copied
 * @param into the directory that has them afterwards
 * @param linkFrom directories with earlier copies; what is the same there is linked to
 * @param list a file with the paths to copy, each ended by NUL; all when empty
 * @param include patterns of rsync, before those of {@code exclude}
 * @param mirror whether what is not in {@code from}, or excluded, goes from {@code into}
 * @param lock a file that is locked as long as any process copies
 * @param sums who hears the checksum of each file that is copied; it costs nothing, for rsync has
 *     it anyway
 */
public record Copy(
    Path from,
    Path into,
    List<Path> linkFrom,
    Optional<Path> list,
    List<String> include,
    List<String> exclude,
    boolean mirror,
    Path lock,
    Look look,
    Optional<RsyncSums.Listener> sums)
    implements Transfer {
  /** How much of what is listed is looked at. */
  public enum Look {
    /** At listed directories with everything in them. */
    WHOLE,
    /** At what is listed, and nothing else. */
    LISTED_ALONE,
    /** As before; and listed files are copied also when their size and time are the same. */
    COPY_LISTED
  }

  public Copy(
      Path from,
      Path into,
      List<Path> linkFrom,
      Optional<Path> list,
      List<String> include,
      List<String> exclude,
      boolean mirror,
      Path lock) {
    this(from, into, linkFrom, list, include, exclude, mirror, lock, Look.WHOLE, Optional.empty());
  }

  /** Beside the lock. */
  public static final String PARTIAL = ".partial";

  /** So that nothing is lost of what a file is. */
  static final List<String> EVERYTHING =
      List.of(
          "--archive",
          "--hard-links",
          "--acls",
          "--xattrs",
          "--sparse",
          "--numeric-ids",
          "--one-file-system",
          // To the nanosecond: of a file that changed twice in a second the later one counts.
          "--modify-window=-1",
          "--info=progress2",
          RsyncItem.FORMAT,
          "--stats",
          "--no-human-readable");

  public Copy {
    linkFrom = List.copyOf(linkFrom);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** Where the part of a large file waits that was copied when the time was over. */
  @Override
  public String partial() {
    return lock.resolveSibling(PARTIAL).toString();
  }

  /** Of an rsync that was killed a half file is left, which only who looks at all of it finds. */
  @Override
  public int attempts() {
    return look == Look.WHOLE ? Transfer.super.attempts() : 1;
  }

  public Copy looking(Look other) {
    return new Copy(from, into, linkFrom, list, include, exclude, mirror, lock, other, sums);
  }

  /** The same; the checksum of each file that is copied is told. */
  public Copy telling(RsyncSums.Listener listener) {
    return new Copy(
        from, into, linkFrom, list, include, exclude, mirror, lock, look, Optional.of(listener));
  }

  /** The command that changes nothing and tells what {@link #command} would. */
  List<String> question() {
    List<String> argv = new ArrayList<>(command());
    argv.remove("--info=progress2");
    argv.remove("--stats");
    argv.remove(RsyncItem.FORMAT);
    argv.addAll(argv.indexOf("--archive"), List.of("--dry-run", "--out-format=%i %n%L"));
    return argv;
  }

  /** The command; what people wrote is only ever the end of an argument. */
  @Override
  public List<String> command() {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "flock",
                "--no-fork",
                "--nonblock",
                "--conflict-exit-code=" + RsyncFailureParser.LOCKED,
                lock.toString(),
                "rsync"));
    argv.addAll(EVERYTHING);
    if (sums.isPresent()) {
      argv.add(RsyncSums.CHOICE);
    }
    if (mirror) {
      argv.add("--delete");
      argv.add("--delete-excluded");
    }
    list.ifPresent(file -> {
      if (look == Look.WHOLE) {
        argv.add("--recursive");
      }
      argv.add("--from0");
      argv.add("--files-from=" + file);
    });
    if (look == Look.COPY_LISTED) {
      argv.add("--ignore-times");
    }
    include.forEach(pattern -> argv.add("--include=" + pattern));
    exclude.forEach(pattern -> argv.add("--exclude=" + pattern));
    linkFrom.forEach(directory -> argv.add("--link-dest=" + directory));
    argv.add("--");
    argv.add(from + "/");
    argv.add(into + "/");
    return argv;
  }
}
