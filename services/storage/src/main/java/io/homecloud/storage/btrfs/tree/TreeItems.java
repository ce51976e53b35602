package io.homecloud.storage.btrfs.tree;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import io.homecloud.storage.StorageFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Items of a subvolume's tree, one after the other in the order of their keys (object, type,
 * offset; all unsigned). BTRFS_IOC_TREE_SEARCH_V2 of linux/btrfs.h; needs CAP_SYS_ADMIN. Reading
 * one costs what is read: what lies outside of the range, and with a generation whatever was not
 * written since, is passed over by the kernel, a leaf of the tree at a time.
 */
public final class TreeItems implements AutoCloseable {
  private static final long TREE_SEARCH_V2 = 0xC0709411L;
  private static final int MIN_OBJECT = 8;
  private static final int MAX_OBJECT = 16;
  private static final int MIN_OFFSET = 24;
  private static final int MAX_OFFSET = 32;
  private static final int MIN_GENERATION = 40;
  private static final int MAX_GENERATION = 48;
  private static final int MIN_TYPE = 56;
  private static final int MAX_TYPE = 60;
  private static final int COUNT = 64;
  private static final int BUFFER_SIZE = 104;
  private static final int BUFFER_AT = 112;
  private static final int HEADER = 32;

  /** No leaf is bigger, so when more room than this is left, there was nothing more. */
  private static final int BIGGEST_LEAF = 64 * 1024;

  private static final LibcCall IOCTL =
      LibcCall.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);

  private final Descriptor subvolume;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment search;
  private int left;
  private long at;
  private long end;
  private boolean complete = true;

  /**
   * @param subvolume any open directory of it; stays the caller's
   * @param buffer how much to read at a time, in bytes, at least 128 KiB
   */
  public TreeItems(Descriptor subvolume, int buffer) {
    this.subvolume = subvolume;
    this.search = arena.allocate(BUFFER_AT + buffer, 8);
    search.set(JAVA_LONG, BUFFER_SIZE, buffer);
    search.set(JAVA_LONG, MAX_GENERATION, -1L);
  }

  /** Begins anew with the items of one object, of these types. */
  public TreeItems of(long object, int firstType, int lastType) {
    begin(object, object, 0);
    search.set(JAVA_INT, MIN_TYPE, firstType);
    search.set(JAVA_INT, MAX_TYPE, lastType);
    return this;
  }

  /**
   * Begins anew with every item of these objects in leaves that were written in this generation or
   * later; most of them were not changed themselves.
   */
  public TreeItems since(long generation, long firstObject, long lastObject) {
    begin(firstObject, lastObject, generation);
    search.set(JAVA_INT, MIN_TYPE, 0);
    search.set(JAVA_INT, MAX_TYPE, 255);
    return this;
  }

  private void begin(long firstObject, long lastObject, long generation) {
    search.set(JAVA_LONG, MIN_OBJECT, firstObject);
    search.set(JAVA_LONG, MAX_OBJECT, lastObject);
    search.set(JAVA_LONG, MIN_OFFSET, 0L);
    search.set(JAVA_LONG, MAX_OFFSET, -1L);
    search.set(JAVA_LONG, MIN_GENERATION, generation);
    left = 0;
    complete = false;
  }

  /** Goes to the next item; false when there is none, and then there is no item to be asked. */
  public boolean next() {
    if (left == 0 && (complete || !fill())) {
      return false;
    }
    left--;
    at = end;
    end = at + HEADER + length();
    if (left == 0) {
      complete = search.byteSize() - end > BIGGEST_LEAF + HEADER;
      continueAfter();
    }
    return true;
  }

  private boolean fill() {
    search.set(JAVA_INT, COUNT, Integer.MAX_VALUE);
    long answer = IOCTL.call(subvolume.number(), TREE_SEARCH_V2, search);
    if (answer < 0) {
      throw new StorageFailure("reading the tree of a subvolume: " + Errno.of(answer).text());
    }
    left = search.get(JAVA_INT, COUNT);
    end = BUFFER_AT;
    complete = left == 0;
    return left > 0;
  }

  private void continueAfter() {
    long offset = offset() + 1;
    int type = type();
    long object = object();
    if (offset == 0 && ++type > 255) {
      type = 0;
      object++;
    }
    search.set(JAVA_LONG, MIN_OBJECT, object);
    search.set(JAVA_INT, MIN_TYPE, type);
    search.set(JAVA_LONG, MIN_OFFSET, offset);
  }

  public long object() {
    return search.get(JAVA_LONG_UNALIGNED, at + 8);
  }

  public long offset() {
    return search.get(JAVA_LONG_UNALIGNED, at + 16);
  }

  public int type() {
    return search.get(JAVA_INT_UNALIGNED, at + 24);
  }

  /** Of the item, in bytes. */
  public int length() {
    return search.get(JAVA_INT_UNALIGNED, at + 28);
  }

  public long longAt(int place) {
    return search.get(JAVA_LONG_UNALIGNED, check(place, Long.BYTES));
  }

  public int intAt(int place) {
    return search.get(JAVA_INT_UNALIGNED, check(place, Integer.BYTES));
  }

  /** Unsigned. */
  public int shortAt(int place) {
    return search.get(JAVA_SHORT_UNALIGNED, check(place, Short.BYTES)) & 0xFFFF;
  }

  /** Unsigned. */
  public int byteAt(int place) {
    return search.get(JAVA_BYTE, check(place, 1)) & 0xFF;
  }

  public byte[] bytesAt(int place, int length) {
    return search.asSlice(check(place, length), length).toArray(JAVA_BYTE);
  }

  /** Whether the same bytes are in the same part of another item. */
  public boolean same(TreeItems other, int from, int to) {
    return MemorySegment.mismatch(
            search,
            check(from, to - from),
            at + HEADER + to,
            other.search,
            other.check(from, to - from),
            other.at + HEADER + to)
        < 0;
  }

  private long check(int place, int length) {
    if (place < 0 || length < 0 || place + length > length()) {
      throw new StorageFailure("an item of type " + type() + " is too short");
    }
    return at + HEADER + place;
  }

  @Override
  public void close() {
    arena.close();
  }
}
