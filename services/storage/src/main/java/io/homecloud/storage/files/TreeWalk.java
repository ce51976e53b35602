package io.homecloud.storage.files;

import io.homecloud.storage.StorageError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks a directory tree of any depth and width with bounded memory, descriptors and Java stack:
 * only the directories nearest to where it is are kept open. The others are found again as the
 * parent of an open one, and then have to be the very directory that was left: somebody who moves
 * them meanwhile ends the walk instead of leading it elsewhere.
 */
final class TreeWalk {
  /** What is done on the way. */
  interface Visitor {
    /** Comes to a directory; whether to go in. */
    boolean enter(Descriptor parent, FileName name) throws FileRefused;

    /** Has gone through all of a directory. */
    void leave(Descriptor parent, FileName name) throws FileRefused;

    /** Comes to anything else, or to the door of another file system. */
    void visit(Descriptor parent, FileName name) throws FileRefused;

    /**
     * Cannot read a directory, or only a part of it; ends the walk unless told otherwise.
     *
     * @param name in the directory where the walk is, or {@link FileName#SELF} for that itself
     */
    default void unreadable(FileName name, FileRefused why) throws FileRefused {
      throw why;
    }
  }

  private static final int KEPT_OPEN = 16;

  /** A directory on the way down; without a reader it is closed, and read up to the position. */
  private static final class Level {
    final FileName name;
    final FileStatus status;
    long position;
    @Nullable DirectoryReader reader;

    Level(FileName name, FileStatus status, DirectoryReader reader) {
      this.name = name;
      this.status = status;
      this.reader = reader;
    }

    DirectoryReader open() {
      if (reader == null) {
        throw new IllegalStateException("the directory being read is always open");
      }
      return reader;
    }
  }

  private final BeneathDirectory root;
  private final Visitor visitor;
  private final List<Level> levels = new ArrayList<>();
  private @Nullable FileName current;

  TreeWalk(BeneathDirectory root, Visitor visitor) {
    this.root = root;
    this.visitor = visitor;
  }

  /** Walks through a whole volume or disk. */
  void through(Descriptor top) throws FileRefused {
    through(FilePath.ROOT, top);
  }

  /**
   * Walks through everything below; takes over the descriptor. A refusal names what it came to.
   *
   * @param path what the directory is called
   */
  void through(FilePath path, Descriptor top) throws FileRefused {
    try {
      push(FileName.SELF, top);
      while (!levels.isEmpty()) {
        step();
      }
    } catch (FileRefused e) {
      throw e.at(reached(path));
    } finally {
      levels.forEach(TreeWalk::park);
    }
  }

  /** The path to where it is, as far as a path can be. */
  private FilePath reached(FilePath top) {
    List<FileName> names = new ArrayList<>(top.names());
    levels.stream().skip(1).forEach(level -> names.add(level.name));
    if (current != null) {
      names.add(current);
    }
    return FilePath.fits(names) ? new FilePath(names) : top;
  }

  private void step() throws FileRefused {
    DirectoryReader reader = levels.getLast().open();
    FileName name = null;
    try {
      name = reader.next();
    } catch (FileRefused e) {
      visitor.unreadable(FileName.SELF, e);
    }
    if (reader.metUnnamable()) {
      visitor.unreadable(FileName.SELF, new FileRefused(StorageError.FILE_NAME_INVALID));
    }
    current = name;
    if (name == null) {
      up();
    } else if (reader.perhapsDirectory()) {
      down(reader.directory(), name);
    } else {
      visitor.visit(reader.directory(), name);
    }
  }

  private void down(Descriptor parent, FileName name) throws FileRefused {
    Descriptor directory;
    try {
      directory = root.directory(parent, name);
    } catch (FileRefused e) {
      switch (e.problem()) {
        case FILE_NOT_FOUND -> {} // removed since the directory was read
        case NOT_A_DIRECTORY, LINK_NOT_FOLLOWED, OUTSIDE_VOLUME -> visitor.visit(parent, name);
        // not a switch over all problems
        default -> visitor.unreadable(name, e);
      }
      return;
    }
    boolean into = directory.orClose(() -> visitor.enter(parent, name));
    if (into) {
      push(name, directory);
      current = null;
    } else {
      directory.close();
    }
  }

  private void push(FileName name, Descriptor directory) throws FileRefused {
    FileStatus status = directory.orClose(() -> Kernel.status(directory));
    levels.add(new Level(name, status, new DirectoryReader(directory)));
    int far = levels.size() - 1 - KEPT_OPEN;
    if (far >= 0) {
      park(levels.get(far));
    }
  }

  private void up() throws FileRefused {
    Level left = levels.removeLast();
    try (DirectoryReader reader = left.open()) {
      if (levels.isEmpty()) {
        return;
      }
      Level parent = levels.getLast();
      if (parent.reader == null) {
        parent.reader = again(parent, reader.directory());
      }
    }
    current = left.name;
    visitor.leave(levels.getLast().open().directory(), left.name);
  }

  private static DirectoryReader again(Level level, Descriptor child) throws FileRefused {
    Descriptor directory = Kernel.open(child, new byte[] {'.', '.'}, Opening.UP);
    return directory.orClose(() -> {
      if (!Kernel.status(directory).sameInode(level.status)) {
        throw new FileRefused(StorageError.FILE_CHANGED);
      }
      DirectoryReader reader = new DirectoryReader(directory);
      reader.seek(level.position);
      return reader;
    });
  }

  private static void park(Level level) {
    if (level.reader != null) {
      level.position = level.reader.position();
      level.reader.close();
      level.reader = null;
    }
  }
}
