package io.homecloud.backup.source;

import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.control.Name;
import java.util.UUID;

/** The installation itself, which plans copy as if it were a volume. */
public interface InstallationVolume {
  /** What it is called in copies; no volume has that name. */
  Name NAME = new Name("homecloud-installation");

  /** As it is now, sealed; the same for every attempt of a run. */
  Said<Taken> take(UUID run);

  /** Takes away what was taken for a run; nothing when it is gone. */
  void release(UUID run);

  static boolean is(Name volume) {
    return NAME.equals(volume);
  }
}
