package io.homecloud.storage.adoption;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.control.node.Peer;
import io.homecloud.control.resource.Kept;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceBatch;
import io.homecloud.control.resource.ResourceRows;
import io.homecloud.events.database.SignalledLoop;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageConfig;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.adoption.Adopting.Adopted;
import io.homecloud.storage.adoption.Adopting.Reason;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskContent.BtrfsMember;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.pool.PoolDisks;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Takes pools that are on disks and not in the database: those of this installation by itself,
 * others when somebody asks. What is on the disk is never changed by it; the reconcilers put
 * everything into place afterwards.
 */
public final class AdoptionService implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AdoptionService.class);

  private final ControlPlane plane;
  private final StorageNode hands;
  private final MountedPools mounted;
  private final ResourceBatch rows;
  private final Offers offers;
  private final KnownPools known;
  private final Adopting adopting;
  private final Showing showing;
  private final Path poolRoot;
  private final Path volumeRoot;
  private final Path systemRoot;
  private final ReentrantLock one = new ReentrantLock();
  private final SignalledLoop sweeping;

  /**
   * What became of the pools that may be ours.
   *
   * @param adopted how many were
   * @param waiting those to look at again: mounted where this process does not see it, by a
   *     container or for a moment by a program that was being started, or not adopted since
   *     something failed
   */
  public record Ours(int adopted, List<PoolId> waiting) {
    public Ours {
      waiting = List.copyOf(waiting);
    }
  }

  AdoptionService(
      ControlPlane plane,
      StorageNode hands,
      MountedPools mounted,
      InstallationId here,
      KnownPools known,
      StorageConfig config,
      Consumer<MountedPool> seen) {
    this.plane = plane;
    this.hands = hands;
    this.mounted = mounted;
    this.known = known;
    this.poolRoot = config.poolRoot();
    this.volumeRoot = config.volumeRoot();
    this.systemRoot = config.systemRoot();
    this.rows = new ResourceBatch(new ResourceRows(plane.json()));
    this.offers = new Offers(hands.pools(), hands.poolDisks(), plane.resources());
    this.adopting = new Adopting(plane, hands, here, poolRoot, seen);
    this.showing = new Showing(plane, hands, poolRoot, this::requireUnused);
    this.sweeping =
        new SignalledLoop(
            "storage-looks",
            "a pool that was only looked at stays mounted",
            () ->
                alone(() -> {
                  Look.sweep(hands.pools(), poolRoot);
                  return 0;
                }));
  }

  /**
   * Takes away what was left mounted to be looked at, see {@link Look#sweep}; goes on by itself
   * while somebody holds it. To be called before reconcilers begin.
   */
  void begin() {
    try {
      Look.sweep(hands.pools(), poolRoot);
    } catch (StorageFailure held) {
      LOG.warnf("a pool that was only looked at stays mounted for now: %s", held.getMessage());
    }
    sweeping.start();
  }

  @Override
  public void close() {
    sweeping.close();
  }

  /**
   * Adopts every pool of this installation that is on these disks, not in the database, and not
   * given away. One of which disks are missing waits for them, or for somebody to ask. What fails
   * is logged and does not keep others from being adopted.
   *
   * @return how many there were, and which wait
   */
  public Ours adoptOurs(List<Disk> disks) {
    return alone(() -> {
      int count = 0;
      List<PoolId> waiting = new ArrayList<>();
      for (Offer offer : offers.among(disks)) {
        try {
          if (!offer.whole()
              || known.givenAway(offer.pool())
              || !(offer.labelledAsOurs() || known.contains(offer.pool()))) {
            continue;
          }
          if (offer.disks().stream().anyMatch(disk -> disk.use().mountedElsewhere())) {
            waiting.add(offer.pool());
          } else if (offer.disks().stream().allMatch(this::unused) && isOurs(offer)) {
            count += adopt(offer, new Reason.Ours()).isPresent() ? 1 : 0;
          }
        } catch (RuntimeException e) {
          LOG.warnf(e, "pool %s on %s is not adopted", offer.pool(), offer.disks().size());
          waiting.add(offer.pool());
        }
      }
      return new Ours(count, waiting);
    });
  }

  /** Found out without a byte being written to it, since it may be somebody else's. */
  private boolean isOurs(Offer offer) {
    try (Look look = StorageProblem.require(Look.untouched(hands.pools(), offer, poolRoot))) {
      return adopting.isOurs(look.pool());
    } finally {
      sweeping.wake();
    }
  }

  private <R> R alone(Supplier<R> work) {
    one.lock();
    try {
      return work.get();
    } finally {
      one.unlock();
    }
  }

  private boolean unused(Disk disk) {
    return ours(disk)
        || (!disk.use().system()
            && disk.use().mountPoints().isEmpty()
            && !disk.use().mountedElsewhere()
            && disk.use().holders().isEmpty()
            && !disk.readOnly());
  }

  /**
   * Mounted by a process before this one, which had another database, or for the databases
   * themselves.
   */
  private boolean ours(Disk disk) {
    List<Path> places = disk.use().mountPoints().stream().map(Path::of).toList();
    return !places.isEmpty()
        && places.stream()
            .allMatch(place ->
                place.startsWith(poolRoot)
                    || place.startsWith(volumeRoot)
                    || place.equals(systemRoot));
  }

  /**
   * Adopts the pool on these disks, whosever it was, also one that was given away; of several disks
   * one is enough to say which. A btrfs that is no pool becomes one; what is on it stays.
   *
   * @param as how to call it; names of volumes that are taken get it in front of them
   * @return the pool, or the one that it is already
   * @throws io.homecloud.control.problem.ProblemException when it cannot be
   */
  public Resource<PoolSpec, PoolStatus> adopt(List<String> names, Optional<Name> as) {
    PoolId pool = named(names);
    return alone(() -> {
      Optional<Resource<PoolSpec, PoolStatus>> there =
          plane.resources().find(StorageKinds.POOL, pool.value());
      if (there.isPresent()) {
        return there.get().node().equals(plane.node())
            ? there.get()
            : carriedHere(names, there.get(), as);
      }
      return adopt(names, pool, as);
    });
  }

  private Resource<PoolSpec, PoolStatus> adopt(List<String> names, PoolId pool, Optional<Name> as) {
    Offer offer = offers.of(pool).orElseThrow(() -> absent(names));
    offer.disks().forEach(this::requireUnused);
    return adopt(offer, new Reason.Asked(as)).orElseThrow();
  }

  /**
   * Its rows are of another node, perhaps of one that will never come back: they go, and come again
   * from the pool itself, in one transaction.
   */
  private Resource<PoolSpec, PoolStatus> carriedHere(
      List<String> names, Resource<PoolSpec, PoolStatus> row, Optional<Name> as) {
    boolean inPlace = row.status() != null && row.status().mountPath() != null;
    if (inPlace && plane.nodes().find(row.node()).filter(Peer::here).isPresent()) {
      throw StorageProblem.POOL_BUSY.because(
          "Pool %s is in place on node %s; export it there first."
              .formatted(row.name(), row.node()));
    }
    Resource<PoolSpec, PoolStatus> pool =
        plane
            .database()
            .inTransaction(transaction -> {
              Optional<Kept> kept = plane.resources().kept(row.uid());
              rows.removeTree(transaction, row.uid());
              Resource<PoolSpec, PoolStatus> made = adopt(names, new PoolId(row.uid()), as);
              // The wish for it names the old node; under another name it gets a new one.
              kept.filter(_ -> made.name().equals(row.name()))
                  .ifPresent(wish -> rows.outdates(transaction, made.uid(), wish));
              return made;
            });
    plane.wake(pool.uid());
    LOG.infof("pool %s was carried here from node %s", pool.name(), row.node());
    return pool;
  }

  private void requireUnused(Disk disk) {
    if (!ours(disk)) {
      PoolDisks.requireUnused(disk);
    }
  }

  /**
   * Pools on the disks of this node that are none of this installation, and what is on them: looked
   * at now, which wakes disks and writes nothing to them; and pools of this installation with
   * volumes that were let go of. Ordered by identity.
   *
   * @param after the identity behind which to begin, empty for the first
   */
  public List<OfferedPool> offered(String after, int limit) {
    return alone(() -> {
      try {
        Map<String, Supplier<Optional<OfferedPool>>> all = new TreeMap<>();
        for (MountedPool pool : mounted.all()) {
          all.put(pool.id().toString(), () -> letGo(pool));
        }
        for (Offer offer : offers.among(hands.disks().scan())) {
          all.put(offer.pool().toString(), () -> Optional.of(showing.show(offer)));
        }
        return all.entrySet().stream()
            .filter(pool -> pool.getKey().compareTo(after) > 0)
            .flatMap(pool -> pool.getValue().get().stream())
            .limit(limit)
            .toList();
      } finally {
        sweeping.wake();
      }
    });
  }

  private Optional<OfferedPool> letGo(MountedPool pool) {
    return plane
        .resources()
        .find(StorageKinds.POOL, pool.id().value())
        .flatMap(row -> showing.letGo(row, pool));
  }

  private PoolId named(List<String> names) {
    if (names.isEmpty()) {
      throw StorageProblem.DISK_NOT_FOUND.because(
          "Name the disks; GET " + StorageKinds.API + "/disks lists them with what is on them.");
    }
    List<UUID> pools =
        names.stream()
            .map(name -> hands.disks().find(name).orElseThrow(() -> absent(List.of(name))))
            .map(AdoptionService::pool)
            .distinct()
            .toList();
    if (pools.size() > 1) {
      throw StorageProblem.VALUE_INVALID.because(
          "The disks belong to " + pools.size() + " pools; adopt one at a time.");
    }
    return new PoolId(pools.getFirst());
  }

  private static UUID pool(Disk disk) {
    return Offers.member(disk)
        .map(BtrfsMember::fsid)
        .orElseThrow(() ->
            StorageProblem.POOL_NOT_FOUND.because(
                "Disk "
                    + disk.id()
                    + " holds "
                    + disk.content().sentence()
                    + ", no pool. Its files can be imported into a volume."));
  }

  private static RuntimeException absent(List<String> names) {
    return StorageProblem.DISK_NOT_FOUND.because(
        "There is no disk " + String.join(", ", names) + " on this node.");
  }

  private Optional<Resource<PoolSpec, PoolStatus>> adopt(Offer offer, Reason reason) {
    Optional<Adopted> adopted;
    try (Look look = look(offer, reason)) {
      adopted = adopting.adopt(offer, look.pool(), reason);
    } finally {
      sweeping.wake();
    }
    if (adopted.isEmpty()) {
      return Optional.empty();
    }
    // Only now: the reconciler mounts it for writing.
    Resource<PoolSpec, PoolStatus> pool = adopted.get().pool();
    known.add(offer.pool());
    mounted.giveBack(pool.uid());
    plane.wake(pool.uid());
    LOG.infof(
        "pool %s (%s) is adopted, findings %d: %s",
        pool.name(),
        pool.uid(),
        adopted.get().findings().count(),
        adopted.get().findings().sentences());
    return Optional.of(pool);
  }

  private Look look(Offer offer, Reason reason) {
    Outcome<Look> look = Look.at(hands.pools(), offer, poolRoot, false);
    boolean incomplete =
        look.refusal().map(Refusal::error).filter(StorageError.DISKS_MISSING::equals).isPresent();
    return StorageProblem.require(
        incomplete && reason instanceof Reason.Asked
            ? Look.at(hands.pools(), offer, poolRoot, true)
            : look);
  }
}
