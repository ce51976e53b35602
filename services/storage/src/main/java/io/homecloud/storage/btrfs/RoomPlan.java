package io.homecloud.storage.btrfs;

import io.homecloud.storage.pool.Profile;
import java.util.Arrays;
import java.util.Collection;

/**
 * How much would fit on disks of given free sizes, by giving out pieces as the kernel gives out
 * chunks: to the disks with the most room first. Never exact, as chunks are not, but right for
 * disks of different sizes, where a formula is not.
 */
final class RoomPlan {
  private static final int PIECES = 2_000;

  private final long[] free;
  private final long piece;

  RoomPlan(Collection<Long> freeOnDisks) {
    this.free = freeOnDisks.stream().mapToLong(Long::longValue).toArray();
    this.piece = Math.max(64 * 1024, Arrays.stream(free).sum() / PIECES);
  }

  /** Gives out room for so many bytes; what did not fit, 0 when all did. */
  long take(Profile profile, long bytes) {
    long left = bytes;
    while (left > 0) {
      long fitted = takePiece(profile, left);
      if (fitted == 0) {
        return left;
      }
      left -= fitted;
    }
    return 0;
  }

  private long takePiece(Profile profile, long wanted) {
    Arrays.sort(free);
    int disks = 0;
    int per = profile == Profile.DUP ? 2 : 1;
    for (long one : free) {
      disks += one >= per ? 1 : 0;
    }
    int used =
        switch (profile) {
          case SINGLE, DUP -> Math.min(disks, 1);
          case RAID1, RAID1C3 -> disks < profile.copies() ? 0 : profile.copies();
          case RAID0 -> disks < profile.minimumDisks() ? 0 : disks;
          case RAID10 -> disks < profile.minimumDisks() ? 0 : disks & ~1;
        };
    if (used == 0) {
      return 0;
    }
    int stripes = Math.max(1, used * per / profile.copies());
    long each =
        Math.min(Math.min(piece, free[free.length - used] / per), (wanted + stripes - 1) / stripes);
    for (int i = 1; i <= used; i++) {
      free[free.length - i] -= each * per;
    }
    return each * stripes;
  }
}
