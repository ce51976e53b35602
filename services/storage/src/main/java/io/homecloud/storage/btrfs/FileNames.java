package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.ADDRESS_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/** Which files an address of a pool belongs to, in all subvolumes that share it. */
final class FileNames {
  private static final long TOP = 5; // BTRFS_FS_TREE_OBJECTID
  private static final int DEEPEST = 64;

  // struct btrfs_data_container
  private static final int CONTAINER = 64 * 1024;
  private static final int COUNT = 8;
  private static final int MISSED = 12;
  private static final int VALUES = 16;

  private final Descriptor pool;
  private final int most;
  private final SequencedSet<Path> found = new LinkedHashSet<>();
  private final Map<Long, Optional<Path>> subvolumes = new HashMap<>();
  private final Set<Inode> seen = new HashSet<>();
  private boolean more;

  private record Inode(long tree, long number) {}

  /**
   * @param most names that are kept
   */
  FileNames(Descriptor pool, int most) {
    this.pool = pool;
    this.most = most;
  }

  /** Relative to the pool's root. */
  Collection<Path> found() {
    return found;
  }

  /** Whether there are files whose names are not among the found ones. */
  boolean more() {
    return more;
  }

  /** Adds the files that have this address in one of their extents. */
  void add(long address) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment container = arena.allocate(CONTAINER);
      MemorySegment args = arena.allocate(Ioctl.LOGICAL_INO_V2.size());
      args.set(JAVA_LONG_UNALIGNED, 0, address);
      args.set(JAVA_LONG_UNALIGNED, 8, CONTAINER);
      args.set(ADDRESS_UNALIGNED, 48, container);
      if (pool.tryIoctl(Ioctl.LOGICAL_INO_V2, args) < 0) {
        return; // freed meanwhile
      }
      more |= container.get(JAVA_INT_UNALIGNED, MISSED) > 0;
      int values = container.get(JAVA_INT_UNALIGNED, COUNT);
      for (int i = 0; i + 2 < values && found.size() < most; i += 3) {
        long at = VALUES + (long) i * Long.BYTES;
        long inode = container.get(JAVA_LONG_UNALIGNED, at);
        long tree = container.get(JAVA_LONG_UNALIGNED, at + 2 * Long.BYTES);
        if (seen.add(new Inode(tree, inode))) {
          subvolumes
              .computeIfAbsent(tree, id -> path(id, DEEPEST))
              .ifPresent(subvolume -> addNames(subvolume, inode));
        }
      }
      more |= found.size() >= most;
    }
  }

  private void addNames(Path subvolume, long inode) {
    Optional<Descriptor> opened =
        subvolume.toString().isEmpty()
            ? Optional.of(Descriptor.directory(pool.path()))
            : pool.below(subvolume);
    if (opened.isEmpty()) {
      return;
    }
    try (Descriptor root = opened.get();
        Arena arena = Arena.ofConfined()) {
      MemorySegment container = arena.allocate(CONTAINER);
      MemorySegment args = arena.allocate(Ioctl.INO_PATHS.size());
      args.set(JAVA_LONG_UNALIGNED, 0, inode);
      args.set(JAVA_LONG_UNALIGNED, 8, CONTAINER);
      args.set(ADDRESS_UNALIGNED, 48, container);
      if (root.tryIoctl(Ioctl.INO_PATHS, args) < 0) {
        return; // deleted meanwhile
      }
      for (int i = 0; i < container.get(JAVA_INT_UNALIGNED, COUNT); i++) {
        long offset = container.get(JAVA_LONG_UNALIGNED, VALUES + (long) i * Long.BYTES);
        name(container.getString(VALUES + offset, StandardCharsets.UTF_8))
            .ifPresent(name -> found.add(subvolume.resolve(name)));
      }
    }
  }

  /** Where a subvolume is; empty when it is being deleted. */
  private Optional<Path> path(long tree, int depth) {
    if (tree == TOP) {
      return Optional.of(Path.of(""));
    }
    if (depth == 0) {
      return Optional.empty();
    }
    record Parent(long tree, long directory, String name) {}
    Parent[] parent = new Parent[1];
    new TreeSearch(TreeSearch.ROOT_TREE, tree, TreeSearch.ROOT_BACKREF)
        .each(
            pool,
            item -> {
              // struct btrfs_root_ref
              int length = Short.toUnsignedInt(item.data().get(JAVA_SHORT_UNALIGNED, 16));
              byte[] name = item.data().asSlice(18, length).toArray(JAVA_BYTE);
              parent[0] =
                  new Parent(
                      item.offset(), item.number(0), new String(name, StandardCharsets.UTF_8));
            });
    if (parent[0] == null) {
      return Optional.empty();
    }
    return path(parent[0].tree(), depth - 1)
        .flatMap(above ->
            directory(parent[0].tree(), parent[0].directory())
                .map(above::resolve)
                .flatMap(at -> name(parent[0].name()).map(at::resolve)));
  }

  /** The way from the root of a subvolume to one of its directories. */
  private Optional<Path> directory(long tree, long inode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(Ioctl.INO_LOOKUP.size());
      args.set(JAVA_LONG_UNALIGNED, 0, tree);
      args.set(JAVA_LONG_UNALIGNED, 8, inode);
      return pool.tryIoctl(Ioctl.INO_LOOKUP, args) < 0
          ? Optional.empty()
          : name(args.getString(16, StandardCharsets.UTF_8));
    }
  }

  /** Names are bytes; those that are no text in this process' locale cannot be a path of Java. */
  private Optional<Path> name(String name) {
    try {
      return Optional.of(Path.of(name));
    } catch (InvalidPathException e) {
      more = true;
      return Optional.empty();
    }
  }
}
