package io.homecloud.backup.change;

import io.homecloud.host.path.RelativePath;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Paths for rsync's {@code --from0 --files-from}. */
final class PathList {
  private PathList() {}

  static Path write(Path file, Set<RelativePath> paths) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (RelativePath path : new TreeSet<>(paths)) {
        out.write(path.bytes());
        out.write(0);
      }
    }
    return file;
  }
}
