package io.homecloud.storage.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Status;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a pool.
 *
 * @param formattedAt when it was made or adopted; from then on it is never made again
 * @param capacity of all disks together
 * @param available what can still be written, estimated
 * @param lastScrub null when there was none since it is here
 * @param nextScrub when it is read and verified again by itself; null for never
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PoolStatus(
    State state,
    @Nullable Instant formattedAt,
    @Nullable String mountPath,
    @Nullable Quantity capacity,
    @Nullable Quantity used,
    @Nullable Quantity allocated,
    @Nullable Quantity available,
    @Nullable Quantity availableMinimum,
    List<Group> profiles,
    List<Device> devices,
    @Nullable Scrub lastScrub,
    @Nullable Instant nextScrub,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {

  /**
   * The condition that says that the pool came with everything on it, and what was wrong with it.
   */
  public static final String ADOPTED = "Adopted";

  /** The condition that says that a disk is missing, or copies that are wished for. */
  public static final String DEGRADED = "Degraded";

  /** The reason of it when all disks are there. */
  static final String COPIES_MISSING = "CopiesMissing";

  /** The condition that says that little can be written any more. */
  public static final String SPACE_LOW = "SpaceLow";

  /** In one word. */
  public enum State {
    Pending,
    Healthy,
    Degraded,
    Unavailable,
    Exported
  }

  /** All chunks of one kind and profile. */
  @Schema(name = "ProfileUsage")
  public record Group(String kind, String profile, Quantity total, Quantity used) {}

  /**
   * A member.
   *
   * @param disk its id; of a missing one what it was last
   * @param errors of all kinds, counted since they were reset
   * @param ioErrors those of them where the disk did not write or read
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Device(
      long id,
      @Nullable String disk,
      @Nullable String path,
      Quantity size,
      Quantity allocated,
      boolean missing,
      long errors,
      long ioErrors) {}

  /** What the last scrub found. */
  public record Scrub(
      Instant completedAt, long corrected, long uncorrectable, List<String> damagedFiles) {}

  public PoolStatus {
    // Nothing but a failure may be known of one that nobody could look at yet.
    state = state == null ? State.Pending : state;
    profiles = profiles == null ? List.of() : List.copyOf(profiles);
    devices = devices == null ? List.of() : List.copyOf(devices);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** Whether disks or copies are missing, whether it is in place or not. */
  boolean degraded() {
    return Conditions.isTrue(conditions, DEGRADED);
  }

  /** Whether something is the case that was not, beside how much room there is. */
  boolean differs(PoolStatus other) {
    return state != other.state
        || !truths(conditions).equals(truths(other.conditions))
        || !devices.stream()
            .map(Device::ioErrors)
            .toList()
            .equals(other.devices.stream().map(Device::ioErrors).toList());
  }

  private static List<String> truths(List<Condition> conditions) {
    return conditions.stream().map(one -> one.type() + one.status()).sorted().toList();
  }

  PoolStatus scrubbed(Scrub scrub) {
    return new PoolStatus(
        state,
        formattedAt,
        mountPath,
        capacity,
        used,
        allocated,
        available,
        availableMinimum,
        profiles,
        devices,
        scrub,
        nextScrub,
        observedGeneration,
        conditions);
  }

  /** What was known of it when it was given away. */
  public PoolStatus exported() {
    return new PoolStatus(
        State.Exported,
        formattedAt,
        null,
        capacity,
        used,
        allocated,
        available,
        availableMinimum,
        profiles,
        devices,
        lastScrub,
        null,
        observedGeneration,
        List.of());
  }
}
