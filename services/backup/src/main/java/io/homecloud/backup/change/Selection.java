package io.homecloud.backup.change;

import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.rsync.Copy;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which paths the patterns of a source select: rsync alone knows what its patterns mean, so it is
 * given a tree of empty files with those names, and what it copies is selected.
 */
final class Selection {
  private final Rsync rsync;
  private final Path directory;

  /**
   * @param directory that is not there yet; who called removes it
   */
  Selection(Rsync rsync, Path directory) {
    this.rsync = rsync;
    this.directory = directory;
  }

  Set<RelativePath> of(Source source, List<Change> changes) throws IOException, DoubtException {
    Map<RelativePath, Boolean> directories = new TreeMap<>();
    changes.stream()
        .filter(change -> Sorting.concerns(source, change) && !change.path().isTop())
        .forEach(change -> directories.put(change.path(), change.directory()));
    if (directories.isEmpty()) {
      return Set.of();
    }
    Path all = Files.createDirectories(directory.resolve("all"));
    Path some = Files.createDirectories(directory.resolve("some"));
    try (BeneathTree tree = BeneathTree.of(all)) {
      for (Map.Entry<RelativePath, Boolean> entry : directories.entrySet()) {
        make(tree, entry.getKey(), entry.getValue());
      }
    }
    RelativePath top = EncodedPath.parse(source.encodedPath());
    Copy copy =
        new Copy(
            all,
            some,
            List.of(),
            top.isTop()
                ? Optional.empty()
                : Optional.of(PathList.write(directory.resolve("list"), Set.of(top))),
            source.included(),
            source.excluded(),
            false,
            directory.resolve("lock"));
    if (!(rsync.copy(copy, _ -> {}) instanceof Copied.Done)) {
      throw new DoubtException("It could not be found out what the patterns select.");
    }
    Set<RelativePath> selected = new HashSet<>();
    try (BeneathTree tree = BeneathTree.of(some)) {
      for (RelativePath path : directories.keySet()) {
        if (tree.status(path).isPresent()) {
          selected.add(path);
        }
      }
    }
    return selected;
  }

  private static void make(BeneathTree tree, RelativePath path, boolean isDirectory)
      throws IOException, DoubtException {
    try (Descriptor parent = Directories.made(tree, path.parent())) {
      byte[] name = path.name().bytes();
      if (tree.status(path).isEmpty()) {
        long made =
            isDirectory
                ? FileCalls.makeDirectory(parent.number(), name, 0700)
                : FileCalls.makeNode(parent.number(), name, FileType.FILE, 0600, 0);
        if (made < 0) {
          throw new DoubtException("It could not be found out what the patterns select.");
        }
      }
    }
  }
}
