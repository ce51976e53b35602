package io.homecloud.backup.run;

import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.DirectoryEntries;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes out of a copy's beginning what the plan does not copy any more. */
final class SourceTrees {
  /** No volume is called so. */
  static final String ASIDE = "homecloud.aside";

  private final Path tree;
  private final List<RelativePath> wanted;

  SourceTrees(Path tree, List<Source> sources) {
    this.tree = tree;
    this.wanted =
        sources.stream()
            .map(source ->
                RelativePath.of(bytes(source.volume().value()))
                    .resolve(EncodedPath.parse(source.encodedPath())))
            .toList();
  }

  /** Removes a directory of that path with everything in it. */
  interface Removal {
    void remove(Path path) throws IOException;
  }

  /**
   * Whatever is neither a source nor above one goes; what is in a source, rsync looks after. So
   * does what is in the place of a volume and no directory: rsync would follow a link there, and
   * who had the disk may have put one. With names as bytes: put aside first, for not every name can
   * be given to a program.
   */
  void prune(Removal removal) throws IOException {
    Path aside = tree.resolve(ASIDE);
    removal.remove(aside);
    Files.createDirectory(aside);
    try (BeneathTree beneath = BeneathTree.of(tree);
        BeneathTree away = BeneathTree.of(aside)) {
      int number = 0;
      for (RelativePath gone : unwanted(beneath)) {
        long moved =
            FileCalls.rename(
                beneath.top().number(),
                gone.bytes(),
                away.top().number(),
                bytes(Integer.toString(number++)),
                0);
        if (moved < 0) {
          throw new IOException("moving " + gone + " aside: " + moved);
        }
      }
    }
    removal.remove(aside);
  }

  private List<RelativePath> unwanted(BeneathTree beneath) throws IOException {
    List<RelativePath> unwanted = new ArrayList<>();
    List<RelativePath> above = new ArrayList<>(List.of(RelativePath.TOP));
    while (!above.isEmpty()) {
      RelativePath directory = above.removeLast();
      Optional<Descriptor> opened =
          beneath.open(
              directory, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW);
      if (opened.isEmpty()) {
        // Not a directory, though one is wanted there.
        unwanted.add(directory);
        continue;
      }
      try (DirectoryEntries entries = new DirectoryEntries(opened.get())) {
        for (Optional<byte[]> name = entries.next(); name.isPresent(); name = entries.next()) {
          RelativePath path = directory.resolve(RelativePath.of(name.get()));
          if (directory.isTop() && wanted.contains(path) && !isDirectory(beneath, path)) {
            unwanted.add(path);
          } else if (wanted.stream().anyMatch(one -> !one.equals(path) && path.contains(one))) {
            above.add(path);
          } else if (!wanted.contains(path) && !path.equals(RelativePath.of(bytes(ASIDE)))) {
            unwanted.add(path);
          }
        }
        if (entries.failure() < 0) {
          throw new IOException("reading " + directory + ": " + entries.failure());
        }
      }
    }
    return unwanted;
  }

  private static boolean isDirectory(BeneathTree beneath, RelativePath path) {
    return beneath.status(path).filter(found -> found.type() == FileType.DIRECTORY).isPresent();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
