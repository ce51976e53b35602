package io.homecloud.backup.engine;

import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is in a copy; at the top are the volumes. No link is ever followed. */
public interface CopyFiles extends AutoCloseable {
  /** How many are asked for at once when all are wanted. */
  int AT_ONCE = 5_000;

  /**
   * A file, or something like it.
   *
   * @param size in bytes, of a regular file; {@link #UNKNOWN} where the engine does not tell
   * @param permissions the mode's lower twelve bits
   */
  record Entry(RelativePath name, FileType type, long size, Instant modifiedAt, int permissions) {
    public static final long UNKNOWN = -1;
  }

  /** What is at the path; empty when there is nothing, or only by a link. */
  Optional<Entry> entry(RelativePath path) throws IOException;

  /** As {@link #entry}, of many at once; those that are not there are left out. */
  default Map<RelativePath, Entry> entries(Collection<RelativePath> paths) throws IOException {
    Map<RelativePath, Entry> there = new HashMap<>();
    for (RelativePath path : paths) {
      entry(path).ifPresent(entry -> there.put(path, entry));
    }
    return there;
  }

  /**
   * A part of a directory, in the order of the names' bytes.
   *
   * @param after the name that the part before ended with
   * @param most how many at most; one more than this means that there are more
   */
  List<Entry> list(RelativePath directory, Optional<RelativePath> after, int most)
      throws IOException;

  /** Hears of everything, one after another. */
  @FunctionalInterface
  interface Visitor {
    void visit(RelativePath path, Entry entry) throws IOException;
  }

  /** Tells everything that is in the copy, in the order of {@link RelativePath}. */
  default void walk(Visitor visitor) throws IOException {
    inside(RelativePath.TOP, visitor);
  }

  private void inside(RelativePath directory, Visitor visitor) throws IOException {
    Optional<RelativePath> after = Optional.empty();
    List<Entry> some;
    do {
      some = list(directory, after, AT_ONCE);
      for (Entry entry : some) {
        RelativePath path = directory.resolve(entry.name());
        visitor.visit(path, entry);
        if (entry.type() == FileType.DIRECTORY) {
          inside(path, visitor);
        }
        after = Optional.of(entry.name());
      }
    } while (some.size() == AT_ONCE);
  }

  /** A regular file's bytes, in a file that is there until it is closed. */
  interface Fetched extends AutoCloseable {
    Path path();

    @Override
    void close();
  }

  /** Fetches a file; empty when there is none. */
  Optional<Fetched> fetch(RelativePath file) throws IOException;

  /** Where a symbolic link leads, as bytes; empty when there is none, or nobody tells. */
  default Optional<byte[]> link(RelativePath link) throws IOException {
    return Optional.empty();
  }

  @Override
  void close();
}
