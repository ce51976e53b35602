package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Reads items of the file system's own trees (BTRFS_IOC_TREE_SEARCH_V2; keys and item types from
 * {@code include/uapi/linux/btrfs_tree.h}). Sees what the running transaction did to the trees, but
 * nothing that is still queued for them.
 *
 * @param firstOffset of the first object; numbers are unsigned, {@code -1} is the highest
 */
record TreeSearch(
    long tree,
    long firstObject,
    long lastObject,
    int firstType,
    int lastType,
    long firstOffset,
    long lastOffset) {
  static final long ROOT_TREE = 1;
  static final long EXTENT_TREE = 2;
  static final long CHUNK_TREE = 3;
  static final long DEVICE_TREE = 4;
  static final long CHECKSUM_TREE = 7;
  static final long QUOTA_TREE = 8;

  /** The object of the chunk tree that has the pool's disks. */
  static final long DEVICE_ITEMS = 1;

  /** The object of the root tree that has the deleted subvolumes, by their numbers. */
  static final long ORPHANS = -5;

  /** The only object of the checksum tree. */
  static final long CHECKSUMS = -10;

  static final int ORPHAN_ITEM = 48;
  static final int CHECKSUM_ITEM = 128;
  static final int ROOT_BACKREF = 144;
  static final int ROOT_REF = 156;
  static final int EXTENT_ITEM = 168;
  static final int METADATA_ITEM = 169;
  static final int DEVICE_EXTENT = 204;
  static final int DEVICE_ITEM = 216;
  static final int CHUNK_ITEM = 228;
  static final int QGROUP_STATUS = 240;
  static final int QGROUP_INFO = 242;
  static final int QGROUP_LIMIT = 244;
  static final int QGROUP_RELATION = 246;

  private static final int BUFFER = 64 * 1024;
  private static final long BUFFER_SIZE = 104;
  private static final long ITEMS = 112;
  private static final long HEADER = 32;

  /** All items of one type of one object. */
  TreeSearch(long tree, long object, int type) {
    this(tree, object, object, type, type, 0, -1);
  }

  /**
   * @param data valid during the call that gets it, little-endian
   */
  record Item(long object, int type, long offset, MemorySegment data) {
    long number(long at) {
      return data.get(JAVA_LONG_UNALIGNED, at);
    }
  }

  /** Gives every item to the consumer, in the order of their keys. */
  void each(Descriptor pool, Consumer<Item> consumer) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(ITEMS + BUFFER);
      args.set(JAVA_LONG_UNALIGNED, 0, tree);
      args.set(JAVA_LONG_UNALIGNED, 8, firstObject);
      args.set(JAVA_LONG_UNALIGNED, 16, lastObject);
      args.set(JAVA_LONG_UNALIGNED, 24, firstOffset);
      args.set(JAVA_LONG_UNALIGNED, 32, lastOffset);
      args.set(JAVA_LONG_UNALIGNED, 48, -1);
      args.set(JAVA_INT_UNALIGNED, 56, firstType);
      args.set(JAVA_INT_UNALIGNED, 60, lastType);
      args.set(JAVA_LONG_UNALIGNED, BUFFER_SIZE, BUFFER);
      boolean more = true;
      while (more) {
        args.set(JAVA_INT_UNALIGNED, 64, Integer.MAX_VALUE);
        pool.ioctl(Ioctl.TREE_SEARCH_V2, args);
        int found = args.get(JAVA_INT_UNALIGNED, 64);
        more = found > 0 && deliver(args, found, consumer);
      }
    }
  }

  /** Whether there may be more, with the key after the last one as the new beginning. */
  private boolean deliver(MemorySegment args, int found, Consumer<Item> consumer) {
    long at = ITEMS;
    for (int i = 0; i < found; i++) {
      long object = args.get(JAVA_LONG_UNALIGNED, at + 8);
      long offset = args.get(JAVA_LONG_UNALIGNED, at + 16);
      int type = args.get(JAVA_INT_UNALIGNED, at + 24);
      int length = args.get(JAVA_INT_UNALIGNED, at + 28);
      // Between two objects the search runs over every type and offset.
      if (type >= firstType && type <= lastType) {
        consumer.accept(new Item(object, type, offset, args.asSlice(at + HEADER, length)));
      }
      at += HEADER + length;
      args.set(JAVA_LONG_UNALIGNED, 8, object);
      args.set(JAVA_INT_UNALIGNED, 56, type);
      args.set(JAVA_LONG_UNALIGNED, 24, offset + 1);
      if (offset == -1) {
        args.set(JAVA_INT_UNALIGNED, 56, type + 1);
      }
    }
    return true;
  }
}
