package io.homecloud.storage.snapshot.change;

import io.homecloud.host.path.RelativePath;

/**
 * The part of a tree of names that a send stream speaks of, before and after.
 *
 * <p>A node is a name in a directory. It has a place before (in the older snapshot; none when it
 * was made) and a place now (none when it was removed); both are a parent node and a name, so a
 * directory takes along what is inside. A name of the older tree gets a node when it is first
 * spoken of. Node 0 is the top directory.
 */
final class TouchedTree {
  static final int NONE = -1;
  static final int TOP = 0;

  /** Longer paths than the kernel takes at once can be made; here an end is set, in bytes. */
  private static final int LONGEST_PATH = 0xFFFF;

  private static final int PARENT = 0;
  private static final int NAME = 4;
  private static final int OLD_PARENT = 8;
  private static final int OLD_NAME = 12;
  private static final int NEXT = 16;
  private static final int OLD_NEXT = 20;
  private static final int MARKS = 24;
  private static final int ORIGIN = 28;
  private static final int INODE = 32;
  private static final int BORN = 40;
  private static final int SIZE = 48;
  private static final int CHANGED = 56;
  private static final int RANGES = 64;
  private static final int FIRST = 68;
  private static final int OLD_FIRST = 72;
  private static final int SUCCESSOR = 76;
  private static final int LEADER = 80;
  private static final int ROW = 88;

  private final Table rows;
  private final Names names;
  private final NodeIndex now;
  private final NodeIndex before;

  TouchedTree(Scratch scratch) {
    rows = new Table(scratch, ROW);
    names = new Names(scratch);
    now = new NodeIndex(scratch, rows, names, PARENT, NAME, NEXT);
    before = new NodeIndex(scratch, rows, names, OLD_PARENT, OLD_NAME, OLD_NEXT);
    add(NONE, 0, NONE, 0);
  }

  int size() {
    return rows.size();
  }

  /** The node that is at this path now. One of the older tree is taken as being there. */
  int at(RelativePath path) {
    byte[] bytes = path.bytes();
    int node = TOP;
    int from = 0;
    for (int i = 0; i <= bytes.length && bytes.length > 0; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        node = child(node, bytes, from, i);
        if (node == NONE) {
          throw new InconsistentStreamException("nothing is at " + path);
        }
        from = i + 1;
      }
    }
    return node;
  }

  private int child(int parent, byte[] path, int from, int to) {
    int node = now.find(parent, path, from, to);
    if (node != NONE) {
      return node;
    }
    boolean isNew = parent != TOP && oldParent(parent) == NONE;
    if (isNew || before.find(parent, path, from, to) != NONE) {
      return NONE;
    }
    int name = names.add(path, from, to);
    int added = add(parent, name, parent, name);
    now.add(added);
    before.add(added);
    return added;
  }

  /** A new node at this path; what was there is removed. */
  int make(RelativePath path) {
    int parent = at(path.parent());
    int name = makeRoom(parent, path);
    int node = add(parent, name, NONE, 0);
    now.add(node);
    return node;
  }

  /** A node without a place, to be put somewhere. */
  int add() {
    return add(NONE, 0, NONE, 0);
  }

  /** Gives a node a place now. For nodes that came by {@link #add()}. */
  void put(int node, int parent, byte[] name) {
    rows.setInt(node, PARENT, parent);
    rows.setInt(node, NAME, names.add(name, 0, name.length));
  }

  /** Gives a node a place before. For nodes that came by {@link #add()}. */
  void putOld(int node, int oldParent, byte[] oldName) {
    rows.setInt(node, OLD_PARENT, oldParent);
    rows.setInt(node, OLD_NAME, names.add(oldName, 0, oldName.length));
  }

  /** An index of nodes by {@link #inode}, for nodes that came by {@link #add()} only. */
  InodeIndex indexByInode(Scratch scratch) {
    return new InodeIndex(scratch, rows, INODE, NEXT);
  }

  void move(int node, RelativePath to) {
    int parent = at(to.parent());
    for (int above = parent; above != TOP && above != NONE; above = parent(above)) {
      if (above == node) {
        throw new InconsistentStreamException("a directory is moved into itself: " + to);
      }
    }
    remove(node);
    int name = makeRoom(parent, to);
    rows.setInt(node, PARENT, parent);
    rows.setInt(node, NAME, name);
    now.add(node);
  }

  void remove(int node) {
    if (parent(node) == NONE) {
      throw new InconsistentStreamException("the top directory or a removed name is removed");
    }
    now.remove(node);
    rows.setInt(node, PARENT, NONE);
  }

  private int makeRoom(int parent, RelativePath path) {
    byte[] name = path.name().bytes();
    int there = now.find(parent, name, 0, name.length);
    if (there != NONE) {
      remove(there);
    }
    return names.add(name, 0, name.length);
  }

  private int add(int parent, int name, int oldParent, int oldName) {
    int node = rows.add();
    rows.setInt(node, PARENT, parent);
    rows.setInt(node, NAME, name);
    rows.setInt(node, OLD_PARENT, oldParent);
    rows.setInt(node, OLD_NAME, oldName);
    rows.setInt(node, ORIGIN, NONE);
    rows.setInt(node, RANGES, NONE);
    rows.setInt(node, SUCCESSOR, NONE);
    rows.setInt(node, LEADER, NONE);
    return node;
  }

  /** The directory it is in now; {@link #NONE} when it was removed (and of the top). */
  int parent(int node) {
    return rows.getInt(node, PARENT);
  }

  /** The directory it was in; {@link #NONE} when it was made (and of the top). */
  int oldParent(int node) {
    return rows.getInt(node, OLD_PARENT);
  }

  /** Whether the older snapshot has it. */
  boolean was(int node) {
    return node == TOP || oldParent(node) != NONE;
  }

  /** Whether the newer snapshot has it. */
  boolean is(int node) {
    return node == TOP || parent(node) != NONE;
  }

  /** Whether it is in the same directory under the same name. */
  boolean stayed(int node) {
    return node == TOP
        || (is(node)
            && parent(node) == oldParent(node)
            && names.equal(rows.getInt(node, NAME), rows.getInt(node, OLD_NAME)));
  }

  RelativePath path(int node) {
    return path(node, TOP, PARENT, NAME);
  }

  /** The path now, read from a directory above. */
  RelativePath path(int node, int above) {
    return path(node, above, PARENT, NAME);
  }

  RelativePath oldPath(int node) {
    return path(node, TOP, OLD_PARENT, OLD_NAME);
  }

  private RelativePath path(int node, int above, int parentField, int nameField) {
    int length = 0;
    for (int at = node; at != above; at = rows.getInt(at, parentField)) {
      if (at == NONE) {
        throw new InconsistentStreamException("a name in a directory that was removed");
      }
      length += 1 + names.length(rows.getInt(at, nameField));
    }
    if (length == 0) {
      return RelativePath.TOP;
    }
    if (length > LONGEST_PATH) {
      throw new InconsistentStreamException("a path of " + length + " bytes");
    }
    byte[] bytes = new byte[length - 1];
    int end = bytes.length;
    for (int at = node; at != above; at = rows.getInt(at, parentField)) {
      int name = rows.getInt(at, nameField);
      end -= names.length(name);
      names.copy(name, bytes, end);
      end--;
      if (end >= 0) {
        bytes[end] = '/';
      }
    }
    return RelativePath.of(bytes);
  }

  /** The name it has now. */
  byte[] name(int node) {
    return bytes(rows.getInt(node, NAME));
  }

  byte[] oldName(int node) {
    return bytes(rows.getInt(node, OLD_NAME));
  }

  private byte[] bytes(int name) {
    byte[] bytes = new byte[names.length(name)];
    names.copy(name, bytes, 0);
    return bytes;
  }

  int compareNames(int a, int b) {
    return names.compare(rows.getInt(a, NAME), rows.getInt(b, NAME));
  }

  /** Compares an older name with a newer one. */
  int compareOldWithNew(int a, int b) {
    return names.compare(rows.getInt(a, OLD_NAME), rows.getInt(b, NAME));
  }

  int compareOldNames(int a, int b) {
    return names.compare(rows.getInt(a, OLD_NAME), rows.getInt(b, OLD_NAME));
  }

  int marks(int node) {
    return rows.getInt(node, MARKS);
  }

  boolean has(int node, int mark) {
    return (marks(node) & mark) != 0;
  }

  void mark(int node, int marks) {
    rows.setInt(node, MARKS, marks(node) | marks);
  }

  void unmark(int node, int marks) {
    rows.setInt(node, MARKS, marks(node) & ~marks);
  }

  /**
   * The node whose older name became this one's name, mostly itself; {@link #NONE} when the name
   * was made.
   */
  int origin(int node) {
    int origin = rows.getInt(node, ORIGIN);
    return origin != NONE || has(node, Mark.SPLIT) || !was(node) ? origin : node;
  }

  /** The name of {@code node} is the older name of {@code origin}, moved. */
  void setOrigin(int node, int origin) {
    rows.setInt(node, ORIGIN, origin);
    rows.setInt(origin, SUCCESSOR, node);
    mark(origin, Mark.MOVED_AWAY);
  }

  /** The node whose name the older name became; {@link #NONE} when it is gone. */
  int successor(int node) {
    int successor = rows.getInt(node, SUCCESSOR);
    return successor != NONE || !was(node) || !is(node) || has(node, Mark.SPLIT) ? successor : node;
  }

  /**
   * Of several names of one inode the one at which things are done to the inode; {@link #NONE} when
   * the stream speaks of one name only. Lives on both sides if any does.
   */
  int leader(int node) {
    return rows.getInt(node, LEADER);
  }

  void setLeader(int node, int leader) {
    rows.setInt(node, LEADER, leader);
  }

  /** Whether the older name is gone and became no other. */
  boolean vanished(int node) {
    return was(node) && !has(node, Mark.MOVED_AWAY) && (!is(node) || has(node, Mark.SPLIT));
  }

  long inode(int node) {
    return rows.getLong(node, INODE);
  }

  long born(int node) {
    return rows.getLong(node, BORN);
  }

  void setIdentity(int node, long inode, long born) {
    rows.setLong(node, INODE, inode);
    rows.setLong(node, BORN, born);
  }

  /** In bytes, of the newer side if it is there. */
  long size(int node) {
    return rows.getLong(node, SIZE);
  }

  void setSize(int node, long size) {
    rows.setLong(node, SIZE, size);
  }

  /** The older side's time of change, in nanoseconds since 1970. */
  long changed(int node) {
    return rows.getLong(node, CHANGED);
  }

  void setChanged(int node, long changed) {
    rows.setLong(node, CHANGED, changed);
  }

  /** The first of the ranges that were written, in {@link Ranges}. */
  int ranges(int node) {
    return rows.getInt(node, RANGES);
  }

  void setRanges(int node, int first) {
    rows.setInt(node, RANGES, first);
  }

  /** For {@link TreeWalk}: where what is in a directory begins, now or before. */
  int first(int node, boolean nowOrBefore) {
    return rows.getInt(node, nowOrBefore ? FIRST : OLD_FIRST);
  }

  void setFirst(int node, boolean nowOrBefore, int first) {
    rows.setInt(node, nowOrBefore ? FIRST : OLD_FIRST, first);
  }
}
