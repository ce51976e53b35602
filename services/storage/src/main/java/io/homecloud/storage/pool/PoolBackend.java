package io.homecloud.storage.pool;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Pools of this node.
 *
 * <p>Long jobs report progress, ask {@link TaskProgress#cancelled} at least every second, and then
 * answer {@code CANCELLED} with the pool whole. Called again after a crash they go on, or start
 * again, and end in the same state; a job that the kernel still runs from before is joined. One
 * long job runs per pool ({@code POOL_BUSY}), except scrub. All verbs may answer {@code
 * TOOL_MISSING}, {@code READ_ONLY} and {@code REFUSED_BY_KERNEL}.
 *
 * <p>Every verb throws {@link io.homecloud.storage.StorageFailure} when the pool is gone or broken.
 */
public interface PoolBackend {

  /** Which pool the disk says it belongs to; empty for a disk of another kind. Never writes. */
  Optional<DeviceIdentity> identify(Path device);

  /**
   * Makes a file system with the identity and simple quotas. Durable on return. Repeated after
   * success it changes nothing; after being killed half-way it starts again.
   *
   * <p>Refused, with the disks untouched: {@code KERNEL_TOO_OLD}, {@code TOO_FEW_DISKS}, {@code
   * DISK_NOT_FOUND}, {@code DISK_TOO_SMALL}, {@code DISK_NOT_EMPTY} saying what is there (unless
   * {@code erase}, and not where this pool is and was used), {@code DISK_BUSY} (whatever is asked).
   */
  Outcome<Change> format(NewPool pool);

  /**
   * Mounts the top of the pool; an interrupted balance stays paused. Where the pool is at the
   * target already, it is left as it is, other options or not.
   *
   * <p>Refused: {@code POOL_NOT_FOUND} when no disk belongs to it, {@code DISKS_MISSING}, {@code
   * DISK_DUPLICATE}, {@code WRONG_MOUNT}.
   */
  Outcome<MountedPool> mount(PoolMount wanted);

  /**
   * Unmounts the top of the pool, never lazily, and makes the kernel forget its disks.
   *
   * <p>Refused: {@code POOL_BUSY} naming the holders, also while volumes of it are mounted.
   */
  Outcome<Change> unmount(MountedPool pool);

  /** Makes the kernel forget a disk of a pool that is not mounted: the next mount is without it. */
  void forget(Path device);

  /** Room, now. */
  PoolUsage usage(MountedPool pool);

  /** Whether the room of subvolumes that were deleted is still coming back. */
  boolean clearing(MountedPool pool);

  /** Members, errors and what runs, now. */
  PoolState state(MountedPool pool);

  /** Sets the error counters of all members to 0. */
  void resetErrors(MountedPool pool);

  /**
   * Adds a disk; nothing is moved to it. A member already is {@code ALREADY_SO}.
   *
   * <p>Refused as {@link #format}, and {@code POOL_BUSY}.
   */
  Outcome<Change> addDevice(MountedPool pool, Path device, boolean erase);

  /** Why removing would be refused: too few disks for a profile in use, or no room on the rest. */
  Optional<Refusal> mayRemove(MountedPool pool, DeviceRef device);

  /**
   * Moves everything off a member and lets it go, wiped. Progress in bytes. Not a member is {@code
   * ALREADY_SO}; cancelled, it stays a member.
   *
   * <p>Refused: as {@link #mayRemove}, {@code POOL_BUSY}.
   */
  Outcome<Change> removeDevice(MountedPool pool, DeviceRef device, TaskProgress progress);

  /**
   * Why replacing would be refused: {@code DISK_NOT_FOUND}, {@code DISK_TOO_SMALL}, {@code
   * DISK_NOT_EMPTY}, {@code DISK_BUSY}, or {@code NO_ROOM} when a survivor has no unallocated space
   * for the new chunks that copying needs.
   */
  Optional<Refusal> mayReplace(MountedPool pool, DeviceRef old, Path with, boolean erase);

  /** The {@code NO_ROOM} of {@link #mayReplace}, which is the same whatever the new disk is. */
  Optional<Refusal> roomToReplace(MountedPool pool);

  /**
   * Puts a disk in the place of a member, present or missing, and grows the pool to its size.
   * Progress in bytes. With the new disk a member already and the old one not, it is {@code
   * ALREADY_SO}. Chunks that were written degraded keep fewer copies until {@link #convert}.
   *
   * <p>Refused: as {@link #mayReplace}, {@code POOL_BUSY}.
   */
  Outcome<Change> replaceDevice(
      MountedPool pool, DeviceRef old, Path with, boolean erase, TaskProgress progress);

  /** Why converting would be refused: {@code TOO_FEW_DISKS} or {@code NO_ROOM}. */
  Optional<Refusal> mayConvert(MountedPool pool, Profile data, Profile metadata);

  /**
   * Rewrites every chunk that has not these profiles; also the way to get back to two copies after
   * a time with one disk. Progress in chunks. {@code ALREADY_SO} when all have them.
   *
   * <p>Refused: as {@link #mayConvert}, {@code POOL_BUSY}. Refused half-way ({@code NO_ROOM}) or
   * cancelled, some chunks have the new profile; asked again it goes on.
   */
  Outcome<Change> convert(MountedPool pool, Profile data, Profile metadata, TaskProgress progress);

  /** Rewrites chunks so that others become free. Progress in chunks. */
  Outcome<Change> balance(MountedPool pool, BalanceFilter filter, TaskProgress progress);

  /**
   * Reads and verifies everything, repairs what has a good copy, and names the files that have
   * none. Progress in bytes. Cancelled, what was repaired stays so.
   */
  Outcome<ScrubReport> scrub(MountedPool pool, TaskProgress progress);
}
