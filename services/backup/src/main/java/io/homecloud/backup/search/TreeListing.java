package io.homecloud.backup.search;

import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.DirectoryEntries;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Walks a plain tree; no link is followed. */
public record TreeListing(Path tree) implements CopyListing {
  private static final int DIRECTORY =
      FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;
  private static final byte[] ITSELF = {'.'};
  private static final RelativePath MARK =
      RelativePath.of(RunMark.FILE.getBytes(StandardCharsets.UTF_8));

  @Override
  public void each(Visitor visitor) throws IOException {
    try (BeneathTree beneath = BeneathTree.ofNoLink(tree)) {
      inside(beneath.top(), RelativePath.TOP, visitor);
    }
  }

  /**
   * Everything that is at those places, in order.
   *
   * @param names paths that are looked at alone
   * @param trees paths that are walked, none inside another
   */
  void some(Collection<RelativePath> names, Collection<RelativePath> trees, Visitor visitor)
      throws IOException {
    TreeMap<RelativePath, Boolean> places = new TreeMap<>();
    names.forEach(name -> places.put(name, false));
    trees.forEach(root -> places.put(root, true));
    try (BeneathTree beneath = BeneathTree.ofNoLink(tree)) {
      for (Map.Entry<RelativePath, Boolean> place : places.entrySet()) {
        RelativePath path = place.getKey();
        Optional<FileStatus> status = beneath.status(path);
        if (status.isEmpty()) {
          continue;
        }
        FileStatus found = status.get();
        visitor.visit(path, found.type(), found.size(), found.modified());
        if (place.getValue() && found.type() == FileType.DIRECTORY) {
          try (Descriptor directory =
              beneath.open(path, DIRECTORY).orElseThrow(() -> new IOException("opening " + path))) {
            inside(directory, path, visitor);
          }
        }
      }
    }
  }

  private static void inside(Descriptor directory, RelativePath path, Visitor visitor)
      throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted");
    }
    for (RelativePath name : names(directory)) {
      RelativePath one = path.resolve(name);
      if (one.equals(MARK)
          || !(FileCalls.status(directory.number(), name.bytes())
              instanceof StatusAnswer.Found(FileStatus status))) {
        continue;
      }
      visitor.visit(one, status.type(), status.size(), status.modified());
      if (status.type() == FileType.DIRECTORY) {
        long opened =
            FileCalls.open(directory.number(), name.bytes(), DIRECTORY, 0, FileCalls.BENEATH);
        if (opened < 0) {
          throw new IOException("opening " + one + ": " + opened);
        }
        try (Descriptor deeper = new Descriptor(opened)) {
          inside(deeper, one, visitor);
        }
      }
    }
  }

  private static List<RelativePath> names(Descriptor directory) throws IOException {
    // Its own descriptor: the reader closes the one that it reads from.
    long again = FileCalls.open(directory.number(), ITSELF, DIRECTORY, 0, 0);
    if (again < 0) {
      throw new IOException("opening a directory: " + again);
    }
    List<RelativePath> names = new ArrayList<>();
    try (DirectoryEntries entries = new DirectoryEntries(new Descriptor(again))) {
      for (Optional<byte[]> name = entries.next(); name.isPresent(); name = entries.next()) {
        names.add(RelativePath.of(name.get()));
      }
      if (entries.failure() < 0) {
        throw new IOException("reading a directory: " + entries.failure());
      }
    }
    names.sort(null);
    return names;
  }
}
