package io.homecloud.storage.files;

import io.homecloud.storage.StorageError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The page of a directory's smallest names after a given one. Reads the whole directory, as no file
 * system keeps names in order, but holds one page of it and looks at those files only.
 */
final class DirectoryPage {
  private final int limit;
  private final @Nullable FileName after;
  private final @Nullable FileName hidden;
  // the greatest first, which gives way to a smaller one
  private final PriorityQueue<FileName> smallest = new PriorityQueue<>(Comparator.reverseOrder());

  /**
   * @param hidden a name that is left out
   */
  DirectoryPage(int limit, @Nullable FileName after, @Nullable FileName hidden) {
    this.limit = limit;
    this.after = after;
    this.hidden = hidden;
  }

  FilePage read(BeneathDirectory root, FilePath path) throws FileRefused {
    try (DirectoryReader reader = new DirectoryReader(root.directory(path))) {
      for (FileName name = reader.next(); name != null; name = reader.next()) {
        offer(name);
      }
      boolean more = smallest.size() > limit;
      if (more) {
        smallest.poll();
      }
      List<FileName> names = new ArrayList<>(smallest);
      names.sort(null);
      return new FilePage(entries(root, reader.directory(), names), more ? names.getLast() : null);
    }
  }

  /** Keeps one more than the limit: the sign that there is another page. */
  private void offer(FileName name) {
    if ((after != null && name.compareTo(after) <= 0) || name.equals(hidden)) {
      return;
    }
    FileName greatest = smallest.peek();
    if (smallest.size() > limit && greatest != null) {
      if (name.compareTo(greatest) >= 0) {
        return;
      }
      smallest.poll();
    }
    smallest.add(name);
  }

  private static List<FileEntry> entries(
      BeneathDirectory root, Descriptor directory, List<FileName> names) throws FileRefused {
    List<FileEntry> entries = new ArrayList<>(names.size());
    for (FileName name : names) {
      try {
        entries.add(root.entry(directory, name));
      } catch (FileRefused e) {
        if (!e.is(StorageError.FILE_NOT_FOUND)) { // removed since the directory was read
          throw e;
        }
      }
    }
    return entries;
  }
}
