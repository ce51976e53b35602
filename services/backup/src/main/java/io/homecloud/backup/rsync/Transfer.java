package io.homecloud.backup.rsync;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something for rsync to copy. */
public interface Transfer {
  /** What is run; repeated after whatever ended it, it goes on with what is missing. */
  List<String> command();

  /** Where the part of a large file waits that was copied when the time was over. */
  String partial();

  /** How often it is begun again when its program is ended and nothing more was copied. */
  default int attempts() {
    return 4;
  }

  /** How long is waited before that. */
  default Duration pause(int attempt) {
    return Duration.ofSeconds(1);
  }

  /** Whether parts of files are kept in any case. */
  default boolean keepsParts() {
    return false;
  }

  /** Who hears the checksum of each file that is copied. */
  default Optional<RsyncSums.Listener> sums() {
    return Optional.empty();
  }
}
