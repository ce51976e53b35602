package io.homecloud.backup.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How the copies of a plan share what did not change. Every verb may be repeated after any crash.
 */
public interface TreeSharing {
  /** Which way a file system has. */
  @FunctionalInterface
  interface Choice {
    TreeSharing of(Path directory) throws IOException;
  }

  /** The word for people: {@code btrfs} or {@code links}. */
  String word();

  /**
   * A directory to copy into: {@code place.incomplete()}. Whatever is copied into it changes no
   * other copy.
   *
   * @param base the newest complete copy of the plan, if there is one
   * @param left what earlier attempts left and can be believed; the ones of other runs among them
   */
  Prepared prepare(TreePlace place, Optional<Path> base, List<Path> left) throws IOException;

  /**
   * Where to copy to.
   *
   * @param linkFrom copies whose files are to be linked to where they are the same
   * @param asBase whether it is exactly as the newest complete copy
   */
  record Prepared(Path into, List<Path> linkFrom, boolean asBase) {
    public Prepared {
      linkFrom = List.copyOf(linkFrom);
    }

    public Prepared(Path into, List<Path> linkFrom) {
      this(into, linkFrom, false);
    }
  }

  /**
   * Prepares it for a scan that changes what is there: a file with several names keeps one of them.
   */
  void keepOneNameEach(Path tree) throws IOException;

  /** Nothing of it changes any more. */
  void seal(Path tree) throws IOException;

  /** Takes it away with all that is in it; nothing when it is not there. */
  void remove(Path tree) throws IOException;

  /** As {@link #remove}, also when the job ends because nobody wants it any more. */
  default void removeAtTheEnd(Path tree) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      remove(tree);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Takes away what is in it and was made or changed after a file was written. */
  void removeNewer(Path tree, Path written) throws IOException;
}
