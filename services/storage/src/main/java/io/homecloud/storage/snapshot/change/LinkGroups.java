package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.util.Arrays;

/**
 * Brings together the names of one inode. The kernel renames a file by a new link and an unlink,
 * and writes to a file by one of its names: here such pairs become a rename, and what is true of an
 * inode is noted at each of its names.
 */
final class LinkGroups {
  private final TouchedTree tree;
  private final Survey survey;
  private final Ranges ranges;
  private final Detail detail;

  LinkGroups(TouchedTree tree, Survey survey, Ranges ranges, Detail detail) {
    this.detail = detail;
    this.tree = tree;
    this.survey = survey;
    this.ranges = ranges;
  }

  /** Pairs and spreads; {@code names} finds the names that the stream did not speak of. */
  void resolve(InodeNames names) {
    int[] nodes = new int[64];
    int count = 0;
    for (int node = 1; node < tree.size(); node++) {
      if (concerned(node)) {
        if (count == nodes.length) {
          nodes = Arrays.copyOf(nodes, 2 * count);
        }
        nodes[count++] = node;
      }
    }
    IntSort.sort(nodes, count, this::byInode);
    int start = 0;
    for (int i = 1; i <= count; i++) {
      if (i == count || byInode(nodes[start], nodes[i]) != 0) {
        group(Arrays.copyOfRange(nodes, start, i), names);
        start = i;
      }
    }
  }

  private boolean concerned(int node) {
    boolean was = tree.was(node);
    boolean is = tree.is(node);
    if (was == is) {
      return tree.has(node, Mark.MANY_LINKS);
    }
    int marks = tree.marks(node);
    return (is ? Mark.typeOf(marks) : Mark.oldTypeOf(marks)) != FileType.DIRECTORY;
  }

  private int byInode(int a, int b) {
    int order = Long.compare(tree.inode(a), tree.inode(b));
    return order != 0 ? order : Long.compare(tree.born(a), tree.born(b));
  }

  private void group(int[] group, InodeNames names) {
    int marks = 0;
    int before = TouchedTree.NONE;
    int now = TouchedTree.NONE;
    int there = 0;
    for (int node : group) {
      marks |= tree.marks(node);
      if (tree.was(node)) {
        before = node;
      }
      if (tree.is(node)) {
        now = node;
        there++;
      }
    }
    if (before == TouchedTree.NONE || now == TouchedTree.NONE) {
      lead(group, group[0]);
      return;
    }
    int aspects = survey.aspects(marks, before, now);
    if (detail == Detail.FOR_COPIES
        && (marks & Mark.MANY_LINKS) != 0
        && !Arrays.stream(group).allMatch(tree::stayed)) {
      aspects |= Mark.of(Aspect.LINKS);
    }
    for (int node : group) {
      tree.mark(node, aspects);
    }
    pair(group);
    int leader = now;
    for (int node : group) {
      leader = tree.is(node) && tree.origin(node) != TouchedTree.NONE ? node : leader;
    }
    lead(group, leader);
    shareRanges(group, leader);
    if (aspects != 0 && (marks & Mark.MANY_LINKS) != 0 && names.count(tree.path(now)) > there) {
      for (RelativePath path : names.of(tree.inode(now))) {
        int node = tree.at(path);
        if (tree.marks(node) == 0) {
          survey.lookAlso(node, aspects);
          tree.setLeader(node, leader);
        }
      }
    }
  }

  private void lead(int[] group, int leader) {
    if (group.length > 1) {
      for (int node : group) {
        tree.setLeader(node, leader);
      }
    }
  }

  /**
   * Which older name became which newer one. The kernel may have moved any of several names to a
   * new one on a detour, so what it moved says nothing: names that are the same on both sides are,
   * and of the others the first of the one side becomes the first of the other.
   */
  private void pair(int[] group) {
    for (int node : group) {
      if (tree.was(node) && tree.is(node) && !tree.stayed(node)) {
        tree.mark(node, Mark.SPLIT);
      }
    }
    int[] removed = Arrays.stream(group).filter(tree::vanished).toArray();
    int[] made = Arrays.stream(group).filter(this::isMade).toArray();
    if (removed.length == 0 || made.length == 0) {
      return;
    }
    pairSame(removed, made);
    int[] restRemoved = Arrays.stream(removed).filter(tree::vanished).toArray();
    int[] restMade = Arrays.stream(made).filter(this::isMade).toArray();
    IntSort.sort(
        restRemoved, restRemoved.length, (a, b) -> tree.oldPath(a).compareTo(tree.oldPath(b)));
    IntSort.sort(restMade, restMade.length, (a, b) -> tree.path(a).compareTo(tree.path(b)));
    for (int i = 0; i < Math.min(restRemoved.length, restMade.length); i++) {
      tree.setOrigin(restMade[i], restRemoved[i]);
    }
  }

  private boolean isMade(int node) {
    return tree.is(node) && tree.origin(node) == TouchedTree.NONE;
  }

  private void pairSame(int[] removed, int[] made) {
    IntSort.sort(removed, removed.length, this::byOldPlace);
    IntSort.sort(made, made.length, this::byPlace);
    int next = 0;
    for (int node : made) {
      while (next < removed.length && byOldAndNewPlace(removed[next], node) < 0) {
        next++;
      }
      if (next < removed.length && byOldAndNewPlace(removed[next], node) == 0) {
        tree.setOrigin(node, removed[next++]);
      }
    }
  }

  private int byOldPlace(int a, int b) {
    int order = Integer.compare(tree.oldParent(a), tree.oldParent(b));
    return order != 0 ? order : tree.compareOldNames(a, b);
  }

  private int byPlace(int a, int b) {
    int order = Integer.compare(tree.parent(a), tree.parent(b));
    return order != 0 ? order : tree.compareNames(a, b);
  }

  private int byOldAndNewPlace(int old, int now) {
    int order = Integer.compare(tree.oldParent(old), tree.parent(now));
    return order != 0 ? order : tree.compareOldWithNew(old, now);
  }

  private void shareRanges(int[] group, int leader) {
    for (int node : group) {
      if (node != leader) {
        for (int range = tree.ranges(node); range != TouchedTree.NONE; range = ranges.next(range)) {
          long offset = ranges.offset(range);
          tree.setRanges(
              leader, ranges.add(tree.ranges(leader), offset, ranges.end(range) - offset));
        }
      }
    }
  }
}
