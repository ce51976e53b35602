package io.homecloud.sharing.volume;

import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherResources.Item;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.sharing.volume.KnownVolume.State;
import io.homecloud.sharing.volume.KnownVolumes.KnownSnapshot;
import io.homecloud.sharing.volume.StorageClient.PoolSpec;
import io.homecloud.sharing.volume.StorageClient.PoolStatus;
import io.homecloud.sharing.volume.StorageClient.SnapshotSpec;
import io.homecloud.sharing.volume.StorageClient.SnapshotStatus;
import io.homecloud.sharing.volume.StorageClient.VolumeSpec;
import io.homecloud.sharing.volume.StorageClient.VolumeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Asks storage what its events may not have told yet, or not any more, and writes it down as they
 * do.
 */
public final class Storage implements VolumeFinder {
  private static final Logger LOG = Logger.getLogger(Storage.class);

  /** Longer than storage waits for those who use a volume. */
  private static final Duration LEAVING = Duration.ofSeconds(10);

  /** Its events come as quickly, unless Kafka is away or has not let us in again. */
  private static final Duration UNAVAILABLE = Duration.ofSeconds(2);

  /** While it does not answer. */
  private static final Duration AWAY = Duration.ofSeconds(5);

  /** For what it may tell, and its event may not come. */
  private static final Duration UNHEARD = Duration.ofMinutes(1);

  private static final String DEGRADED = "Degraded";
  private static final String SPACE_LOW = "SpaceLow";

  private final ServiceDatabase database;
  private final KnownVolumes known;
  private final KnownRows rows;
  private final StorageClient client;
  private final StorageEvents.Touched touched;
  private final String node;

  /**
   * @param node of pools that say none
   */
  public Storage(
      ServiceDatabase database,
      KnownVolumes known,
      KnownRows rows,
      StorageClient client,
      StorageEvents.Touched touched,
      String node) {
    this.database = database;
    this.known = known;
    this.rows = rows;
    this.client = client;
    this.touched = touched;
    this.node = node;
  }

  @Override
  public Found find(Name name) {
    Optional<KnownVolume> here = known.find(name.value());
    if (here.filter(volume -> volume.state() != State.Trashed).isPresent()) {
      return new Found.Here(here.get());
    }
    try {
      Optional<KnownVolume> asked = ask(name);
      return asked.isPresent() ? new Found.Here(asked.get()) : none(name, here.isPresent());
    } catch (Away e) {
      return new Found.NotKnown();
    }
  }

  private static Found none(Name name, boolean trashed) {
    return new Found.None(
        trashed
            ? "Volume " + name + " is in the trash; restore it first."
            : "There is no volume called " + name + "; make it first.");
  }

  /**
   * Asks whether a volume that was to go has gone or stays; storage tells the latter, but not when
   * it was stopped meanwhile. And whether one that could not be used can be: after a kill Kafka
   * lets us in again only when it has missed our former process.
   *
   * @param mounted whether it was found where it is to be
   * @return after which time to ask again even if nobody tells; empty when that is not needed
   */
  public Optional<Duration> lookAgain(Name name, boolean mounted) {
    Optional<KnownVolume> doubtful =
        known.find(name.value()).filter(volume -> doubtful(volume, mounted));
    try {
      if (doubtful.isPresent()
          && ask(name).isEmpty()
          && doubtful.get().state() != State.Unavailable) {
        database.useTransaction(transaction -> {
          if (rows.left(transaction.handle(), doubtful.get(), "It was given away with its pool.")) {
            touched.volume(transaction, name.value());
          }
        });
      }
    } catch (Away e) {
      LOG.debugf("volume %s is asked for later: %s", name, e.getMessage());
      return Optional.of(AWAY);
    }
    return known
        .find(name.value())
        .filter(volume -> volume.state() == State.Unavailable)
        .map(_ -> UNHEARD);
  }

  private boolean doubtful(KnownVolume volume, boolean mounted) {
    return switch (volume.state()) {
      case Leaving -> seenBefore(volume, LEAVING);
      case Unavailable -> seenBefore(volume, UNAVAILABLE);
      // It was asked for while its pool was being given away, and was still there.
      case Ready -> !mounted && seenBefore(volume, LEAVING);
      case Trashed -> false;
    };
  }

  private boolean seenBefore(KnownVolume volume, Duration age) {
    Instant now = rows.now();
    return volume.seenAt().isBefore(now.minus(age)) || volume.seenAt().isAfter(now);
  }

  /**
   * Reads the snapshots of a volume that has come, or come back: storage does not tell of those
   * that came with it, nor of those that were deleted while it was away.
   *
   * @return false when storage does not answer now
   */
  public boolean bringSnapshots(Name name) {
    Optional<KnownVolume> come =
        known
            .find(name.value())
            .filter(volume -> volume.state() == State.Ready && known.snapshotsDue(volume.uid()));
    if (come.isEmpty()) {
      return true;
    }
    Instant asOf = rows.now();
    Set<UUID> before = known.snapshots();
    try {
      List<Item<SnapshotSpec, SnapshotStatus>> all = client.snapshots(name);
      database.useTransaction(transaction -> {
        Set<UUID> gone = gone(transaction.handle(), before);
        put(transaction.handle(), come.get().uid(), all, gone, asOf);
        touched.volume(transaction, name.value());
      });
      return true;
    } catch (Away e) {
      LOG.debugf("the snapshots of volume %s are asked for later: %s", name, e.getMessage());
      return false;
    }
  }

  /** Asks for one volume and writes down what it is now; empty when there is none. */
  public Optional<KnownVolume> ask(Name name) throws Away {
    Instant asOf = rows.now();
    Optional<Item<VolumeSpec, VolumeStatus>> found = client.volume(name);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Item<VolumeSpec, VolumeStatus> item = found.get();
    Optional<Item<PoolSpec, PoolStatus>> pool = client.pool(new Name(item.spec().pool()));
    if (pool.isEmpty()) {
      return Optional.empty();
    }
    KnownVolume volume = volume(item, pool.get(), asOf);
    database.useTransaction(transaction -> {
      rows.put(transaction.handle(), volume);
      touched.volume(transaction, volume.name());
    });
    return Optional.of(volume);
  }

  /** Reads everything; what storage does not know is forgotten. */
  public void readAll() throws Away {
    Instant asOf = rows.now();
    Set<UUID> before = known.snapshots();
    List<Item<PoolSpec, PoolStatus>> pools = client.pools();
    var volumes = client.volumes();
    Map<Optional<UUID>, List<Item<SnapshotSpec, SnapshotStatus>>> snapshots =
        client.snapshots().stream().collect(Collectors.groupingBy(Storage::volume));
    Map<String, Item<PoolSpec, PoolStatus>> byName = new HashMap<>();
    pools.forEach(pool -> byName.put(pool.metadata().name().value(), pool));
    var nowhere = snapshots.getOrDefault(Optional.<UUID>empty(), List.of());
    database.useTransaction(transaction -> {
      var handle = transaction.handle();
      for (Item<PoolSpec, PoolStatus> pool : pools) {
        UUID uid = pool.metadata().uid();
        String name = pool.metadata().name().value();
        List<Condition> conditions = conditions(pool.status());
        rows.degraded(handle, uid, name, words(conditions, DEGRADED).orElse(null));
        rows.spaceLow(handle, uid, name, words(conditions, SPACE_LOW).orElse(null));
      }
      Set<UUID> seen = new HashSet<>();
      Set<UUID> gone = gone(handle, before);
      for (Item<VolumeSpec, VolumeStatus> item : volumes) {
        Item<PoolSpec, PoolStatus> pool = byName.get(item.spec().pool());
        if (pool != null) {
          UUID uid = item.metadata().uid();
          rows.put(handle, volume(item, pool, asOf));
          // What is nowhere now is not forgotten: nobody tells when it is back.
          var all = new ArrayList<>(snapshots.getOrDefault(Optional.of(uid), List.of()));
          all.addAll(nowhere);
          put(handle, uid, all, gone, asOf);
          seen.add(uid);
          touched.volume(transaction, item.metadata().name().value());
        }
      }
      for (String name : rows.forgetOthers(handle, seen, asOf)) {
        touched.volume(transaction, name);
      }
    });
  }

  private static Optional<UUID> volume(Item<SnapshotSpec, SnapshotStatus> snapshot) {
    return Optional.ofNullable(snapshot.status()).flatMap(SnapshotStatus::volume);
  }

  /** Those of which it was told while storage was being asked that they were deleted. */
  private static Set<UUID> gone(Handle handle, Set<UUID> before) {
    Set<UUID> gone = new HashSet<>(before);
    gone.removeAll(KnownRows.snapshots(handle));
    return gone;
  }

  /** All of a volume that there were then; what is another one's is none of it. */
  private void put(
      Handle handle,
      UUID volume,
      List<Item<SnapshotSpec, SnapshotStatus>> snapshots,
      Set<UUID> gone,
      Instant asOf) {
    List<UUID> seen = new ArrayList<>();
    for (Item<SnapshotSpec, SnapshotStatus> snapshot : snapshots) {
      UUID uid = snapshot.metadata().uid();
      SnapshotStatus status = snapshot.status();
      if (gone.contains(uid)
          || volume(snapshot).filter(other -> !other.equals(volume)).isPresent()) {
        continue;
      }
      seen.add(uid);
      if (status != null && status.path() != null && status.createdAt() != null) {
        rows.put(handle, new KnownSnapshot(uid, volume, status.path(), status.createdAt()));
      }
    }
    rows.forgetOtherSnapshots(handle, volume, seen, asOf);
  }

  private KnownVolume volume(
      Item<VolumeSpec, VolumeStatus> item, Item<PoolSpec, PoolStatus> pool, Instant asOf) {
    VolumeStatus status = item.status();
    List<Condition> conditions =
        status == null || status.conditions() == null ? List.of() : status.conditions();
    boolean ready = Conditions.isTrue(conditions, Condition.READY);
    String message =
        Conditions.find(conditions, Condition.READY)
            .map(Condition::message)
            .orElse("It is being made.");
    return new KnownVolume(
        item.metadata().uid(),
        item.metadata().name().value(),
        pool.spec().node() == null ? node : pool.spec().node(),
        pool.metadata().uid(),
        status == null ? null : status.mountPath(),
        item.spec().owner() == null ? KnownVolume.ROOT : item.spec().owner(),
        ready ? State.Ready : State.Unavailable,
        ready ? null : message,
        Conditions.isTrue(conditions, SPACE_LOW)
            ? KnownVolume.littleLeft(item.metadata().name().value())
            : null,
        asOf);
  }

  private static List<Condition> conditions(@Nullable PoolStatus status) {
    return status == null || status.conditions() == null ? List.of() : status.conditions();
  }

  /** What a condition says that is so; empty when it is not. */
  private static Optional<String> words(List<Condition> conditions, String type) {
    return Conditions.find(conditions, type)
        .filter(_ -> Conditions.isTrue(conditions, type))
        .map(Condition::message);
  }
}
