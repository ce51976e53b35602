package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolUsage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Room by kind and profile (BTRFS_IOC_SPACE_INFO), and what it means for what can still be written,
 * counted as {@code btrfs filesystem usage} counts it (btrfs-progs, documentation of "Free
 * (estimated)").
 */
final class SpaceInfo {
  private static final long DATA = 1;
  private static final long SYSTEM = 1 << 1;
  private static final long METADATA = 1 << 2;
  private static final long GLOBAL_RESERVE = 1L << 49;
  private static final int ENTRY = 24;

  private SpaceInfo() {}

  /** One kind and profile, with how many bytes of disk one byte of it takes. */
  record Raw(PoolUsage.Group group, double copies) {}

  static List<Raw> groups(Descriptor top, Arena arena) {
    MemorySegment count = arena.allocate(Ioctl.SPACE_INFO.size());
    top.ioctl(Ioctl.SPACE_INFO, count);
    long slots = count.get(JAVA_LONG_UNALIGNED, 8) + 8;
    MemorySegment args = arena.allocate(Ioctl.SPACE_INFO.size() + slots * ENTRY);
    args.set(JAVA_LONG_UNALIGNED, 0, slots);
    top.ioctl(Ioctl.SPACE_INFO, args);
    List<Raw> groups = new ArrayList<>();
    for (long i = 0; i < args.get(JAVA_LONG_UNALIGNED, 8); i++) {
      long at = Ioctl.SPACE_INFO.size() + i * ENTRY;
      long flags = args.get(JAVA_LONG_UNALIGNED, at);
      if ((flags & GLOBAL_RESERVE) == 0) {
        groups.add(
            raw(
                flags,
                args.get(JAVA_LONG_UNALIGNED, at + 8),
                args.get(JAVA_LONG_UNALIGNED, at + 16)));
      }
    }
    return groups;
  }

  private static Raw raw(long flags, long total, long used) {
    PoolUsage.Kind kind =
        (flags & DATA) != 0 && (flags & METADATA) != 0
            ? PoolUsage.Kind.MIXED
            : (flags & DATA) != 0
                ? PoolUsage.Kind.DATA
                : (flags & SYSTEM) != 0 ? PoolUsage.Kind.SYSTEM : PoolUsage.Kind.METADATA;
    ProfileBit profile = ProfileBit.of(flags);
    return new Raw(new PoolUsage.Group(kind, profile.word, total, used), profile.copies);
  }

  /**
   * The bits of a chunk's profile; RAID5 and RAID6 are seen on foreign pools only, their parity is
   * neglected.
   */
  private enum ProfileBit {
    RAID0(3, "raid0", 1),
    RAID1(4, "raid1", 2),
    DUP(5, "dup", 2),
    RAID10(6, "raid10", 2),
    RAID5(7, "raid5", 1),
    RAID6(8, "raid6", 1),
    RAID1C3(9, "raid1c3", 3),
    RAID1C4(10, "raid1c4", 4),
    SINGLE(-1, "single", 1);

    private final int bit;
    private final String word;
    private final int copies;

    ProfileBit(int bit, String word, int copies) {
      this.bit = bit;
      this.word = word;
      this.copies = copies;
    }

    static ProfileBit of(long flags) {
      for (ProfileBit profile : values()) {
        if (profile.bit >= 0 && (flags & 1L << profile.bit) != 0) {
          return profile;
        }
      }
      return SINGLE;
    }
  }

  static PoolUsage usage(
      List<Raw> groups, List<PoolDevice> devices, long available, Optional<PoolUsage.Lack> lack) {
    long size = devices.stream().mapToLong(PoolDevice::size).sum();
    long unallocated =
        devices.stream()
            .filter(device -> !device.missing())
            .mapToLong(PoolDevice::unallocated)
            .sum();
    double allocated = 0;
    double used = 0;
    double dataRaw = 0;
    double dataLogical = 0;
    double dataRawFree = 0;
    double most = 1;
    for (Raw raw : groups) {
      double total = raw.group().total() * raw.copies();
      allocated += total;
      used += raw.group().used() * raw.copies();
      most = Math.max(most, raw.copies());
      if (raw.group().kind() == PoolUsage.Kind.DATA || raw.group().kind() == PoolUsage.Kind.MIXED) {
        dataRaw += total;
        dataLogical += raw.group().total();
        dataRawFree += total - raw.group().used() * raw.copies();
      }
    }
    double ratio = dataLogical == 0 ? most : dataRaw / dataLogical;
    return new PoolUsage(
        size,
        (long) allocated,
        (long) used,
        (long) ((dataRawFree + unallocated) / ratio),
        (long) (dataRawFree / ratio + unallocated / Math.max(most, ratio)),
        available,
        groups.stream().map(Raw::group).toList(),
        lack);
  }
}
