package io.homecloud.storage.volume;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every subvolume found in the layout of a pool.
 *
 * @param snapshots by volume; a volume with none may be missing
 * @param strangers what is in the directories of the layout and should not be, relative to the
 *     pool's root; never touched
 * @param beside names at the top of the pool that are not of the layout: files of somebody who used
 *     the disk otherwise; never touched
 */
public record PoolContents(
    Set<VolumeId> volumes,
    Set<VolumeId> trashed,
    Map<VolumeId, List<SnapshotId>> snapshots,
    List<Path> strangers,
    List<String> beside) {}
