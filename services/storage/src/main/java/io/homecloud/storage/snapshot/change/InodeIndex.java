package io.homecloud.storage.snapshot.change;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** Finds a node by the number of its inode: chains of nodes with the same hash. */
final class InodeIndex {
  private final Scratch scratch;
  private final Table nodes;
  private final int inodeField;
  private final int nextField;
  private int buckets = 1024;
  private int entries;
  private MemorySegment heads;

  InodeIndex(Scratch scratch, Table nodes, int inodeField, int nextField) {
    this.scratch = scratch;
    this.nodes = nodes;
    this.inodeField = inodeField;
    this.nextField = nextField;
    this.heads = empty(scratch, buckets);
  }

  private static MemorySegment empty(Scratch scratch, int buckets) {
    return scratch.allocate(buckets * Integer.BYTES).fill((byte) -1);
  }

  /** The node, or -1. */
  int find(long inode) {
    int node = heads.get(JAVA_INT, 4L * bucket(inode));
    while (node >= 0 && nodes.getLong(node, inodeField) != inode) {
      node = nodes.getInt(node, nextField);
    }
    return node;
  }

  /** A node whose inode is set and stays as it is. */
  void add(int node) {
    if (entries++ > buckets) {
      grow();
    }
    put(node);
  }

  private void put(int node) {
    long place = 4L * bucket(nodes.getLong(node, inodeField));
    nodes.setInt(node, nextField, heads.get(JAVA_INT, place));
    heads.set(JAVA_INT, place, node);
  }

  private void grow() {
    MemorySegment before = heads;
    int count = buckets;
    buckets *= 2;
    heads = empty(scratch, buckets);
    for (int i = 0; i < count; i++) {
      int node = before.get(JAVA_INT, 4L * i);
      while (node >= 0) {
        int next = nodes.getInt(node, nextField);
        put(node);
        node = next;
      }
    }
  }

  private int bucket(long inode) {
    int mixed = Long.hashCode(inode) * 0x9E3779B9;
    return (mixed ^ mixed >>> 16) & (buckets - 1);
  }
}
