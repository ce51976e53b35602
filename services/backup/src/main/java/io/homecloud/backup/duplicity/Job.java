package io.homecloud.backup.duplicity;

import io.homecloud.backup.engine.Pace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One command of duplicity.
 *
 * @param what our side of it does, see {@code job.py}
 * @param action of duplicity
 * @param options of it
 * @param before what comes before the target's URL
 * @param after what comes after it
 * @param mounts what it sees elsewhere than it is
 * @param more for {@code job.py}
 * @param cache the directory of its cache; one command at a time uses one
 * @param patient whether a target that does not answer is asked again and again
 * @param pace how fast what is copied is sent
 */
record Job(
    String what,
    String action,
    List<String> options,
    List<String> before,
    List<String> after,
    List<Mount> mounts,
    Map<String, Object> more,
    Function<Path, Path> cache,
    boolean patient,
    Pace pace,
    Duration deadline) {

  /** A directory or file that is seen at another place. */
  record Mount(Path from, Path at, boolean writable) {
    /** Seen where it is. */
    static Mount of(Path directory) {
      return new Mount(directory, directory, true);
    }
  }

  /** What is asked at the target, with duplicity's own access to it. */
  static Job atTarget(List<Map<String, Object>> operations) {
    return new Job(
        "target",
        "collection-status",
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of("ops", operations),
        job -> job.resolve("cache"),
        false,
        Pace.FREE,
        Duration.ofMinutes(15));
  }
}
