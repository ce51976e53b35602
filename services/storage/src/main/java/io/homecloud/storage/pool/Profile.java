package io.homecloud.storage.pool;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.homecloud.storage.StorageProblem;
import java.util.Locale;

/** How a pool spreads copies over its disks. */
public enum Profile {
  SINGLE(1, 1, 0),
  DUP(1, 2, 0),
  RAID0(2, 1, 0),
  RAID1(2, 2, 1),
  RAID1C3(3, 3, 2),
  RAID10(4, 2, 1);

  private final int minimumDisks;
  private final int copies;
  private final int mayFail;

  Profile(int minimumDisks, int copies, int mayFail) {
    this.minimumDisks = minimumDisks;
    this.copies = copies;
    this.mayFail = mayFail;
  }

  /** Fewer disks are refused: btrfs would take RAID0 on one, which promises what it does not do. */
  public int minimumDisks() {
    return minimumDisks;
  }

  /** How often each byte is stored. */
  public int copies() {
    return copies;
  }

  /** How many disks may fail with nothing lost. */
  public int mayFail() {
    return mayFail;
  }

  /**
   * Reads the lower-case name.
   *
   * @throws io.homecloud.control.problem.ProblemException PROFILE_REFUSED for anything else
   */
  @JsonCreator
  public static Profile parse(String text) {
    if (text.equals("raid5") || text.equals("raid6")) {
      throw StorageProblem.PROFILE_REFUSED.because(
          text
              + " is refused: btrfs can lose its parity at a power cut without saying so;"
              + " raid1 or raid1c3 keep the promise.");
    }
    for (Profile profile : values()) {
      if (profile.toString().equals(text)) {
        return profile;
      }
    }
    throw StorageProblem.PROFILE_REFUSED.because(
        "A profile is single, dup, raid0, raid1, raid1c3 or raid10.");
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
