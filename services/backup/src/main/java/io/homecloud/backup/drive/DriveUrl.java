package io.homecloud.backup.drive;

import io.homecloud.backup.BackupProblem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A set of drives, of which each has copies of its own: {@code drive:UUID,UUID/directory}.
 *
 * @param drives identities of their file systems, each once
 * @param directory the same on each of them, relative; empty for all of the drive
 */
public record DriveUrl(List<String> drives, Path directory) {
  private static final String SCHEME = "drive:";
  private static final int MOST = 20;
  private static final int LONGEST = 2000;
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  public DriveUrl {
    drives = List.copyOf(drives);
  }

  public static boolean is(@Nullable String url) {
    return url != null && url.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException URL_REFUSED
   */
  public static DriveUrl parse(String url) {
    String rest = url.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    if (slash < 0 || url.length() > LONGEST) {
      throw refused();
    }
    List<String> drives =
        Stream.of(rest.substring(0, slash).split(",", -1))
            .map(uuid -> uuid.toLowerCase(Locale.ROOT))
            .toList();
    if (drives.size() > MOST
        || drives.stream().distinct().count() < drives.size()
        || !drives.stream().allMatch(uuid -> UUID.matcher(uuid).matches())) {
      throw refused();
    }
    return new DriveUrl(drives, directory(rest.substring(slash + 1)));
  }

  private static Path directory(String text) {
    try {
      Path path = Path.of(text);
      boolean plain =
          !path.isAbsolute()
              && path.normalize().equals(path)
              && !path.startsWith("..")
              && text.chars().noneMatch(c -> Character.isISOControl(c) || c == '%');
      if (plain) {
        return path;
      }
    } catch (InvalidPathException e) {
      // the same sentence as for all others
    }
    throw refused();
  }

  private static RuntimeException refused() {
    return BackupProblem.URL_REFUSED.because(
        "A set of drives is drive:UUID,UUID/directory with up to 20 different UUIDs of file systems; GET /api/storage/v1/disks shows them as fileSystems.");
  }

  /** Whether the two would write to the same place. */
  public boolean overlaps(DriveUrl other) {
    return drives.stream().anyMatch(other.drives::contains)
        && (directory.toString().isEmpty()
            || other.directory.toString().isEmpty()
            || directory.startsWith(other.directory)
            || other.directory.startsWith(directory));
  }
}
