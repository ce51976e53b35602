package io.homecloud.storage.adoption;

import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.Change;
import io.homecloud.storage.Compression;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolBackend;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.pool.PoolMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** A pool that is mounted for reading only as long as somebody looks at it. */
final class Look implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Look.class);

  /** No pool can have such a name. */
  private static final String PREFIX = ".look-";

  private final PoolBackend backend;
  private final MountedPool pool;
  private final boolean mine;

  private Look(PoolBackend backend, MountedPool pool, boolean mine) {
    this.backend = backend;
    this.pool = pool;
    this.mine = mine;
  }

  /**
   * Mounts it, unless a process before this one has left it mounted below the root; refused as
   * {@link PoolBackend#mount}.
   */
  static Outcome<Look> at(PoolBackend backend, Offer offer, Path root, boolean degraded) {
    return at(backend, offer, root, PoolMount.Access.READ, degraded);
  }

  /**
   * The same without a byte being written to its disks, whoever they belong to; see {@link
   * PoolMount.Access#LOOK}. With as many of its disks as there are.
   */
  static Outcome<Look> untouched(PoolBackend backend, Offer offer, Path root) {
    boolean mounted = offer.disks().stream().anyMatch(disk -> !disk.use().mountPoints().isEmpty());
    // Then its log has been replayed, and the kernel takes no other word for it.
    PoolMount.Access access = mounted ? PoolMount.Access.READ : PoolMount.Access.LOOK;
    return at(backend, offer, root, access, !offer.whole());
  }

  private static Outcome<Look> at(
      PoolBackend backend, Offer offer, Path root, PoolMount.Access access, boolean degraded) {
    Optional<Path> left = mounted(offer, root);
    if (left.isPresent()) {
      return new Outcome.Done<>(
          new Look(backend, new MountedPool(offer.pool(), left.get()), false));
    }
    Path target = root.resolve(PREFIX + offer.pool());
    return backend
        .mount(
            new PoolMount(
                offer.pool(),
                offer.disks().stream().map(Disk::node).toList(),
                target,
                Compression.NONE,
                access,
                degraded))
        .then(pool -> new Outcome.Done<>(new Look(backend, pool, true)));
  }

  private static Optional<Path> mounted(Offer offer, Path root) {
    List<String> nodes = offer.disks().stream().map(disk -> disk.node().toString()).toList();
    return new Mounts()
        .list().stream()
            .filter(mount -> mount.type().equals("btrfs") && mount.root().equals("/"))
            .filter(mount -> nodes.contains(mount.source()))
            .map(mount -> Path.of(mount.mountPoint()))
            .filter(place -> root.equals(place.getParent()))
            .findFirst();
  }

  MountedPool pool() {
    return pool;
  }

  /** Unmounts it again; while somebody holds it, it stays there to be swept. */
  @Override
  public void close() {
    if (mine) {
      leave(backend, pool)
          .ifPresent(why -> LOG.warnf("%s stays mounted for now: %s", pool.root(), why));
    }
  }

  /** Answers why it could not be unmounted. */
  private static Optional<String> leave(PoolBackend backend, MountedPool pool) {
    Mounts mounts = new Mounts();
    String place = pool.root().toString();
    List<Mount> all = mounts.list();
    boolean others =
        all.stream()
            .filter(mount -> mount.mountPoint().equals(place))
            .anyMatch(mine ->
                all.stream()
                    .anyMatch(
                        mount -> mount.id() != mine.id() && mount.device().equals(mine.device())));
    if (others) {
      // Such as that of the databases, which stays; the backend would refuse to take the pool away.
      if (mounts.unmount(place) instanceof MountResult.Refused(_, String reason)) {
        return Optional.of(reason);
      }
    } else if (backend.unmount(pool) instanceof Outcome.Refused<Change>(Refusal why)) {
      return Optional.of(why.sentence());
    }
    remove(pool.root());
    return Optional.empty();
  }

  /**
   * Takes away what is left of earlier looks: of a process that died, or since somebody held it.
   *
   * @throws StorageFailure when somebody holds one still; all others are gone then
   */
  static void sweep(PoolBackend backend, Path root) {
    List<String> held = new ArrayList<>();
    for (Path left : left(root)) {
      Optional<PoolId> pool = pool(left);
      pool.flatMap(id -> leave(backend, new MountedPool(id, left)))
          .ifPresent(why -> held.add(left + ": " + why));
    }
    if (!held.isEmpty()) {
      throw new StorageFailure(String.join("; ", held));
    }
  }

  private static List<Path> left(Path root) {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> places = Files.list(root)) {
      return places
          .filter(place -> place.getFileName().toString().startsWith(PREFIX))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new StorageFailure("list " + root, e);
    }
  }

  private static Optional<PoolId> pool(Path left) {
    try {
      String id = left.getFileName().toString().substring(PREFIX.length());
      return Optional.of(new PoolId(UUID.fromString(id)));
    } catch (IllegalArgumentException stranger) {
      return Optional.empty();
    }
  }

  private static void remove(Path place) {
    try {
      Files.deleteIfExists(place);
    } catch (IOException e) {
      throw new StorageFailure("remove " + place, e);
    }
  }
}
