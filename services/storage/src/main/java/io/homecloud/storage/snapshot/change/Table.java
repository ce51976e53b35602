package io.homecloud.storage.snapshot.change;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Rows of a fixed size in {@link Scratch}, numbered from 0; a new row is zero. */
final class Table {
  private static final int ROWS_BITS = 11;
  private static final int ROWS = 1 << ROWS_BITS;

  private final Scratch scratch;
  private final int rowSize;
  private final List<MemorySegment> chunks = new ArrayList<>();
  private int size;

  /**
   * @param rowSize in bytes, a multiple of 8
   */
  Table(Scratch scratch, int rowSize) {
    this.scratch = scratch;
    this.rowSize = rowSize;
  }

  int size() {
    return size;
  }

  int add() {
    if (size >>> ROWS_BITS == chunks.size()) {
      chunks.add(scratch.allocate(rowSize * ROWS));
    }
    return size++;
  }

  int getInt(int row, int field) {
    return chunks.get(row >>> ROWS_BITS).get(JAVA_INT, at(row, field));
  }

  void setInt(int row, int field, int value) {
    chunks.get(row >>> ROWS_BITS).set(JAVA_INT, at(row, field), value);
  }

  long getLong(int row, int field) {
    return chunks.get(row >>> ROWS_BITS).get(JAVA_LONG, at(row, field));
  }

  void setLong(int row, int field, long value) {
    chunks.get(row >>> ROWS_BITS).set(JAVA_LONG, at(row, field), value);
  }

  private long at(int row, int field) {
    return (long) (row & (ROWS - 1)) * rowSize + field;
  }
}
