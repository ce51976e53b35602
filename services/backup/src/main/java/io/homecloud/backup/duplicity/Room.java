package io.homecloud.backup.duplicity;

import io.homecloud.backup.run.PrivateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What this node has of a repository, for root alone. All of it can be lost: duplicity fetches its
 * cache again, and the rest is found out again.
 */
record Room(Path own) {
  private static final Logger LOG = Logger.getLogger(Room.class);

  /** What duplicity calls the cache of this repository. */
  static final String NAME = "copies";

  private static final String DAMAGED = "damaged";

  /** Manifests and signatures, decrypted. */
  Path cache() {
    return own.resolve("cache");
  }

  /** What is in a copy, a file for each that was looked into. */
  Path index() {
    return own.resolve("index");
  }

  /** What is known of each copy. */
  Path marks() {
    return own.resolve("marks");
  }

  /** What is known of the copy of that time. */
  Path mark(Instant at) {
    return marks().resolve(Stamp.of(at) + ".json");
  }

  /** What duplicity sees of the sources; volumes are mounted there, for it alone. */
  Path sources() {
    return own.resolve("homecloud-source");
  }

  /** What the copy that is being made was begun in, if it is of this node. */
  Path begun() {
    return own.resolve("begun");
  }

  /** Notes that something of the chain of that time cannot be brought back. */
  void damaged(Instant chain) throws IOException {
    if (!isDamaged(chain)) {
      PrivateDirectory.make(own);
      Files.writeString(
          own.resolve(DAMAGED),
          Stamp.of(chain) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  boolean isDamaged(Instant chain) throws IOException {
    Path noted = own.resolve(DAMAGED);
    return Files.exists(noted) && Files.readAllLines(noted).contains(Stamp.of(chain));
  }

  /** For one command; everything in it goes with that. */
  Path job() throws IOException {
    PrivateDirectory.make(own.resolve("jobs"));
    return Files.createTempDirectory(own.resolve("jobs"), "job-");
  }

  /** Takes away what duplicity remembers of the copy of that time. */
  void forget(Instant at) throws IOException {
    Path cache = cache().resolve(NAME);
    if (Files.isDirectory(cache)) {
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(cache, "*." + Stamp.of(at) + ".*")) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    }
    Files.deleteIfExists(mark(at));
  }

  /** Takes away what commands left that were killed with the service. */
  void sweep() {
    remove(own.resolve("jobs"));
  }

  /**
   * As {@link #remove}; what a program that dies just now still writes goes with the next start.
   */
  static void removeIfPossible(Path directory) {
    try {
      remove(directory);
    } catch (UncheckedIOException e) {
      LOG.debugf("%s is removed later: %s", directory, e.getMessage());
    }
  }

  static void remove(Path directory) {
    if (!Files.exists(directory, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
