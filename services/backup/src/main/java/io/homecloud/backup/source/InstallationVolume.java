package io.homecloud.backup.source;

import io.homecloud.backup.change.Change;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.control.Name;
import io.homecloud.host.path.RelativePath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/** The installation itself, which plans copy as if it were a volume. */
public interface InstallationVolume {
  /** What it is called in copies; no volume has that name. */
  Name NAME = new Name("homecloud-installation");

  /** What is in it. */
  List<String> FILES = List.of("installation.tar.gz.enc", "README.txt");

  /** Each time it is made anew, all of it. */
  List<Change> CHANGES =
      FILES.stream()
          .map(name -> RelativePath.of(name.getBytes(StandardCharsets.US_ASCII)))
          .map(file -> new Change(Change.Kind.CHANGED, file, file, false, false))
          .toList();

  /** As it is now, sealed; the same for every attempt of a run. */
  Said<Taken> take(UUID run);

  /** Takes away what was taken for a run; nothing when it is gone. */
  void release(UUID run);

  /** Takes away what was taken for runs that are not under way. */
  void sweep(Predicate<UUID> underWay);

  static boolean is(Name volume) {
    return NAME.equals(volume);
  }
}
