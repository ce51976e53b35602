package io.homecloud.storage.snapshot.change;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** File names, each behind its length in one byte. The number of a name is where it begins. */
final class Names {
  private static final int CHUNK_BITS = 18;
  private static final int CHUNK = 1 << CHUNK_BITS;

  private final Scratch scratch;
  private final List<MemorySegment> chunks = new ArrayList<>();
  private int end;

  Names(Scratch scratch) {
    this.scratch = scratch;
  }

  int add(byte[] bytes, int from, int to) {
    int length = to - from;
    // A name lies within one chunk; after a chunk that is just full, the end is in none.
    int left = end >>> CHUNK_BITS < chunks.size() ? CHUNK - (end & (CHUNK - 1)) : 0;
    if (left <= length) {
      end = chunks.size() << CHUNK_BITS;
      if (end < 0) {
        throw new IllegalStateException("more than 2 GiB of names");
      }
      chunks.add(scratch.allocate(CHUNK));
    }
    int name = end;
    MemorySegment chunk = chunks.getLast();
    int at = name & (CHUNK - 1);
    chunk.set(JAVA_BYTE, at, (byte) length);
    MemorySegment.copy(bytes, from, chunk, JAVA_BYTE, at + 1, length);
    end += length + 1;
    return name;
  }

  int length(int name) {
    return chunk(name).get(JAVA_BYTE, name & (CHUNK - 1)) & 0xFF;
  }

  /** Copies a name to a place of an array. */
  void copy(int name, byte[] into, int at) {
    MemorySegment.copy(chunk(name), JAVA_BYTE, place(name), into, at, length(name));
  }

  boolean equal(int name, byte[] bytes, int from, int to) {
    int length = length(name);
    return length == to - from
        && MemorySegment.mismatch(
                chunk(name),
                place(name),
                place(name) + length,
                MemorySegment.ofArray(bytes),
                from,
                to)
            < 0;
  }

  boolean equal(int a, int b) {
    return a == b || compare(a, b) == 0;
  }

  int compare(int a, int b) {
    int lengthA = length(a);
    int lengthB = length(b);
    MemorySegment chunkA = chunk(a);
    MemorySegment chunkB = chunk(b);
    long at =
        MemorySegment.mismatch(
            chunkA, place(a), place(a) + lengthA, chunkB, place(b), place(b) + lengthB);
    if (at < 0 || at == lengthA || at == lengthB) {
      return Integer.compare(lengthA, lengthB);
    }
    return Integer.compare(
        chunkA.get(JAVA_BYTE, place(a) + at) & 0xFF, chunkB.get(JAVA_BYTE, place(b) + at) & 0xFF);
  }

  int hash(int name) {
    int length = length(name);
    MemorySegment chunk = chunk(name);
    int hash = 1;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + chunk.get(JAVA_BYTE, place(name) + i);
    }
    return hash;
  }

  static int hash(byte[] bytes, int from, int to) {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash;
  }

  private MemorySegment chunk(int name) {
    return chunks.get(name >>> CHUNK_BITS);
  }

  private static long place(int name) {
    return (name & (CHUNK - 1)) + 1L;
  }
}
