package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.ADDRESS_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.homecloud.host.libc.Errno;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SubvolumeInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Subvolumes by ioctl. Each verb is one step of the kernel: done or not, never half. */
final class Subvolumes {
  // struct btrfs_ioctl_vol_args_v2
  private static final long FD = 0;
  private static final long FLAGS = 16;
  private static final long INHERIT_SIZE = 24;
  private static final long INHERIT = 32;
  private static final long NAME = 56;
  private static final long READ_ONLY = 1 << 1;
  private static final long WITH_GROUPS = 1 << 2;
  private static final long BY_ID = 1 << 4;

  // struct btrfs_qgroup_inherit with one group
  private static final long GROUP_COUNT = 8;
  private static final long GROUPS = 72;

  // struct btrfs_ioctl_get_subvol_info_args
  private static final long TREE = 0;
  private static final long GENERATION = 280;
  private static final long ROOT_FLAGS = 288;
  private static final long UUID_OF = 296;
  private static final long PARENT_UUID = 312;
  private static final long CREATED = 392;

  private static final long ROOT_READ_ONLY = 1;

  private static final long ROOT_INODE = 256;

  private Subvolumes() {}

  /**
   * Makes an empty subvolume, a member of the group from its first byte on.
   *
   * @return false when something of the name is there
   */
  static boolean create(Descriptor directory, String name, OptionalLong group) {
    return make(Ioctl.SUBVOL_CREATE_V2, directory, name, 0, 0, group);
  }

  /** The same with the content of another. */
  static boolean snapshot(
      Descriptor source, Descriptor directory, String name, boolean readOnly, OptionalLong group) {
    long flags = readOnly ? READ_ONLY : 0;
    return make(Ioctl.SNAP_CREATE_V2, directory, name, source.number(), flags, group);
  }

  private static boolean make(
      Ioctl ioctl, Descriptor at, String name, int source, long flags, OptionalLong group) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(ioctl.size());
      args.set(JAVA_LONG_UNALIGNED, FD, source);
      args.set(JAVA_LONG_UNALIGNED, FLAGS, flags);
      args.setString(NAME, name);
      if (group.isPresent()) {
        MemorySegment inherit = arena.allocate(GROUPS + Long.BYTES);
        inherit.set(JAVA_LONG_UNALIGNED, GROUP_COUNT, 1);
        inherit.set(JAVA_LONG_UNALIGNED, GROUPS, group.getAsLong());
        args.set(JAVA_LONG_UNALIGNED, FLAGS, flags | WITH_GROUPS);
        args.set(JAVA_LONG_UNALIGNED, INHERIT_SIZE, inherit.byteSize());
        args.set(ADDRESS_UNALIGNED, INHERIT, inherit);
      }
      long answer = at.tryIoctl(ioctl, args);
      return answer != -Errno.EEXIST.number() && Descriptor.checked("make " + name, answer) == 0;
    }
  }

  /** Deletes a subvolume with those that somebody made inside it; the deepest go first. */
  static void delete(Descriptor pool, long id) {
    for (long child : children(pool, id)) {
      delete(pool, child);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(Ioctl.SNAP_DESTROY_V2.size());
      args.set(JAVA_LONG_UNALIGNED, FLAGS, BY_ID);
      args.set(JAVA_LONG_UNALIGNED, NAME, id);
      long answer = pool.tryIoctl(Ioctl.SNAP_DESTROY_V2, args);
      if (answer != -Errno.ENOENT.number()) {
        Descriptor.checked("delete subvolume " + id, answer);
      }
    }
  }

  /** Subvolumes directly inside this one, wherever their directories are in it. */
  static List<Long> children(Descriptor pool, long id) {
    List<Long> ids = new ArrayList<>();
    new TreeSearch(TreeSearch.ROOT_TREE, id, TreeSearch.ROOT_REF)
        .each(pool, item -> ids.add(item.offset()));
    return ids;
  }

  /** Whether the kernel still clears away one that was deleted; until then it is noted so. */
  static boolean clearing(Descriptor pool) {
    boolean[] found = {false};
    new TreeSearch(TreeSearch.ROOT_TREE, TreeSearch.ORPHANS, TreeSearch.ORPHAN_ITEM)
        .each(pool, _ -> found[0] = true);
    return found[0];
  }

  /** What the file system knows; empty when the directory is no subvolume. */
  static Optional<SubvolumeInfo> info(Descriptor directory, Place place) {
    try (Arena arena = Arena.ofConfined()) {
      if (!isRoot(directory)) {
        return Optional.empty();
      }
      MemorySegment info = arena.allocate(Ioctl.GET_SUBVOL_INFO.size());
      directory.ioctl(Ioctl.GET_SUBVOL_INFO, info);
      UUID parent = uuid(info, PARENT_UUID);
      return Optional.of(
          new SubvolumeInfo(
              place,
              info.get(JAVA_LONG_UNALIGNED, TREE),
              uuid(info, UUID_OF),
              Optional.of(parent).filter(p -> !p.equals(new UUID(0, 0))),
              Instant.ofEpochSecond(
                  info.get(JAVA_LONG_UNALIGNED, CREATED),
                  info.get(JAVA_INT_UNALIGNED, CREATED + Long.BYTES)),
              (info.get(JAVA_LONG_UNALIGNED, ROOT_FLAGS) & ROOT_READ_ONLY) != 0,
              info.get(JAVA_LONG_UNALIGNED, GENERATION)));
    }
  }

  /** GET_SUBVOL_INFO answers for any directory in a subvolume; only its root has this inode. */
  private static boolean isRoot(Descriptor directory) {
    return directory.stat().inode() == ROOT_INODE;
  }

  static UUID uuid(MemorySegment struct, long offset) {
    ByteBuffer bytes = struct.asSlice(offset, 16).asByteBuffer();
    return new UUID(bytes.getLong(), bytes.getLong());
  }
}
