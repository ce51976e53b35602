package io.homecloud.backup.duplicity;

import io.homecloud.backup.run.PrivateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * duplicity lets one command at a time use a cache. Who reads gets one of its own, of links to the
 * files of the other, so that a restore never waits behind a run. Files in it are written once.
 */
final class Reading {
  private Reading() {}

  static Function<Path, Path> cache(Room room) {
    return job -> {
      Path cache = job.resolve("cache");
      try {
        PrivateDirectory.make(cache.resolve(Room.NAME));
        Path shared = room.cache().resolve(Room.NAME);
        if (Files.isDirectory(shared)) {
          link(shared, cache.resolve(Room.NAME));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return cache;
    };
  }

  private static void link(Path shared, Path into) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(shared, "duplicity-*")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.contains(".part")) {
          try {
            Files.createLink(into.resolve(name), file);
          } catch (NoSuchFileException e) {
            // Its chain went just now.
          }
        }
      }
    }
  }
}
