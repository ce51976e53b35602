package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeUsage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * One level-1 simple-quota group for each volume. Its number comes from the volume's identity, so
 * that nothing has to be remembered and making it twice makes it once.
 */
final class QuotaGroups {
  private static final int LEVEL_SHIFT = 48;
  private static final long LEVEL_ONE = 1L << LEVEL_SHIFT;
  private static final long NUMBER_MASK = (1L << 47) - 1;
  private static final long STATUS_SIMPLE = 1 << 3;
  private static final long STATUS_ON = 1;
  private static final long LIMIT_MAX_REFERENCED = 1;
  private static final long CLEAR = -1;

  private final Path sysfs;

  QuotaGroups(Path sysfs) {
    this.sysfs = sysfs;
  }

  QuotaGroups() {
    this(Path.of("/sys/fs/btrfs"));
  }

  /** The group's id; the low 47 bits of both halves of the identity, never 0. */
  static long groupOf(VolumeId volume) {
    UUID uuid = volume.value();
    long number = (uuid.getMostSignificantBits() ^ uuid.getLeastSignificantBits()) & NUMBER_MASK;
    return LEVEL_ONE | (number == 0 ? 1 : number);
  }

  /** Whether the pool counts, and by the simple method. */
  static boolean simple(Descriptor pool) {
    boolean[] simple = {false};
    try {
      new TreeSearch(TreeSearch.QUOTA_TREE, 0, TreeSearch.QGROUP_STATUS)
          .each(
              pool,
              item -> {
                long flags = item.number(16);
                simple[0] = (flags & STATUS_ON) != 0 && (flags & STATUS_SIMPLE) != 0;
              });
    } catch (KernelRefused e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
    return simple[0];
  }

  /** Makes the group; whether it was missing. */
  static boolean create(Descriptor pool, long group) {
    try (Arena arena = Arena.ofConfined()) {
      long answer = pool.tryIoctl(Ioctl.QGROUP_CREATE, createArgs(arena, true, group));
      return answer != -Errno.EEXIST.number() && Descriptor.checked("make group", answer) == 0;
    }
  }

  /** Removes a group; false when it still counts something. */
  static boolean remove(Descriptor pool, long group) {
    try (Arena arena = Arena.ofConfined()) {
      long answer = pool.tryIoctl(Ioctl.QGROUP_CREATE, createArgs(arena, false, group));
      return switch (Errno.of(answer)) {
        case ENOENT -> true;
        case EBUSY -> false;
        default -> Descriptor.checked("remove group", answer) == 0;
      };
    }
  }

  private static MemorySegment createArgs(Arena arena, boolean create, long group) {
    MemorySegment args = arena.allocate(Ioctl.QGROUP_CREATE.size());
    args.set(JAVA_LONG_UNALIGNED, 0, create ? 1 : 0);
    args.set(JAVA_LONG_UNALIGNED, 8, group);
    return args;
  }

  /** Makes a subvolume that exists a member; whether it was none. */
  static boolean join(Descriptor pool, long subvolume, long group) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(Ioctl.QGROUP_ASSIGN.size());
      args.set(JAVA_LONG_UNALIGNED, 0, 1);
      args.set(JAVA_LONG_UNALIGNED, 8, subvolume);
      args.set(JAVA_LONG_UNALIGNED, 16, group);
      long answer = pool.tryIoctl(Ioctl.QGROUP_ASSIGN, args);
      // A positive answer asks for a rescan, which simple quotas do not have.
      return answer != -Errno.EEXIST.number() && Descriptor.checked("join group", answer) >= 0;
    }
  }

  static boolean exists(Descriptor pool, long group) {
    boolean[] found = {false};
    new TreeSearch(
            TreeSearch.QUOTA_TREE,
            0,
            0,
            TreeSearch.QGROUP_INFO,
            TreeSearch.QGROUP_INFO,
            group,
            group)
        .each(pool, _ -> found[0] = true);
    return found[0];
  }

  /** The ids of the members, subvolumes that are gone included. */
  static List<Long> members(Descriptor pool, long group) {
    List<Long> members = new ArrayList<>();
    new TreeSearch(TreeSearch.QUOTA_TREE, group, TreeSearch.QGROUP_RELATION)
        .each(
            pool,
            item -> {
              if (item.offset() >>> LEVEL_SHIFT == 0) {
                members.add(item.offset());
              }
            });
    return members;
  }

  static void limit(Descriptor pool, long group, OptionalLong limit) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(Ioctl.QGROUP_LIMIT.size());
      args.set(JAVA_LONG_UNALIGNED, 0, group);
      args.set(JAVA_LONG_UNALIGNED, 8, LIMIT_MAX_REFERENCED);
      args.set(JAVA_LONG_UNALIGNED, 16, limit.orElse(CLEAR));
      pool.ioctl(Ioctl.QGROUP_LIMIT, args);
    }
  }

  /** As the kernel counts now; empty when there is no such group. */
  Optional<VolumeUsage> usage(UUID fileSystem, long group) {
    Path directory =
        sysfs
            .resolve(fileSystem.toString())
            .resolve("qgroups")
            .resolve("1_" + (group & ~LEVEL_ONE));
    try {
      long used = number(directory, "referenced");
      boolean limited = (number(directory, "limit_flags") & LIMIT_MAX_REFERENCED) != 0;
      return Optional.of(
          new VolumeUsage(
              used,
              limited
                  ? OptionalLong.of(number(directory, "max_referenced"))
                  : OptionalLong.empty()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static long number(Path directory, String file) throws NoSuchFileException {
    String text = PseudoFiles.text(directory.resolve(file)).strip();
    if (text.isEmpty()) {
      throw new NoSuchFileException(file);
    }
    return text.startsWith("0x")
        ? Long.parseUnsignedLong(text.substring(2), 16)
        : Long.parseUnsignedLong(text);
  }

  /** Of all groups in one search, as of the last commit. */
  static Map<VolumeId, VolumeUsage> usages(Descriptor pool, Collection<VolumeId> volumes) {
    Map<Long, Long> used = new HashMap<>();
    Map<Long, Long> limits = new HashMap<>();
    if (simple(pool)) {
      new TreeSearch(
              TreeSearch.QUOTA_TREE, 0, 0, TreeSearch.QGROUP_INFO, TreeSearch.QGROUP_LIMIT, 0, -1)
          .each(
              pool,
              item -> {
                if (item.type() == TreeSearch.QGROUP_INFO) {
                  used.put(item.offset(), item.number(8));
                } else if ((item.number(0) & LIMIT_MAX_REFERENCED) != 0) {
                  limits.put(item.offset(), item.number(8));
                }
              });
    }
    Map<VolumeId, VolumeUsage> answer = new HashMap<>();
    for (VolumeId volume : volumes) {
      Long of = used.get(groupOf(volume));
      Long limit = limits.get(groupOf(volume));
      if (of != null) {
        answer.put(
            volume,
            new VolumeUsage(of, limit == null ? OptionalLong.empty() : OptionalLong.of(limit)));
      }
    }
    return Map.copyOf(answer);
  }
}
