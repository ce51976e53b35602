package io.homecloud.storage.snapshot.change;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.StorageFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * All names of an inode, from the back references that btrfs keeps with it (INODE_REF and
 * INODE_EXTREF of linux/btrfs_tree.h, read with BTRFS_IOC_TREE_SEARCH_V2).
 */
final class InodeNames implements AutoCloseable {
  private static final long TREE_SEARCH_V2 = 0xC0709411L;
  private static final long INO_LOOKUP = 0xD0009412L;
  private static final int KEY = 104;
  private static final int BUFFER_AT = KEY + 8;
  private static final int BUFFER = 64 * 1024;
  private static final int ITEM_HEADER = 32;
  private static final int INODE_REF = 12;
  private static final int INODE_EXTREF = 13;
  private static final int ALL = 100_000;
  private static final int PATH_AT = 16;
  private static final int LOOKUP = 4096;

  private static final LibcCall IOCTL =
      LibcCall.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);

  private final Side side;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment search = arena.allocate(BUFFER_AT + BUFFER, 8);
  private final MemorySegment lookup = arena.allocate(LOOKUP, 8);

  InodeNames(Side side) {
    this.side = side;
  }

  /** How many names the file at this path has. */
  int count(RelativePath path) {
    return side.status(path).links();
  }

  /** The paths, as many as the inode has links. */
  List<RelativePath> of(long inode) {
    List<RelativePath> paths = new ArrayList<>();
    int type = INODE_REF;
    long offset = 0;
    while (true) {
      int items = search(inode, type, offset);
      if (items == 0) {
        return paths;
      }
      long at = BUFFER_AT;
      for (int i = 0; i < items; i++) {
        offset = search.get(JAVA_LONG_UNALIGNED, at + 16);
        type = search.get(JAVA_INT.withByteAlignment(1), at + 24);
        int length = search.get(JAVA_INT.withByteAlignment(1), at + 28);
        read(type, offset, at + ITEM_HEADER, at + ITEM_HEADER + length, paths);
        at += ITEM_HEADER + length;
      }
      if (++offset == 0 && ++type > INODE_EXTREF) {
        return paths;
      }
    }
  }

  private int search(long inode, int type, long offset) {
    search.asSlice(0, KEY).fill((byte) 0);
    search.set(JAVA_LONG, 8, inode);
    search.set(JAVA_LONG, 16, inode);
    search.set(JAVA_LONG, 24, offset);
    search.set(JAVA_LONG, 32, -1L);
    search.set(JAVA_LONG, 48, -1L);
    search.set(JAVA_INT, 56, type);
    search.set(JAVA_INT, 60, INODE_EXTREF);
    search.set(JAVA_INT, 64, ALL);
    search.set(JAVA_LONG, KEY, BUFFER);
    check(IOCTL.call(side.top().number(), TREE_SEARCH_V2, search));
    return search.get(JAVA_INT, 64);
  }

  /** An item holds the names in one directory, or those whose hashes are equal. */
  private void read(int type, long offset, long from, long to, List<RelativePath> paths) {
    int fixed = type == INODE_REF ? 10 : 18;
    long at = from;
    while (at + fixed <= to) {
      long parent = type == INODE_REF ? offset : search.get(JAVA_LONG_UNALIGNED, at);
      int length = search.get(JAVA_SHORT_UNALIGNED, at + fixed - 2) & 0xFFFF;
      byte[] name = search.asSlice(at + fixed, length).toArray(JAVA_BYTE);
      paths.add(directory(parent).resolve(RelativePath.of(name)));
      at += fixed + length;
    }
  }

  private RelativePath directory(long inode) {
    lookup.fill((byte) 0);
    lookup.set(JAVA_LONG, 8, inode);
    check(IOCTL.call(side.top().number(), INO_LOOKUP, lookup));
    int length = 0;
    while (PATH_AT + length < LOOKUP && lookup.get(JAVA_BYTE, PATH_AT + length) != 0) {
      length++;
    }
    // The kernel ends it with a slash; the top directory's is empty.
    byte[] path = lookup.asSlice(PATH_AT, Math.max(0, length - 1)).toArray(JAVA_BYTE);
    return RelativePath.of(path);
  }

  private static void check(long answer) {
    if (answer < 0) {
      throw new StorageFailure("names of an inode: " + Errno.of(answer).text());
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
