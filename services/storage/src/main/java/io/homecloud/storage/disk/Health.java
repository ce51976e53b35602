package io.homecloud.storage.disk;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a disk says of its own health.
 *
 * @param verdict see there
 * @param reasons why it is not {@link Verdict#HEALTHY}, sentences for people
 * @param reallocated sectors replaced by spare ones so far
 * @param pending sectors that cannot be read now
 * @param uncorrectable sectors, or on NVMe reads, that were lost for good
 * @param temperature in degrees Celsius
 * @param powerOnHours since it was made
 * @param wear of flash in percent of what it was made for; may exceed 100
 */
public record Health(
    Verdict verdict,
    List<String> reasons,
    OptionalLong reallocated,
    OptionalLong pending,
    OptionalLong uncorrectable,
    OptionalLong temperature,
    OptionalLong powerOnHours,
    OptionalLong wear) {
  public Health {
    reasons = List.copyOf(reasons);
  }

  /** How much longer it may be trusted. */
  public enum Verdict {
    HEALTHY,
    /**
     * Sectors went bad or the flash is worn out by its own count. Many such disks serve for years,
     * but more of them fail than of others: worth a look and a good backup.
     */
    SUSPECT,
    /**
     * The disk itself expects to fail (its overall verdict, or an attribute of the pre-failure kind
     * below its threshold now), or NVMe reports spent spares, lost reliability or that it has
     * become read-only: to be replaced.
     */
    FAILING
  }
}
