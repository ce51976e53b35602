package io.homecloud.storage.volume;

import java.nio.file.Path;

/** Where in a pool a subvolume of ours is: this is the layout of a pool. */
public sealed interface Place {
  Path VOLUMES = Path.of("@volumes");
  Path SNAPSHOTS = Path.of("@snapshots");
  Path TRASH = Path.of("@trash");

  /** The catalogue; not a place of subvolumes. */
  Path CATALOGUE = Path.of(".homecloud");

  /** Relative to the root of the pool. */
  Path path();

  /** The volume whose quota the data at this place counts for. */
  VolumeId volume();

  record Live(VolumeId volume) implements Place {
    @Override
    public Path path() {
      return VOLUMES.resolve(volume.toString());
    }
  }

  record Snapshot(VolumeId volume, SnapshotId snapshot) implements Place {
    @Override
    public Path path() {
      return SNAPSHOTS.resolve(volume.toString()).resolve(snapshot.toString());
    }
  }

  record Trashed(VolumeId volume) implements Place {
    @Override
    public Path path() {
      return TRASH.resolve(volume.toString());
    }
  }
}
