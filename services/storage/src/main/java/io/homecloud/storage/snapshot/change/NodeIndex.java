package io.homecloud.storage.snapshot.change;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** Finds a node by its directory and name: chains of nodes with the same hash. */
final class NodeIndex {
  private final Scratch scratch;
  private final Table nodes;
  private final Names names;
  private final int parentField;
  private final int nameField;
  private final int nextField;
  private int buckets = 1024;
  private int entries;
  private MemorySegment heads;

  NodeIndex(
      Scratch scratch, Table nodes, Names names, int parentField, int nameField, int nextField) {
    this.scratch = scratch;
    this.nodes = nodes;
    this.names = names;
    this.parentField = parentField;
    this.nameField = nameField;
    this.nextField = nextField;
    this.heads = empty(scratch, buckets);
  }

  private static MemorySegment empty(Scratch scratch, int buckets) {
    return scratch.allocate(buckets * Integer.BYTES).fill((byte) -1);
  }

  /** The node, or -1. */
  int find(int parent, byte[] path, int from, int to) {
    int node = head(bucket(parent, Names.hash(path, from, to)));
    while (node >= 0
        && (nodes.getInt(node, parentField) != parent
            || !names.equal(nodes.getInt(node, nameField), path, from, to))) {
      node = nodes.getInt(node, nextField);
    }
    return node;
  }

  void add(int node) {
    if (entries++ > buckets) {
      grow();
    }
    int bucket = bucketOf(node);
    nodes.setInt(node, nextField, head(bucket));
    heads.set(JAVA_INT, 4L * bucket, node);
  }

  void remove(int node) {
    int bucket = bucketOf(node);
    int before = -1;
    int at = head(bucket);
    while (at != node) {
      before = at;
      at = nodes.getInt(at, nextField);
    }
    int next = nodes.getInt(node, nextField);
    if (before < 0) {
      heads.set(JAVA_INT, 4L * bucket, next);
    } else {
      nodes.setInt(before, nextField, next);
    }
    entries--;
  }

  /** Twice the buckets; the old ones are left where they are until the scratch is closed. */
  private void grow() {
    MemorySegment before = heads;
    int count = buckets;
    buckets *= 2;
    heads = empty(scratch, buckets);
    for (int i = 0; i < count; i++) {
      int node = before.get(JAVA_INT, 4L * i);
      while (node >= 0) {
        int next = nodes.getInt(node, nextField);
        int bucket = bucketOf(node);
        nodes.setInt(node, nextField, head(bucket));
        heads.set(JAVA_INT, 4L * bucket, node);
        node = next;
      }
    }
  }

  private int head(int bucket) {
    return heads.get(JAVA_INT, 4L * bucket);
  }

  private int bucketOf(int node) {
    return bucket(nodes.getInt(node, parentField), names.hash(nodes.getInt(node, nameField)));
  }

  private int bucket(int parent, int hash) {
    int mixed = (hash * 31 + parent) * 0x9E3779B9;
    return (mixed ^ mixed >>> 16) & (buckets - 1);
  }
}
