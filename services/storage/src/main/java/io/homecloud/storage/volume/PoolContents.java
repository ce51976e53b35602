package io.homecloud.storage.volume;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every subvolume found in the layout of a pool.
 *
 * @param snapshots by volume; a volume with none may be missing
 * @param strangers what is in the directories of the layout and should not be, relative to the
 *     pool's root; never touched
 */
public record PoolContents(
    Set<VolumeId> volumes,
    Set<VolumeId> trashed,
    Map<VolumeId, List<SnapshotId>> snapshots,
    List<Path> strangers) {

  /** Snapshots whose volume is neither live nor in the trash. */
  public Map<VolumeId, List<SnapshotId>> orphans() {
    return snapshots.entrySet().stream()
        .filter(entry -> !volumes.contains(entry.getKey()) && !trashed.contains(entry.getKey()))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
