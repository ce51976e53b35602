package io.homecloud.storage.volume;

import io.homecloud.host.mount.Holder;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.pool.MountedPool;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Volumes and snapshots of a mounted pool.
 *
 * <p>For every verb: it may be repeated, also after the process was killed in the middle of it, and
 * then ends in the same state. It is visible at once and survives a power cut once {@link #commit}
 * returned after it. Verbs on different volumes may run at the same time; of one volume, one at a
 * time. {@code READ_ONLY} and {@code POOL_FULL} may come from every verb that writes.
 *
 * <p>Every verb throws {@link io.homecloud.storage.StorageFailure} when the pool is gone or broken.
 */
public interface VolumeBackend {

  /** Makes the directories of the layout that are missing. Root alone may look into them. */
  Outcome<Change> prepare(MountedPool pool);

  /**
   * Makes the volume, or finishes one that was half made, and sets everything the settings say.
   *
   * <p>Refused: {@code NAME_TAKEN} when something else is at its place, {@code NAME_TAKEN} when it
   * is in the trash, {@code QUOTA_BELOW_USED}, {@code QUOTA_UNKNOWN} when a quota is asked of a
   * pool that counts nothing (nothing is made then).
   */
  Outcome<SubvolumeInfo> create(MountedPool pool, VolumeId volume, VolumeSettings settings);

  /**
   * Sets what differs on an existing volume.
   *
   * <p>Refused: {@code VOLUME_NOT_FOUND}, {@code QUOTA_BELOW_USED}, {@code QUOTA_UNKNOWN}. A
   * refused quota leaves the rest of the settings undone.
   */
  Outcome<Change> configure(MountedPool pool, VolumeId volume, VolumeSettings settings);

  /** What is set, read from the volume; empty when there is none. */
  Optional<VolumeSettings> settings(MountedPool pool, VolumeId volume);

  /**
   * Makes a read-only snapshot of the volume as it is now, all at once, including what was written
   * and not yet on disk. Subvolumes that somebody made inside are empty directories in it. Repeated
   * with the same identity it changes nothing and answers what is there.
   *
   * <p>It is durable when this returns, and with it all that was done to the pool before: no {@link
   * #commit} is needed.
   *
   * <p>Refused: {@code VOLUME_NOT_FOUND}, {@code NAME_TAKEN}, {@code QUOTA_EXCEEDED}.
   */
  Outcome<SubvolumeInfo> snapshot(MountedPool pool, VolumeId volume, SnapshotId snapshot);

  /**
   * Makes a writable volume that starts with what is at the source, in a time that does not depend
   * on its size. Its quota counts new writes only. Repeated, it finishes what was half made and
   * changes no file.
   *
   * <p>Refused: {@code VOLUME_NOT_FOUND} or {@code SNAPSHOT_NOT_FOUND} for the source, otherwise as
   * {@link #create}.
   */
  Outcome<SubvolumeInfo> clone(
      MountedPool pool, Place source, VolumeId volume, VolumeSettings settings);

  /**
   * Moves an unused volume to the trash. Its snapshots stay where they are.
   *
   * <p>Refused: {@code VOLUME_NOT_FOUND} when it is neither live nor in the trash, {@code
   * VOLUME_BUSY} when it is mounted anywhere, in whatever namespace.
   */
  Outcome<Change> moveToTrash(MountedPool pool, VolumeId volume);

  /** The way back. Refused: {@code VOLUME_NOT_FOUND}, {@code NAME_TAKEN}. */
  Outcome<Change> restoreFromTrash(MountedPool pool, VolumeId volume);

  /**
   * Deletes what is at the place, for good; its room comes back some time later. Absent is {@code
   * ALREADY_SO}. What was billed to the volume stays so as long as snapshots or clones hold it.
   *
   * <p>Refused: {@code VOLUME_BUSY}.
   */
  Outcome<Change> delete(MountedPool pool, Place place);

  /**
   * Removes what the pool keeps for a volume that is gone with all its snapshots (its quota group
   * and its empty directory).
   *
   * <p>Answers {@code ALREADY_SO} when nothing is left, {@code VOLUME_BUSY} while anything of it
   * exists or a clone still shares its data: ask again later, it is harmless until then.
   */
  Outcome<Change> forget(MountedPool pool, VolumeId volume);

  /**
   * Makes sure that everything of this volume counts for its quota. Needed once for volumes from a
   * pool whose quotas were switched on later; {@link #create}, {@link #snapshot} and {@link #clone}
   * do it by themselves.
   *
   * <p>Refused: {@code VOLUME_NOT_FOUND}, {@code QUOTA_UNKNOWN}.
   */
  Outcome<Change> bill(MountedPool pool, VolumeId volume);

  /** What the volume uses now; empty when the pool counts nothing or not this volume. */
  Optional<VolumeUsage> usage(MountedPool pool, VolumeId volume);

  /**
   * The same of many volumes in one go, as of the last commit of the pool (at most half a minute
   * old). Volumes that are not counted are missing from the answer.
   */
  Map<VolumeId, VolumeUsage> usages(MountedPool pool, Collection<VolumeId> volumes);

  /** Reads the directories of the layout; costs no look at the subvolumes themselves. */
  PoolContents contents(MountedPool pool);

  /** The snapshots of a volume, unordered; the volume itself may be gone. */
  List<SnapshotId> snapshots(MountedPool pool, VolumeId volume);

  /** What the file system knows of a place; empty when nothing of ours is there. */
  Optional<SubvolumeInfo> info(MountedPool pool, Place place);

  /**
   * Returns when everything that the verbs above did before the call is durable. Threads that call
   * at the same time share one commit of the file system, so call it per request, not per pool and
   * second. What programs wrote into files is durable by their own fsync or by a snapshot.
   */
  void commit(MountedPool pool);

  /**
   * Mounts a volume by itself at a directory, which is made when it is missing. Set-uid programs
   * and device nodes do not work in it.
   *
   * <p>Refused: {@code VOLUME_NOT_FOUND}, {@code WRONG_MOUNT} when something else is mounted there.
   */
  Outcome<Change> mount(MountedPool pool, VolumeId volume, Path target);

  /**
   * Whether anything lies in the directory itself, which a volume that is mounted there hides.
   *
   * @param mounted whether to look also where something is mounted by now, which takes a mount of
   *     its own; otherwise the answer is no then
   */
  boolean hides(Path target, boolean mounted);

  /**
   * Unmounts the volume from the directory, never lazily. The empty directory stays: removing it
   * would detach the volume from it in every other mount namespace, as lazily as can be (measured).
   *
   * <p>Refused: {@code VOLUME_BUSY} naming the holders, {@code WRONG_MOUNT}.
   */
  Outcome<Change> unmount(MountedPool pool, VolumeId volume, Path target);

  /**
   * Where volumes of the pool are mounted, as this process sees it; without what those mounted who
   * serve their files, which shows other owners.
   */
  Map<Path, VolumeId> mounts(MountedPool pool);

  /**
   * Where the volume, or a part of it, is mounted beside its own place, as this process sees it.
   */
  List<String> others(MountedPool pool, VolumeId volume, Path own);

  /**
   * Who uses the volume: processes with a file, a directory or a mapping of it, in any mount
   * namespace, and namespaces of other processes that have it mounted. Costs a walk through all
   * processes.
   */
  List<Holder> holders(MountedPool pool, VolumeId volume);
}
