package io.homecloud.storage.btrfs;

import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.PoolContents;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The directories of a pool and the names in them; a foreign disk may hold anything there. */
final class PoolLayout {
  private static final List<Path> DIRECTORIES =
      List.of(Place.VOLUMES, Place.SNAPSHOTS, Place.TRASH, Place.CATALOGUE);

  /** The databases of an installation, and what was put aside of them. */
  private static final String SYSTEM = "@homecloud-system";

  /** Of all directories together; more than anybody has, so that no disk fills the memory. */
  private static final int MOST_ENTRIES = 200_000;

  private static final int MOST_STRANGERS = 100;

  private PoolLayout() {}

  static Outcome<Change> prepare(Descriptor root) {
    Change change = Change.ALREADY_SO;
    for (Path directory : DIRECTORIES) {
      if (root.makeDirectory(directory.toString())) {
        change = Change.MADE;
      }
      Optional<Descriptor> opened = root.below(directory);
      if (opened.isEmpty()) {
        return new Outcome.Refused<>(
            StorageError.NAME_TAKEN, directory + " in the pool is not a directory.");
      }
      opened.get().close();
    }
    return new Outcome.Done<>(change);
  }

  /** The directory that a place's name is in, made where it is missing. */
  static Descriptor parent(Descriptor root, Place place) {
    Path way = place.path();
    Path directory = way.getName(0);
    root.makeDirectory(directory.toString());
    if (way.getNameCount() == 2) {
      return opened(root, directory);
    }
    try (Descriptor above = opened(root, directory)) {
      above.makeDirectory(way.getName(1).toString());
    }
    return opened(root, way.subpath(0, 2));
  }

  private static Descriptor opened(Descriptor root, Path way) {
    return root.below(way)
        .orElseThrow(() -> new StorageFailure(way + " in the pool is not a directory"));
  }

  static PoolContents contents(Descriptor root) {
    List<Path> strangers = new ArrayList<>();
    AtomicInteger left = new AtomicInteger(MOST_ENTRIES);
    Set<VolumeId> volumes = volumes(root, Place.VOLUMES, strangers, left);
    Set<VolumeId> trashed = volumes(root, Place.TRASH, strangers, left);
    Map<VolumeId, List<SnapshotId>> snapshots = new HashMap<>();
    for (VolumeId volume : volumes(root, Place.SNAPSHOTS, strangers, left)) {
      List<SnapshotId> of = snapshots(root, volume, strangers, left);
      if (!of.isEmpty()) {
        snapshots.put(volume, of);
      }
    }
    return new PoolContents(
        volumes, trashed, Map.copyOf(snapshots), List.copyOf(strangers), beside(root));
  }

  /** As many as are told; of a disk of elsewhere there may be millions. */
  private static List<String> beside(Descriptor root) {
    List<String> beside = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(root.path(), PoolLayout::isStrange)) {
      Iterator<Path> names = entries.iterator();
      while (beside.size() < MOST_STRANGERS && names.hasNext()) {
        beside.add(names.next().getFileName().toString());
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new StorageFailure("list the top of the pool", e);
    }
    return beside.stream().sorted().toList();
  }

  private static boolean isStrange(Path entry) {
    Path name = entry.getFileName();
    return !DIRECTORIES.contains(name) && !name.toString().startsWith(SYSTEM);
  }

  static List<SnapshotId> snapshots(Descriptor root, VolumeId volume) {
    return snapshots(root, volume, new ArrayList<>(), new AtomicInteger(MOST_ENTRIES));
  }

  private static List<SnapshotId> snapshots(
      Descriptor root, VolumeId volume, List<Path> strangers, AtomicInteger left) {
    List<SnapshotId> found = new ArrayList<>();
    each(
        root,
        Place.SNAPSHOTS.resolve(volume.toString()),
        strangers,
        left,
        uuid -> found.add(new SnapshotId(uuid)));
    return List.copyOf(found);
  }

  private static Set<VolumeId> volumes(
      Descriptor root, Path directory, List<Path> strangers, AtomicInteger left) {
    Set<VolumeId> found = new HashSet<>();
    each(root, directory, strangers, left, uuid -> found.add(new VolumeId(uuid)));
    return Set.copyOf(found);
  }

  private static void each(
      Descriptor root,
      Path directory,
      List<Path> strangers,
      AtomicInteger left,
      Consumer<UUID> consumer) {
    Optional<Descriptor> opened = root.below(directory);
    if (opened.isEmpty()) {
      return;
    }
    try (Descriptor descriptor = opened.get();
        DirectoryStream<Path> entries = Files.newDirectoryStream(descriptor.path())) {
      for (Path entry : entries) {
        if (left.decrementAndGet() < 0) {
          throw new StorageFailure(
              "the pool has more than " + MOST_ENTRIES + " volumes and snapshots");
        }
        String name = entry.getFileName().toString();
        Optional<UUID> uuid = uuid(name);
        uuid.ifPresent(consumer);
        if (uuid.isEmpty() && strangers.size() < MOST_STRANGERS) {
          strangers.add(directory.resolve(name));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new StorageFailure("list " + directory, e);
    }
  }

  /** In the one form that we write; Java alone takes shorter ones too. */
  static Optional<UUID> uuid(String name) {
    if (name.length() != 36) {
      return Optional.empty();
    }
    try {
      UUID uuid = UUID.fromString(name);
      return uuid.toString().equals(name) ? Optional.of(uuid) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The top of the pool, never the empty directory that is in its place while it is unmounted:
   * there all that is to be deleted would seem to be gone.
   */
  static Descriptor open(MountedPool pool) {
    Descriptor root = Descriptor.directory(pool.root());
    if (!PoolReading.isOf(root, pool.id())) {
      root.close();
      throw new StorageFailure("pool " + pool.id() + " is not mounted at " + pool.root());
    }
    return root;
  }
}
