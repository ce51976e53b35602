package io.homecloud.storage.btrfs;

import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolState;
import io.homecloud.storage.pool.PoolUsage;
import io.homecloud.storage.pool.PoolUsage.Kind;
import io.homecloud.storage.pool.Profile;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Says before a long job what would end it after hours. */
final class RoomCheck {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  /** From here on the kernel makes metadata chunks of 1 GiB instead of 256 MiB. */
  private static final long LARGE_POOL = 50 * GIB;

  private static final long SYSTEM_CHUNK = 32 * MIB;
  private static final long SPARE = 64 * MIB;

  private final PoolState state;
  private final PoolUsage usage;

  RoomCheck(PoolState state, PoolUsage usage) {
    this.state = state;
    this.usage = usage;
  }

  Optional<Refusal> remove(PoolDevice leaving) {
    List<PoolDevice> rest = present().stream().filter(one -> one.id() != leaving.id()).toList();
    if (rest.isEmpty()) {
      return refused(StorageError.TOO_FEW_DISKS, "It is the last disk of the pool.");
    }
    for (PoolUsage.Group group : usedGroups()) {
      int least = minimumDisks(group.profile());
      if (rest.size() < least) {
        return refused(
            StorageError.TOO_FEW_DISKS,
            "%s as %s needs %d disks, and %d would be left. Convert to another profile first."
                .formatted(word(group.kind()), group.profile(), least, rest.size()));
      }
    }
    RoomPlan plan = new RoomPlan(rest.stream().map(PoolDevice::size).toList());
    long over = 0;
    for (PoolUsage.Group group : usedGroups()) {
      over += plan.take(profile(group.profile()), group.used());
    }
    return over == 0
        ? Optional.empty()
        : refused(
            StorageError.NO_ROOM,
            "The other disks cannot hold what is there: %s are too much.".formatted(bytes(over)));
  }

  Optional<Refusal> replace(PoolDevice leaving, long sizeOfNew) {
    if (sizeOfNew < leaving.size()) {
      return refused(
          StorageError.DISK_TOO_SMALL,
          "The new disk has %s, the one it replaces %s. Where all that is there fits on it, let it join (POST …/disks) and then take the old one out (DELETE …/disks/%d)."
              .formatted(
                  apart(sizeOfNew, leaving.size()),
                  apart(leaving.size(), sizeOfNew),
                  leaving.id()));
    }
    return copying();
  }

  /**
   * What is missing for a replacement, whatever disk is to be the new one. Copying a chunk makes it
   * read-only, and the kernel wants new chunks beside it for what is written meanwhile. Measured on
   * Linux 6.18 with small disks: it refuses with "no space" while less than the usual size of a
   * data chunk is unallocated.
   */
  Optional<Refusal> copying() {
    List<PoolDevice> writable = present();
    long size = writable.stream().mapToLong(PoolDevice::size).sum();
    long dataChunk = Math.min(GIB, size / 10);
    long metadataChunk = size > LARGE_POOL ? GIB : 256 * MIB;
    long needed = Math.max(dataChunk, metadataChunk + SYSTEM_CHUNK) + SPARE;
    int copies =
        usedGroups().stream().mapToInt(group -> profile(group.profile()).copies()).max().orElse(1);
    int disks = Math.min(writable.size(), copies);
    List<PoolDevice> short_ =
        writable.stream().filter(device -> device.unallocated() < needed).toList();
    if (writable.size() - short_.size() >= disks) {
      return Optional.empty();
    }
    PoolDevice fullest =
        short_.stream().min(Comparator.comparingLong(PoolDevice::unallocated)).orElseThrow();
    return refused(
        StorageError.NO_ROOM,
        "Copying needs %s unallocated on %d %s that stay, and %s has %s. A balance, or deleting and then a balance, frees some."
            .formatted(
                bytes(needed),
                disks,
                disks == 1 ? "disk" : "disks",
                fullest.path().map(Object::toString).orElse("a disk"),
                bytes(fullest.unallocated())));
  }

  Optional<Refusal> convert(Profile data, Profile metadata) {
    List<PoolDevice> writable = present();
    for (Profile profile : List.of(data, metadata)) {
      if (writable.size() < profile.minimumDisks()) {
        return refused(
            StorageError.TOO_FEW_DISKS,
            "%s needs %d disks, and the pool has %d."
                .formatted(profile, profile.minimumDisks(), writable.size()));
      }
    }
    RoomPlan whole = new RoomPlan(writable.stream().map(PoolDevice::size).toList());
    long over = whole.take(metadata, used(Kind.METADATA) + used(Kind.SYSTEM));
    over += whole.take(data, used(Kind.DATA) + used(Kind.MIXED));
    if (over > 0) {
      return refused(
          StorageError.NO_ROOM,
          "With these profiles %s would not fit any more.".formatted(bytes(over)));
    }
    RoomPlan work = new RoomPlan(writable.stream().map(PoolDevice::unallocated).toList());
    return work.take(data, SPARE) == 0
        ? Optional.empty()
        : refused(
            StorageError.NO_ROOM,
            "There is no unallocated space to begin with. A balance of half-empty chunks frees some.");
  }

  /** Whether every chunk has these profiles. */
  boolean has(Profile data, Profile metadata) {
    return usage.groups().stream()
        .filter(group -> group.total() > 0)
        .allMatch(group ->
            switch (group.kind()) {
              case DATA, MIXED -> group.profile().equals(data.toString());
              case METADATA, SYSTEM -> group.profile().equals(metadata.toString());
            });
  }

  private List<PoolDevice> present() {
    return state.devices().stream().filter(device -> !device.missing()).toList();
  }

  /** Metadata first, as it is what must fit. */
  private List<PoolUsage.Group> usedGroups() {
    return usage.groups().stream()
        .filter(group -> group.total() > 0)
        .sorted(Comparator.comparing(group -> group.kind() == Kind.DATA))
        .toList();
  }

  private long used(Kind kind) {
    return usage.groups().stream()
        .filter(group -> group.kind() == kind)
        .mapToLong(PoolUsage.Group::used)
        .sum();
  }

  /** Profiles that are seen on foreign pools only are planned as their nearest relative. */
  private static Profile profile(String word) {
    return switch (word) {
      case "dup" -> Profile.DUP;
      case "raid0", "raid5" -> Profile.RAID0;
      case "raid1", "raid6" -> Profile.RAID1;
      case "raid1c3", "raid1c4" -> Profile.RAID1C3;
      case "raid10" -> Profile.RAID10;
      default -> Profile.SINGLE;
    };
  }

  /** Fewer disks than these and the profile is no more what its name says. */
  private static int minimumDisks(String word) {
    return switch (word) {
      case "raid5" -> 2;
      case "raid6" -> 3;
      case "raid1c4" -> 4;
      default -> profile(word).minimumDisks();
    };
  }

  private static String word(Kind kind) {
    return switch (kind) {
      case DATA, MIXED -> "Data";
      case METADATA, SYSTEM -> "Metadata";
    };
  }

  private static String bytes(long bytes) {
    return bytes >= 10 * GIB ? bytes / GIB + " GiB" : bytes / MIB + " MiB";
  }

  /** Disks of two makers differ by a few MiB, which must not look like two equal numbers. */
  private static String apart(long bytes, long other) {
    if (!bytes(bytes).equals(bytes(other))) {
      return bytes(bytes);
    }
    return bytes / MIB == other / MIB ? bytes + " bytes" : bytes / MIB + " MiB";
  }

  private static Optional<Refusal> refused(StorageError error, String sentence) {
    return Optional.of(new Refusal(error, sentence));
  }
}
