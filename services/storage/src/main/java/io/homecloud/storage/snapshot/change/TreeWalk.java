package io.homecloud.storage.snapshot.change;

import java.util.Arrays;

/**
 * Walks all nodes of one side in the order of their paths. Takes 4 bytes of the heap for each node,
 * 8 while it sorts. Nodes that come later are not seen, and the tree must not change meanwhile.
 */
final class TreeWalk {
  /** What to tell of a directory first. */
  enum Visit {
    DIRECTORY_FIRST,
    CONTENT_FIRST
  }

  /** Which of the two trees. */
  enum When {
    BEFORE,
    NOW
  }

  private final TouchedTree tree;
  private final When when;
  private final Visit visit;
  private final int[] sorted;
  private final int count;
  private int[] path = new int[32];
  private int depth;

  TreeWalk(TouchedTree tree, When when, Visit visit) {
    this.tree = tree;
    this.when = when;
    this.visit = visit;
    int[] nodes = new int[tree.size()];
    int filled = 0;
    for (int node = 1; node < nodes.length; node++) {
      if (parent(node) != TouchedTree.NONE) {
        nodes[filled++] = node;
      }
    }
    IntSort.sort(nodes, filled, this::compare);
    sorted = nodes;
    count = filled;
    for (int node = 0; node < nodes.length; node++) {
      tree.setFirst(node, when == When.NOW, TouchedTree.NONE);
    }
    for (int i = count - 1; i >= 0; i--) {
      tree.setFirst(parent(sorted[i]), when == When.NOW, i);
    }
    push(TouchedTree.TOP);
  }

  private int compare(int a, int b) {
    int order = Integer.compare(parent(a), parent(b));
    if (order != 0) {
      return order;
    }
    return when == When.NOW ? tree.compareNames(a, b) : tree.compareOldNames(a, b);
  }

  private int parent(int node) {
    return when == When.NOW ? tree.parent(node) : tree.oldParent(node);
  }

  /** The next node, never the top, or {@link TouchedTree#NONE}. */
  int next() {
    while (depth > 0) {
      int position = path[depth - 1];
      if (position == TouchedTree.NONE
          || position >= count
          || parent(sorted[position]) != directory()) {
        depth--;
        if (depth == 0) {
          break;
        }
        int directory = sorted[path[depth - 1]++];
        if (visit == Visit.CONTENT_FIRST) {
          return directory;
        }
        continue;
      }
      int node = sorted[position];
      if (tree.first(node, when == When.NOW) != TouchedTree.NONE) {
        push(node);
        if (visit == Visit.DIRECTORY_FIRST) {
          return node;
        }
      } else {
        path[depth - 1]++;
        return node;
      }
    }
    return TouchedTree.NONE;
  }

  private int directory() {
    return depth == 1 ? TouchedTree.TOP : sorted[path[depth - 2]];
  }

  private void push(int directory) {
    if (depth == path.length) {
      path = Arrays.copyOf(path, 2 * depth);
    }
    path[depth++] = tree.first(directory, when == When.NOW);
  }
}
