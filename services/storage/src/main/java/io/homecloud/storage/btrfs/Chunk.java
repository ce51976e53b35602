package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.util.ArrayList;
import java.util.List;

/**
 * A range of the file system's addresses and where on which disks it is (struct btrfs_chunk of
 * {@code btrfs_tree.h}; the way stripes are numbered is that of the kernel's {@code
 * btrfs_map_block}).
 *
 * @param subStripes copies beside each other in RAID10
 */
record Chunk(long start, long length, long type, int subStripes, List<Place> stripes) {
  /** A byte of a disk. */
  record Place(long device, long offset) {}

  /** Reads and verifies in pieces of this size: none crosses from one disk to another. */
  static final int STRIPE = 64 * 1024;

  private static final long DATA = 1;
  private static final long RAID0 = 1 << 3;
  private static final long RAID10 = 1 << 6;
  private static final long PARITY = 1 << 7 | 1 << 8;
  private static final int STRIPES = 48;
  private static final int STRIPE_SIZE = 32;

  static List<Chunk> all(Descriptor pool) {
    List<Chunk> chunks = new ArrayList<>();
    new TreeSearch(
            TreeSearch.CHUNK_TREE, 256, 256, TreeSearch.CHUNK_ITEM, TreeSearch.CHUNK_ITEM, 0, -1)
        .each(pool, item -> chunks.add(parse(item)));
    return chunks;
  }

  private static Chunk parse(TreeSearch.Item item) {
    int count = Short.toUnsignedInt(item.data().get(JAVA_SHORT_UNALIGNED, 44));
    List<Place> stripes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long at = STRIPES + (long) i * STRIPE_SIZE;
      stripes.add(new Place(item.number(at), item.number(at + 8)));
    }
    int sub = Short.toUnsignedInt(item.data().get(JAVA_SHORT_UNALIGNED, 46));
    return new Chunk(
        item.offset(), item.number(0), item.number(24), Math.max(1, sub), List.copyOf(stripes));
  }

  long end() {
    return start + length;
  }

  boolean holdsData() {
    return (type & DATA) != 0;
  }

  /** With parity, a copy is not simply somewhere: such chunks are seen on foreign pools only. */
  boolean hasParity() {
    return (type & PARITY) != 0;
  }

  int copies() {
    if ((type & RAID0) != 0) {
      return 1;
    }
    return (type & RAID10) != 0 ? subStripes : stripes.size();
  }

  /** Where a copy of an address is. */
  Place place(long address, int copy) {
    long offset = address - start;
    long number = offset / STRIPE;
    long rest = offset % STRIPE;
    if ((type & (RAID0 | RAID10)) == 0) {
      return moved(stripes.get(copy), offset);
    }
    int across = stripes.size() / copies();
    Place first = stripes.get((int) (number % across) * copies() + copy);
    return moved(first, number / across * STRIPE + rest);
  }

  private static Place moved(Place place, long by) {
    return new Place(place.device(), place.offset() + by);
  }
}
