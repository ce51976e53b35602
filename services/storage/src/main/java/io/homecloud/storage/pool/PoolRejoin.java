package io.homecloud.storage.pool;

import io.homecloud.host.mount.DeviceNumber;
import io.homecloud.host.mount.Holder;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.MountHolders;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.LettingGo;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.volume.VolumeBackend;
import io.homecloud.storage.volume.VolumeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Takes disks in again that came back while their pool was in place without them. The kernel does
 * that at a mount only, so the pool is unmounted for a moment, when nobody uses it: as long as any
 * mount of it is left, the next one is without the disk again.
 */
final class PoolRejoin {
  private static final int NAMED = 5;

  /** So many of the pauses are enough for our own calls, which use it for moments. */
  private static final int SHORT = 3;

  /** When to look again whether who serves its files let go: nobody tells that a mount is gone. */
  private static final List<Duration> PAUSES =
      Stream.of(50, 100, 200, 400, 800, 1600, 3200).map(Duration::ofMillis).toList();

  /** Who was in the way for a moment was not seen, and is gone by then. */
  private static final Duration ONCE_IN_VAIN = Duration.ofSeconds(30);

  /** What is served is taken away for nothing again and again at most so often. */
  private static final Duration IN_VAIN = Duration.ofMinutes(5);

  private final PoolBackend backend;
  private final VolumeBackend volumes;
  private final Path system;
  private final Mounts mounts = new Mounts();
  private final MountHolders holders = new MountHolders();
  private final Map<PoolId, InVain> inVain = new ConcurrentHashMap<>();

  /**
   * @param seen whether it is seen when who was in the way is gone
   * @param pause how long nobody is disturbed
   * @param until by the machine's own counting
   */
  private record InVain(Refusal why, boolean seen, Duration pause, long until) {}

  /**
   * @param system where the databases of the installation are
   */
  PoolRejoin(PoolBackend backend, VolumeBackend volumes, Path system) {
    this.backend = backend;
    this.volumes = volumes;
    this.system = system;
  }

  /**
   * Whether every missing member is there again, and none was written elsewhere meanwhile: then two
   * truths would meet.
   */
  boolean possible(PoolState state, List<Disk> disks) {
    List<PoolDevice> missing = missing(state);
    if (missing.isEmpty()) {
      inVain.remove(state.id());
      return false;
    }
    Map<Long, Long> generations = generations(state, disks);
    long newest = newest(state, generations);
    return missing.stream()
        .allMatch(device ->
            generations.containsKey(device.id()) && generations.get(device.id()) <= newest);
  }

  /**
   * Whether a missing member is there again that was written elsewhere meanwhile.
   *
   * @param ordered whether the pool went on without what a missing one has
   */
  boolean apart(PoolState state, List<Disk> disks, BooleanSupplier ordered) {
    List<PoolDevice> missing = missing(state);
    if (missing.isEmpty()) {
      return false;
    }
    Map<Long, Long> generations = generations(state, disks);
    long newest = newest(state, generations);
    boolean any = ordered.getAsBoolean();
    return missing.stream()
        .map(device -> generations.get(device.id()))
        .anyMatch(generation -> generation != null && (any || generation > newest));
  }

  /** While there are none, which is nearly always, no disk need be read for the sake of others. */
  private static List<PoolDevice> missing(PoolState state) {
    return state.devices().stream().filter(PoolDevice::missing).toList();
  }

  /** What the disks say of themselves, by their numbers in the pool. */
  private Map<Long, Long> generations(PoolState state, List<Disk> disks) {
    Map<Long, Long> generations = new HashMap<>();
    disks.stream()
        .flatMap(disk -> backend.identify(disk.node()).stream())
        .filter(identity -> identity.pool().equals(state.id()))
        .forEach(
            identity -> generations.merge(identity.deviceId(), identity.generation(), Long::max));
    return generations;
  }

  private static long newest(PoolState state, Map<Long, Long> generations) {
    return state.devices().stream()
        .filter(device -> !device.missing())
        .mapToLong(device -> generations.getOrDefault(device.id(), 0L))
        .max()
        .orElse(Long.MAX_VALUE);
  }

  /** Why nobody need be disturbed for it now: it could not be unmounted. */
  Optional<Refusal> inTheWay(MountedPool pool) {
    List<String> elsewhere = elsewhere(pool);
    if (elsewhere.contains(system.toString())) {
      return Optional.of(
          new Refusal(
              StorageError.POOL_BUSY,
              "The databases of this installation are on it. It takes the disk in at the next"
                  + " start: \"./homecloud down\" and \"./homecloud up\"."));
    }
    List<String> staying = LettingGo.waitedFor(() -> staying(pool), PAUSES.subList(0, SHORT));
    if (!staying.isEmpty()) {
      return Optional.of(inUse(staying));
    }
    InVain before = inVain.get(pool.id());
    return before == null
            || System.nanoTime() - before.until() > 0
            || (before.seen() && inUse(pool).isEmpty())
        ? Optional.empty()
        : Optional.of(before.why());
  }

  /**
   * Unmounts it with all its volumes, never lazily; why not, when somebody uses it. Who serves its
   * files has been told that its volumes are not there now, and has some seconds to let go.
   */
  Optional<Refusal> letGo(MountedPool pool) {
    List<String> left = LettingGo.waitedFor(() -> inUse(pool), PAUSES);
    if (!left.isEmpty()) {
      return Optional.of(inVain(pool, inUse(left), true));
    }
    // Somebody may ask how the pool is, and has it open for an instant.
    return LettingGo.waitedFor(() -> unmounted(pool).stream().toList(), LettingGo.BRIEFLY).stream()
        .findFirst()
        .map(why -> inVain(pool, why, false));
  }

  private Optional<Refusal> unmounted(MountedPool pool) {
    for (Map.Entry<Path, VolumeId> mount : volumes.mounts(pool).entrySet()) {
      Optional<Refusal> refused = volumes.unmount(pool, mount.getValue(), mount.getKey()).refusal();
      if (refused.isPresent()) {
        return refused;
      }
    }
    return backend.unmount(pool).refusal();
  }

  /** Why one that was unmounted and mounted again is as it was before. */
  Refusal notTaken(MountedPool pool) {
    return inVain(
        pool,
        new Refusal(StorageError.POOL_BUSY, "The kernel has not taken it in this time."),
        false);
  }

  private Refusal inVain(MountedPool pool, Refusal why, boolean seen) {
    InVain before = inVain.get(pool.id());
    Duration twice = before == null ? ONCE_IN_VAIN : before.pause().multipliedBy(2);
    Duration pause = seen || twice.compareTo(IN_VAIN) > 0 ? IN_VAIN : twice;
    inVain.put(pool.id(), new InVain(why, seen, pause, System.nanoTime() + pause.toNanos()));
    return why;
  }

  private static Refusal inUse(List<String> by) {
    return new Refusal(
        StorageError.POOL_BUSY,
        "It is in use: " + String.join("; ", by.subList(0, Math.min(NAMED, by.size()))) + ".");
  }

  /** Where it is mounted besides its own place and those of its volumes and who uses it. */
  private List<String> inUse(MountedPool pool) {
    // Other mount namespaces, as those of containers, keep a file system that is unmounted here.
    return Stream.concat(
            elsewhere(pool).stream().map(place -> "a part of it is mounted at " + place),
            holders(pool, _ -> true).map(Holder::sentence))
        .toList();
  }

  /**
   * Who uses it and would not let go when told that it is not there: what is served is used in
   * mounts that show other owners.
   */
  private List<String> staying(MountedPool pool) {
    return holders(pool, mount -> !mount.options().contains("idmapped"))
        .filter(holder -> holder.use() != Holder.Use.MOUNTED_ELSEWHERE)
        .map(Holder::sentence)
        .toList();
  }

  private Stream<Holder> holders(MountedPool pool, Predicate<Mount> chosen) {
    Optional<DeviceNumber> device = device(pool, mounts.list());
    return holders
        .of(mount -> device.filter(mount.device()::equals).isPresent() && chosen.test(mount))
        .stream();
  }

  private static Optional<DeviceNumber> device(MountedPool pool, List<Mount> table) {
    return table.stream()
        .filter(mount -> mount.mountPoint().equals(pool.root().toString()))
        .map(Mount::device)
        .reduce((_, last) -> last);
  }

  private List<String> elsewhere(MountedPool pool) {
    List<Mount> table = mounts.list();
    Optional<DeviceNumber> device = device(pool, table);
    Set<Path> own = volumes.mounts(pool).keySet();
    return table.stream()
        .filter(mount -> device.filter(mount.device()::equals).isPresent())
        .map(Mount::mountPoint)
        .filter(point -> !point.equals(pool.root().toString()) && !own.contains(Path.of(point)))
        .toList();
  }
}
