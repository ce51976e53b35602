package io.homecloud.storage.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Status;
import io.homecloud.storage.StorageError;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a pool.
 *
 * @param state in one word
 * @param formattedAt when it was made or adopted; from then on it is never made again
 * @param mountPath where it is on its node; absent while it is not
 * @param capacity of all disks together
 * @param used of what is allocated, copies counted
 * @param allocated given to chunks, copies counted; the rest can become chunks of any kind
 * @param available what can still be written, estimated
 * @param availableMinimum the same if everything new had the most copies of any kind in the pool
 * @param profiles what is used, by kind of data and profile
 * @param devices its disks, missing ones too
 * @param lastScrub null when there was none since it is here
 * @param nextScrub when it is read and verified again by itself; null for never
 * @param observedGeneration the generation of the wish that this speaks of
 * @param conditions what is so and what is not, and why
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
   * The condition that says that a disk is missing or fails, or copies that are wished for, or that
   * nothing can be written any more.
   */
  public static final String DEGRADED = "Degraded";

  /** The reason of it when all disks are there. */
  static final String COPIES_MISSING = "CopiesMissing";

  /** The reason of it when all disks are there and one does not do what it is told. */
  static final String DISK_FAILING = "DiskFailing";

  /** The reason of it when nothing else is wrong but that the kernel allows no more writing. */
  public static final String READ_ONLY = "ReadOnly";

  private static final Set<String> ALL_THERE = Set.of(COPIES_MISSING, DISK_FAILING, READ_ONLY);

  /** The condition that says that a missing disk has what the pool went on without, by order. */
  static final String APART = "WentOnOutdated";

  /** The condition that says that little can be written any more. */
  public static final String SPACE_LOW = "SpaceLow";

  /** In one word. */
  public enum State {
    Pending,
    Healthy,
    Degraded,
    ReadOnly,
    Unavailable,
    Exported
  }

  /**
   * All chunks of one kind and profile.
   *
   * @param kind data, metadata, system, or mixed of the first two
   * @param profile how copies are spread over disks
   * @param total what fits into them, copies not counted
   * @param used of that, what is in use
   */
  @Schema(name = "ProfileUsage")
  public record Group(String kind, String profile, Quantity total, Quantity used) {}

  /**
   * A member.
   *
   * @param id its number in the pool
   * @param disk its id; of a missing one what it was last
   * @param path of its device on the node; absent when it is missing
   * @param size of all of it
   * @param allocated given to chunks
   * @param missing whether it is not there
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
      long ioErrors) {
    /** Blocks that were read and were not what had been written. */
    long wrong() {
      return errors - ioErrors;
    }

    Device known(boolean missing) {
      return new Device(id, disk, path, size, allocated, missing, errors, ioErrors);
    }
  }

  /**
   * What the last scrub found.
   *
   * @param completedAt when it ended
   * @param corrected blocks that were wrong, and mended from another copy
   * @param uncorrectable blocks that are wrong, with no copy that is right
   * @param unverified wrong once, right when read again: a cable or a controller
   * @param damagedFiles {@code volume/path}, {@code volume/.snapshots/name/path} of a snapshot,
   *     {@code @trash/volume/path} of what was deleted
   * @param moreDamaged more files than are named
   * @param damagedMetadata whether something else than files was hit
   */
  public record Scrub(
      Instant completedAt,
      long corrected,
      long uncorrectable,
      long unverified,
      List<String> damagedFiles,
      boolean moreDamaged,
      boolean damagedMetadata) {}

  public PoolStatus {
    // Nothing but a failure may be known of one that nobody could look at yet.
    state = state == null ? State.Pending : state;
    profiles = profiles == null ? List.of() : List.copyOf(profiles);
    devices = devices == null ? List.of() : List.copyOf(devices);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /**
   * Of one that nobody has seen in place.
   *
   * @param formattedAt null when it was never made
   */
  public static PoolStatus pending(
      @Nullable Instant formattedAt, long generation, List<Condition> conditions) {
    return new PoolStatus(
        State.Pending,
        formattedAt,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        List.of(),
        null,
        null,
        generation,
        conditions);
  }

  /** What is known of it when it is not in place now. */
  PoolStatus unavailable(long generation, List<Condition> why) {
    return with(State.Unavailable, null, devices, lastScrub, nextScrub, generation, why);
  }

  private PoolStatus with(
      State now,
      @Nullable String place,
      List<Device> members,
      @Nullable Scrub scrub,
      @Nullable Instant next,
      long generation,
      List<Condition> why) {
    return new PoolStatus(
        now,
        formattedAt,
        place,
        capacity,
        used,
        allocated,
        available,
        availableMinimum,
        profiles,
        members,
        scrub,
        next,
        generation,
        why);
  }

  /** Whether what {@link #DEGRADED} says is so, whether it is in place or not. */
  boolean degraded() {
    return Conditions.isTrue(conditions, DEGRADED);
  }

  /** Whether it is in place and the kernel allows no more writing. */
  boolean readOnly() {
    return state == State.ReadOnly;
  }

  /** Whether it is for want of a disk that it is degraded. */
  boolean incomplete() {
    return Conditions.find(conditions, DEGRADED)
        .filter(condition -> condition.status() == Truth.True)
        .filter(condition -> !ALL_THERE.contains(condition.reason()))
        .isPresent();
  }

  /** Whether it is said not to be in place for want of disks. */
  static boolean withoutDisks(@Nullable PoolStatus status) {
    return status != null
        && Conditions.find(status.conditions, Condition.READY)
            .filter(ready -> ready.reason().equals(StorageError.DISKS_MISSING.word()))
            .isPresent();
  }

  /** Whether a missing disk has what the pool went on without: it never comes in again as it is. */
  static boolean apart(@Nullable PoolStatus status) {
    return status != null && Conditions.isTrue(status.conditions, APART);
  }

  /**
   * What is known of it when it goes on with these of its disks, whatever they have missed.
   *
   * @param there their numbers
   */
  PoolStatus goingOnWith(Set<Long> there, List<Condition> why) {
    List<Device> known =
        devices.stream().map(device -> device.known(!there.contains(device.id()))).toList();
    return with(state, mountPath, known, lastScrub, nextScrub, observedGeneration, why);
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
    return with(state, mountPath, devices, scrub, nextScrub, observedGeneration, conditions);
  }

  /** What was known of it when it was given away. */
  public PoolStatus exported() {
    return with(State.Exported, null, devices, lastScrub, null, observedGeneration, List.of());
  }
}
