package io.homecloud.storage.snapshot.change;

import io.homecloud.storage.btrfs.tree.ItemType;
import io.homecloud.storage.btrfs.tree.TreeItems;
import java.util.ArrayList;
import java.util.List;

/** What the tree of one snapshot says of single inodes. */
final class TreeSide implements AutoCloseable {
  private static final int BUFFER = 256 * 1024;

  /** A name in a directory. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Name(long directory, byte[] bytes) {}

  private final TreeItems items;

  TreeSide(Side side) {
    items = new TreeItems(side.top(), BUFFER);
  }

  /** Items of one inode, to be read before the next question. */
  TreeItems items() {
    return items;
  }

  /** Its size and the generation it was made in, if it has a name. */
  record Inode(long madeIn, long size, boolean exists) {
    static final Inode NONE = new Inode(0, 0, false);
  }

  Inode inode(long number) {
    items.of(number, ItemType.INODE, ItemType.INODE);
    return items.next() && items.intAt(ItemType.INODE_LINKS) > 0
        ? new Inode(
            items.longAt(ItemType.INODE_GENERATION), items.longAt(ItemType.INODE_SIZE), true)
        : Inode.NONE;
  }

  /** All names of an inode; none when it is not there, or was removed and is still open. */
  List<Name> names(long inode) {
    List<Name> names = new ArrayList<>(1);
    items.of(inode, ItemType.INODE_REF, ItemType.INODE_EXTREF);
    while (items.next()) {
      boolean extended = items.type() == ItemType.INODE_EXTREF;
      // The directory is the key's offset, or comes first; then a number, the length, the name.
      int fixed = extended ? 18 : 10;
      int at = 0;
      while (at + fixed <= items.length()) {
        int length = items.shortAt(at + fixed - 2);
        names.add(
            new Name(
                extended ? items.longAt(at) : items.offset(), items.bytesAt(at + fixed, length)));
        at += fixed + length;
      }
    }
    return names;
  }

  @Override
  public void close() {
    items.close();
  }
}
