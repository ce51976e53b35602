package io.homecloud.storage.snapshot.change;

/** Which bytes of files were written: lists in {@link Scratch}, the last range first. */
final class Ranges {
  private static final int NEXT = 0;
  private static final int OFFSET = 8;
  private static final int LENGTH = 16;
  private static final int ROW = 24;

  private final Table rows;

  Ranges(Scratch scratch) {
    rows = new Table(scratch, ROW);
  }

  /** Adds to a list; what touches or overlaps its last range makes that longer. */
  int add(int list, long offset, long length) {
    if (list != TouchedTree.NONE && offset >= offset(list) && offset <= end(list)) {
      rows.setLong(list, LENGTH, Math.max(end(list), offset + length) - offset(list));
      return list;
    }
    int row = rows.add();
    rows.setInt(row, NEXT, list);
    rows.setLong(row, OFFSET, offset);
    rows.setLong(row, LENGTH, length);
    return row;
  }

  /** The rest of the list, or {@link TouchedTree#NONE}. */
  int next(int list) {
    return rows.getInt(list, NEXT);
  }

  long offset(int list) {
    return rows.getLong(list, OFFSET);
  }

  long end(int list) {
    return offset(list) + rows.getLong(list, LENGTH);
  }
}
