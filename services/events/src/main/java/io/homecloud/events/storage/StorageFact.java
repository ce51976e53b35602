package io.homecloud.events.storage;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.events.EventName;
import io.homecloud.events.Fact;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What storage tells on topic {@code homecloud.storage}. Sizes are bytes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface StorageFact extends Fact {

  @EventName("disk.attached.v1")
  record DiskAttached(
      UUID uid,
      String id,
      String node,
      long size,
      @Nullable String model,
      String content,
      @Nullable String poolUid)
      implements StorageFact {}

  @EventName("disk.detached.v1")
  record DiskDetached(UUID uid, String id, String node) implements StorageFact {}

  @EventName("disk.failing.v1")
  record DiskFailing(UUID uid, String id, String node, String reason) implements StorageFact {}

  /** Sectors of it went bad, or it is worn out; it may serve for years still, or not. */
  @EventName("disk.suspect.v1")
  record DiskSuspect(UUID uid, String id, String node, String reason) implements StorageFact {}

  @EventName("pool.created.v1")
  record PoolCreated(UUID uid, String name, String node, String mountPath) implements StorageFact {}

  @EventName("pool.degraded.v1")
  record PoolDegraded(UUID uid, String name, String node, String reason) implements StorageFact {}

  @EventName("pool.healthy.v1")
  record PoolHealthy(UUID uid, String name, String node) implements StorageFact {}

  /**
   * @param damagedFiles {@code volume/path}, {@code volume/.snapshots/name/path} of a snapshot,
   *     {@code @trash/volume/path} of what was deleted; at most 100
   */
  @EventName("pool.scrub-completed.v1")
  record PoolScrubCompleted(
      UUID uid,
      String name,
      String node,
      long corrected,
      long uncorrectable,
      List<String> damagedFiles)
      implements StorageFact {
    private static final int MOST_FILES = 100;

    public PoolScrubCompleted {
      damagedFiles =
          List.copyOf(damagedFiles.subList(0, Math.min(MOST_FILES, damagedFiles.size())));
    }
  }

  @EventName("pool.space-low.v1")
  record PoolSpaceLow(UUID uid, String name, String node, long available, long capacity)
      implements StorageFact {}

  /** There is enough room again, after {@link PoolSpaceLow}. */
  @EventName("pool.space-regained.v1")
  record PoolSpaceRegained(UUID uid, String name, String node, long available, long capacity)
      implements StorageFact {}

  @EventName("pool.exporting.v1")
  record PoolExporting(UUID uid, String name, String node, List<String> volumes)
      implements StorageFact {
    public PoolExporting {
      volumes = List.copyOf(volumes);
    }
  }

  /** A volume is ready where it belongs. */
  sealed interface VolumeInPlace extends StorageFact {
    String name();

    String node();

    UUID poolUid();

    String mountPath();

    /** {@code 1000:1000}; null in events of releases that did not tell. */
    @Nullable String owner();
  }

  /**
   * @param owner user and group that its files belong to, {@code 1000:1000}
   */
  @EventName("volume.created.v1")
  record VolumeCreated(
      UUID uid, String name, String node, UUID poolUid, String mountPath, @Nullable String owner)
      implements VolumeInPlace {}

  @EventName("volume.changed.v1")
  record VolumeChanged(
      UUID uid, String name, String node, UUID poolUid, String mountPath, @Nullable String owner)
      implements VolumeInPlace {}

  /** It was there and is not now, for example because a disk of its pool went away. */
  @EventName("volume.unavailable.v1")
  record VolumeUnavailable(
      UUID uid, String name, String node, UUID poolUid, String reason, String message)
      implements StorageFact {}

  /** Little is left of its quota; bytes. */
  @EventName("volume.space-low.v1")
  record VolumeSpaceLow(UUID uid, String name, String node, UUID poolUid, long used, long quota)
      implements StorageFact {}

  /** Enough is left again, or all there is, after {@link VolumeSpaceLow}. */
  @EventName("volume.space-regained.v1")
  record VolumeSpaceRegained(UUID uid, String name, String node, UUID poolUid, long used)
      implements StorageFact {}

  /**
   * Asks those who use it to let go, because it is to be moved to the trash. When it stays after
   * all, {@link VolumeChanged} follows.
   */
  @EventName("volume.release-requested.v1")
  record VolumeReleaseRequested(UUID uid, String name, String node, UUID poolUid)
      implements StorageFact {}

  @EventName("volume.trashed.v1")
  record VolumeTrashed(UUID uid, String name, String node, UUID poolUid) implements StorageFact {}

  /**
   * It is gone from the trash, with its snapshots, and nobody gets it back.
   *
   * @param reason {@code expired}, {@code room} or {@code asked}
   */
  @EventName("volume.purged.v1")
  record VolumePurged(UUID uid, String name, String node, UUID poolUid, String reason)
      implements StorageFact {}

  @EventName("volume.restored.v1")
  record VolumeRestored(
      UUID uid, String name, String node, UUID poolUid, String mountPath, @Nullable String owner)
      implements VolumeInPlace {}

  @EventName("volume.rolled-back.v1")
  record VolumeRolledBack(UUID uid, String name, String node, UUID snapshotUid, UUID keptAsUid)
      implements StorageFact {}

  @EventName("snapshot.created.v1")
  record SnapshotCreated(
      UUID uid, String name, String node, UUID volumeUid, String path, @Nullable String createdAt)
      implements StorageFact {}

  @EventName("snapshot.deleted.v1")
  record SnapshotDeleted(UUID uid, String name, String node, UUID volumeUid)
      implements StorageFact {}
}
