package io.homecloud.storage.pool;

import io.homecloud.control.resource.ResourceStore;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.volume.Place;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Files of a pool by the names that people gave, instead of by where they lie in it. */
final class KnownNames {
  private static final Path OF_SNAPSHOTS = Path.of(".snapshots");

  private final ResourceStore store;
  private final Map<Path, Optional<Path>> volumes = new HashMap<>();
  private final Map<Path, Optional<String>> snapshots = new HashMap<>();

  KnownNames(ResourceStore store) {
    this.store = store;
  }

  /**
   * {@code photos/2019/a.jpg} of a volume, {@code photos/.snapshots/monday/2019/a.jpg} of a
   * snapshot, {@code @trash/photos/2019/a.jpg} of what was deleted; whatever nobody knows keeps the
   * place that it has.
   *
   * @param file relative to the pool's root
   */
  Path of(Path file) {
    if (file.getNameCount() < 3) {
      return file;
    }
    Path place = file.getName(0);
    Path beneath = file.subpath(2, file.getNameCount());
    return volumes
        .computeIfAbsent(file.getName(1), this::volume)
        .flatMap(volume ->
            place.equals(Place.SNAPSHOTS)
                ? inSnapshot(volume.resolve(OF_SNAPSHOTS), beneath)
                : Optional.of(volume.resolve(beneath)))
        .orElse(file);
  }

  private Optional<Path> inSnapshot(Path above, Path file) {
    return file.getNameCount() < 2
        ? Optional.empty()
        : snapshots
            .computeIfAbsent(file.getName(0), this::snapshot)
            .map(name -> above.resolve(name).resolve(file.subpath(1, file.getNameCount())));
  }

  private Optional<Path> volume(Path directory) {
    return uid(directory)
        .flatMap(uid ->
            store
                .find(StorageKinds.VOLUME, uid)
                .map(volume -> Path.of(volume.name().value()))
                .or(() ->
                    store
                        .find(StorageKinds.TRASH, uid)
                        .map(entry -> Place.TRASH.resolve(entry.spec().volume().value()))));
  }

  private Optional<String> snapshot(Path directory) {
    return uid(directory)
        .flatMap(uid -> store.find(StorageKinds.SNAPSHOT, uid))
        .map(snapshot -> snapshot.name().value());
  }

  private static Optional<UUID> uid(Path directory) {
    try {
      return Optional.of(UUID.fromString(directory.toString()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
