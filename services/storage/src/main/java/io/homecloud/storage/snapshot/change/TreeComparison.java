package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.FileType;
import io.homecloud.storage.btrfs.tree.ItemType;
import io.homecloud.storage.btrfs.tree.TreeItems;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Finds the names concerned from the trees of an earlier and a later snapshot of one volume. btrfs
 * never writes in place: what was changed since the earlier snapshot was made lies in leaves with a
 * higher generation, and every change of a file (bytes, attributes, names; of a directory, entries)
 * writes the generation into its inode. So the later tree is asked for what is newer, and each
 * inode found is looked up in the earlier.
 *
 * <p>What is gone from the later tree is missing in a directory that was changed. Its entries are
 * compared only when its size says that some are missing beyond those that were moved.
 */
final class TreeComparison implements AutoCloseable {
  private static final int SCAN_BUFFER = 1024 * 1024;
  private static final int NONE = TouchedTree.NONE;
  private static final int INODE = 0;
  private static final int TYPE = 8;
  private static final int ROW = 16;
  private static final int ENTRY_IS_FILE = 1;
  private static final int ENTRY_TYPE = 29;
  private static final int DIRECTORY_ENTRY = 2;

  private final TouchedTree tree;
  private final Ranges ranges;
  private final Side laterSide;
  private final TreeSide earlier;
  private final TreeSide later;
  private final boolean forward;
  private final Table touched;
  private final InodeIndex directories;
  private final Deque<Integer> unplaced = new ArrayDeque<>();
  private final Deque<Long> goneDirectories = new ArrayDeque<>();

  /**
   * @param forward whether the earlier snapshot is the older side of the difference asked for
   */
  TreeComparison(
      TouchedTree tree, Ranges ranges, Scratch scratch, Side earlier, Side later, boolean forward) {
    this.tree = tree;
    this.ranges = ranges;
    this.laterSide = later;
    this.earlier = new TreeSide(earlier);
    this.later = new TreeSide(later);
    this.forward = forward;
    this.touched = new Table(scratch, ROW);
    this.directories = tree.indexByInode(scratch);
  }

  /**
   * Fills the tree.
   *
   * @param generation in which the earlier snapshot was made
   * @return false when it was asked to stop
   */
  boolean compare(long generation, BooleanSupplier cancelled) {
    scan(generation);
    for (int row = 0; row < touched.size(); row++) {
      if (row % 256 == 0 && cancelled.getAsBoolean()) {
        return false;
      }
      long inode = touched.getLong(row, INODE);
      if (FileType.ofMode(touched.getInt(row, TYPE)) == FileType.DIRECTORY) {
        directory(inode);
      } else {
        file(inode);
      }
    }
    for (int row = 0; row < touched.size(); row++) {
      if (row % 256 == 0 && cancelled.getAsBoolean()) {
        return false;
      }
      if (FileType.ofMode(touched.getInt(row, TYPE)) == FileType.DIRECTORY) {
        deletedFrom(touched.getLong(row, INODE));
      }
    }
    deletedWithTheirDirectories();
    return true;
  }

  /** Inodes of the later tree that have a name and were changed since, in the order of numbers. */
  private void scan(long generation) {
    try (TreeItems items = new TreeItems(laterSide.top(), SCAN_BUFFER)) {
      items.since(generation + 1, ItemType.FIRST_FILE, ItemType.LAST_FILE);
      while (items.next()) {
        if (items.type() == ItemType.INODE
            && items.longAt(ItemType.INODE_CHANGED_IN) > generation
            && items.intAt(ItemType.INODE_LINKS) > 0) {
          int row = touched.add();
          touched.setLong(row, INODE, items.object());
          touched.setInt(row, TYPE, items.intAt(ItemType.INODE_MODE));
        }
      }
    }
  }

  private boolean isTouched(long inode) {
    int low = 0;
    int high = touched.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compareUnsigned(touched.getLong(middle, INODE), inode);
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  private boolean isSameInBoth(long inode) {
    TreeSide.Inode before = earlier.inode(inode);
    if (before.exists() && before.madeIn() != later.inode(inode).madeIn()) {
      throw new ReusedInodeException();
    }
    return before.exists();
  }

  private void directory(long inode) {
    int node = node(inode);
    boolean both = tree.was(node) && tree.is(node);
    int marks = Mark.TIMES | Mark.METADATA;
    tree.mark(node, both ? marks | compare(inode, ItemType.XATTR, NONE) : marks);
  }

  private void file(long inode) {
    List<TreeSide.Name> now = later.names(inode);
    now.forEach(name -> node(name.directory()));
    boolean both = isSameInBoth(inode);
    List<TreeSide.Name> before = both ? earlier.names(inode) : List.of();
    before.forEach(name -> node(name.directory()));
    int first = NONE;
    boolean[] stayed = new boolean[before.size()];
    Map<Key, Integer> places = places(before);
    for (TreeSide.Name name : now) {
      int same = places.getOrDefault(Key.of(name), NONE);
      if (same >= 0) {
        stayed[same] = true;
      }
      int node = add(inode);
      put(node, name);
      if (same >= 0) {
        putEarlier(node, name);
      }
      first = first == NONE ? node : first;
    }
    for (int i = 0; i < stayed.length; i++) {
      if (!stayed[i]) {
        putEarlier(add(inode), before.get(i));
      }
    }
    if (both && first != NONE) {
      int marks = Mark.METADATA | compare(inode, ItemType.EXTENT_DATA, first);
      tree.mark(first, marks);
      for (int node = first + 1; node < tree.size(); node++) {
        if (tree.inode(node) == inode) {
          tree.mark(node, Mark.METADATA);
        }
      }
    }
  }

  /** A name in a directory, to be found among tens of thousands. */
  private record Key(long directory, ByteBuffer name) {
    static Key of(TreeSide.Name name) {
      return new Key(name.directory(), ByteBuffer.wrap(name.bytes()));
    }
  }

  private static Map<Key, Integer> places(List<TreeSide.Name> names) {
    Map<Key, Integer> places = HashMap.newHashMap(names.size());
    for (int i = 0; i < names.size(); i++) {
      places.put(Key.of(names.get(i)), i);
    }
    return places;
  }

  /**
   * The node of a directory of either tree. Those above are made with it: a node first, its places
   * after, because directories may have been turned inside out.
   */
  private int node(long inode) {
    int node = known(inode);
    while (!unplaced.isEmpty()) {
      place(unplaced.pop());
    }
    return node;
  }

  private int known(long inode) {
    if (inode == ItemType.FIRST_FILE) {
      return TouchedTree.TOP;
    }
    int known = directories.find(inode);
    if (known != NONE) {
      return known;
    }
    int node = add(inode);
    directories.add(node);
    unplaced.push(node);
    return node;
  }

  private void place(int node) {
    long inode = tree.inode(node);
    List<TreeSide.Name> now = later.names(inode);
    List<TreeSide.Name> before = now;
    if (now.isEmpty()) {
      before = earlier.names(inode);
      goneDirectories.push(inode);
    } else if (isTouched(inode)) {
      before = isSameInBoth(inode) ? earlier.names(inode) : List.of();
    }
    if (!now.isEmpty()) {
      put(node, now.getFirst());
    }
    if (!before.isEmpty()) {
      putEarlier(node, before.getFirst());
    }
  }

  private int add(long inode) {
    int node = tree.add();
    tree.setIdentity(node, inode, 0);
    return node;
  }

  private void put(int node, TreeSide.Name name) {
    int directory = known(name.directory());
    grow(directory, name.bytes().length);
    if (forward) {
      tree.put(node, directory, name.bytes());
    } else {
      tree.putOld(node, directory, name.bytes());
    }
  }

  private void putEarlier(int node, TreeSide.Name name) {
    int directory = known(name.directory());
    grow(directory, -name.bytes().length);
    if (forward) {
      tree.putOld(node, directory, name.bytes());
    } else {
      tree.put(node, directory, name.bytes());
    }
  }

  /** A number that belongs to one file in the earlier tree and to another in the later. */
  static final class ReusedInodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Notes what is added to a directory and taken from it, in the length of names. */
  private void grow(int directory, int length) {
    tree.setSize(directory, tree.size(directory) + length);
  }

  /** Compares attributes and extents of an inode that both trees have. */
  private int compare(long inode, int lastType, int node) {
    TreeItems before = earlier.items().of(inode, ItemType.XATTR, lastType);
    TreeItems now = later.items().of(inode, ItemType.XATTR, lastType);
    boolean moreBefore = before.next();
    boolean moreNow = now.next();
    int marks = 0;
    while (moreBefore || moreNow) {
      int order = !moreBefore ? 1 : !moreNow ? -1 : byKey(before, now);
      boolean same = order == 0 && same(before, now);
      marks |= same || order > 0 ? 0 : differs(before, node);
      marks |= same || order < 0 ? 0 : differs(now, node);
      moreBefore = order > 0 ? moreBefore : before.next();
      moreNow = order < 0 ? moreNow : now.next();
    }
    return marks;
  }

  private static int byKey(TreeItems a, TreeItems b) {
    int order = Integer.compare(a.type(), b.type());
    return order != 0 ? order : Long.compareUnsigned(a.offset(), b.offset());
  }

  private static boolean same(TreeItems a, TreeItems b) {
    int length = a.length();
    if (length != b.length()) {
      return false;
    }
    if (a.type() == ItemType.EXTENT_DATA) {
      return a.same(b, ItemType.EXTENT_AFTER_GENERATION, length);
    }
    return a.same(b, 0, ItemType.ENTRY_GENERATION)
        && a.same(b, ItemType.ENTRY_AFTER_GENERATION, length);
  }

  private int differs(TreeItems item, int node) {
    if (item.type() == ItemType.XATTR) {
      return Mark.XATTRS;
    }
    if (item.type() != ItemType.EXTENT_DATA || node == NONE) {
      return 0;
    }
    boolean inline = item.byteAt(ItemType.EXTENT_TYPE) == ItemType.EXTENT_INLINE;
    long length = item.longAt(inline ? ItemType.EXTENT_RAM_BYTES : ItemType.EXTENT_LENGTH);
    tree.setRanges(node, ranges.add(tree.ranges(node), item.offset(), length));
    return Mark.WRITTEN;
  }

  /** Names of a directory that both trees have whose inodes the later tree has no more. */
  private void deletedFrom(long inode) {
    TreeSide.Inode before = earlier.inode(inode);
    int node = node(inode);
    // btrfs counts each name twice in the size of a directory.
    if (!before.exists() || later.inode(inode).size() - before.size() == 2 * tree.size(node)) {
      return;
    }
    TreeItems old = earlier.items().of(inode, ItemType.DIR_INDEX, ItemType.DIR_INDEX);
    TreeItems now = later.items().of(inode, ItemType.DIR_INDEX, ItemType.DIR_INDEX);
    boolean moreNow = now.next();
    while (old.next()) {
      while (moreNow && Long.compareUnsigned(now.offset(), old.offset()) < 0) {
        moreNow = now.next();
      }
      if (!moreNow || now.offset() != old.offset()) {
        deleted(old, inode);
      }
    }
  }

  private void deletedWithTheirDirectories() {
    while (!goneDirectories.isEmpty()) {
      long directory = goneDirectories.pop();
      TreeItems old = earlier.items().of(directory, ItemType.DIR_INDEX, ItemType.DIR_INDEX);
      while (old.next()) {
        deleted(old, directory);
      }
    }
  }

  private void deleted(TreeItems entry, long directory) {
    long inode = entry.longAt(ItemType.ENTRY_OBJECT);
    // Whatever has another name now was changed by getting it. Subvolumes are no files of ours.
    if (entry.byteAt(ItemType.ENTRY_OBJECT_TYPE) != ENTRY_IS_FILE || isTouched(inode)) {
      return;
    }
    boolean isDirectory = entry.byteAt(ENTRY_TYPE) == DIRECTORY_ENTRY;
    if (isDirectory && directories.find(inode) != NONE) {
      return;
    }
    byte[] name = entry.bytesAt(ItemType.ENTRY_NAME, entry.shortAt(ItemType.ENTRY_NAME_LENGTH));
    int node = add(inode);
    putEarlier(node, new TreeSide.Name(directory, name));
    if (isDirectory) {
      directories.add(node);
      goneDirectories.push(inode);
    }
  }

  @Override
  public void close() {
    earlier.close();
    later.close();
  }
}
