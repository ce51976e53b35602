package io.homecloud.storage.btrfs;

import static io.homecloud.storage.btrfs.KernelRefused.answering;
import static io.homecloud.storage.btrfs.KernelRefused.reading;

import io.homecloud.host.mount.DirectoryMount;
import io.homecloud.host.mount.Holder;
import io.homecloud.host.mount.MountHolders;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Outcome.Done;
import io.homecloud.storage.Outcome.Refused;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.PoolContents;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.SubvolumeInfo;
import io.homecloud.storage.volume.VolumeBackend;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSettings;
import io.homecloud.storage.volume.VolumeUsage;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Volumes as subvolumes, by ioctl; no program is started. */
public final class BtrfsVolumes implements VolumeBackend {
  private final QuotaGroups groups = new QuotaGroups();
  private final Map<PoolId, GroupCommit> commits = new ConcurrentHashMap<>();
  private final VolumeMounts mounts;
  private final VolumeBilling billing;

  public BtrfsVolumes() {
    this(new Mounts(), new MountHolders());
  }

  BtrfsVolumes(Mounts mounts, MountHolders holders) {
    this.mounts = new VolumeMounts(mounts, holders);
    this.billing = new VolumeBilling(groups);
  }

  @Override
  public Outcome<Change> prepare(MountedPool pool) {
    return with(pool, PoolLayout::prepare);
  }

  @Override
  public Outcome<SubvolumeInfo> create(MountedPool pool, VolumeId volume, VolumeSettings settings) {
    return with(
        pool,
        root ->
            make(
                pool,
                root,
                volume,
                settings,
                (directory, group) -> Subvolumes.create(directory, volume.toString(), group),
                _ -> true));
  }

  @Override
  public Outcome<SubvolumeInfo> clone(
      MountedPool pool, Place source, VolumeId volume, VolumeSettings settings) {
    return with(
        pool,
        root -> {
          Optional<SubvolumeInfo> from = info(root, source);
          if (from.isEmpty()) {
            // Made before its source went away: there is nothing left to compare it with.
            return info(root, new Place.Live(volume)).flatMap(SubvolumeInfo::parentUuid).isPresent()
                ? configure(pool, volume, settings).then(_ -> found(root, new Place.Live(volume)))
                : absent(source);
          }
          try (Descriptor original = root.below(source.path()).orElseThrow()) {
            return make(
                pool,
                root,
                volume,
                settings,
                (directory, group) ->
                    Subvolumes.snapshot(original, directory, volume.toString(), false, group),
                made -> made.parentUuid().equals(Optional.of(from.get().uuid())));
          }
        });
  }

  private interface Maker {
    boolean make(Descriptor directory, OptionalLong group);
  }

  /** The quota comes first, so that no file is ever written without it. */
  private Outcome<SubvolumeInfo> make(
      MountedPool pool,
      Descriptor root,
      VolumeId volume,
      VolumeSettings settings,
      Maker maker,
      Predicate<SubvolumeInfo> expected) {
    if (info(root, new Place.Trashed(volume)).isPresent()) {
      return new Refused<>(StorageError.NAME_TAKEN, "Volume " + volume + " is in the trash.");
    }
    Place place = new Place.Live(volume);
    return billing
        .quota(pool, root, volume, settings.quota())
        .then(_ -> {
          try (Descriptor directory = PoolLayout.parent(root, place)) {
            boolean _ = maker.make(directory, billing.group(root, volume));
          }
          return found(root, place);
        })
        .then(made -> {
          if (made.readOnly() || !expected.test(made)) {
            return new Refused<>(
                StorageError.NAME_TAKEN, place.path() + " is not the volume asked for.");
          }
          try (Descriptor opened = root.below(place.path()).orElseThrow()) {
            RootAttributes.write(opened, settings);
          }
          return new Done<>(made);
        });
  }

  @Override
  public Outcome<Change> configure(MountedPool pool, VolumeId volume, VolumeSettings settings) {
    return with(
        pool,
        root -> {
          Place place = new Place.Live(volume);
          if (info(root, place).isEmpty()) {
            return absent(place);
          }
          return billing
              .quota(pool, root, volume, settings.quota())
              .then(quota -> {
                try (Descriptor opened = root.below(place.path()).orElseThrow()) {
                  boolean rest = RootAttributes.write(opened, settings);
                  return new Done<>(rest ? Change.MADE : quota);
                }
              });
        });
  }

  @Override
  public Optional<VolumeSettings> settings(MountedPool pool, VolumeId volume) {
    return reading(() -> {
      try (Descriptor root = PoolLayout.open(pool)) {
        return root.below(new Place.Live(volume).path())
            .map(found -> {
              try (Descriptor opened = found) {
                return RootAttributes.read(
                    opened,
                    usage(pool, volume).map(VolumeUsage::limit).orElse(OptionalLong.empty()));
              }
            });
      }
    });
  }

  @Override
  public Outcome<SubvolumeInfo> snapshot(MountedPool pool, VolumeId volume, SnapshotId snapshot) {
    return with(
        pool,
        root -> {
          Place.Snapshot place = new Place.Snapshot(volume, snapshot);
          Optional<SubvolumeInfo> there = info(root, place);
          if (there.isEmpty()) {
            Optional<Descriptor> original = root.below(new Place.Live(volume).path());
            if (original.isEmpty()) {
              return absent(new Place.Live(volume));
            }
            try (Descriptor source = original.get();
                Descriptor directory = PoolLayout.parent(root, place)) {
              OptionalLong group = billing.group(root, volume);
              // SNAP_CREATE_V2 commits the transaction before it returns (create_snapshot in
              // fs/btrfs/ioctl.c of Linux).
              boolean _ = Subvolumes.snapshot(source, directory, snapshot.toString(), true, group);
            }
          } else {
            commit(pool);
          }
          return found(root, place)
              .then(made ->
                  made.readOnly()
                      ? new Done<>(made)
                      : new Refused<>(StorageError.NAME_TAKEN, place.path() + " is no snapshot."));
        });
  }

  @Override
  public Outcome<Change> moveToTrash(MountedPool pool, VolumeId volume) {
    return with(pool, root -> move(pool, root, new Place.Live(volume), new Place.Trashed(volume)));
  }

  @Override
  public Outcome<Change> restoreFromTrash(MountedPool pool, VolumeId volume) {
    return with(pool, root -> move(pool, root, new Place.Trashed(volume), new Place.Live(volume)));
  }

  private Outcome<Change> move(MountedPool pool, Descriptor root, Place from, Place to) {
    if (info(root, from).isEmpty()) {
      return info(root, to).isPresent() ? new Done<>(Change.ALREADY_SO) : absent(from);
    }
    Optional<Refused<Change>> busy = mounts.busy(pool, from);
    if (busy.isPresent()) {
      return busy.get();
    }
    try (Descriptor source = PoolLayout.parent(root, from);
        Descriptor target = PoolLayout.parent(root, to)) {
      return source.move(from.path().getFileName().toString(), target)
          ? new Done<>(Change.MADE)
          : new Refused<>(StorageError.NAME_TAKEN, to.path() + " is there already.");
    }
  }

  @Override
  public Outcome<Change> delete(MountedPool pool, Place place) {
    return with(
        pool,
        root -> {
          Optional<SubvolumeInfo> there = info(root, place);
          if (there.isEmpty()) {
            return new Done<>(Change.ALREADY_SO);
          }
          Optional<Refused<Change>> busy = mounts.busy(pool, place);
          if (busy.isPresent()) {
            return busy.get();
          }
          Subvolumes.delete(root, there.get().id());
          return new Done<>(Change.MADE);
        });
  }

  @Override
  public Outcome<Change> forget(MountedPool pool, VolumeId volume) {
    return with(pool, root -> billing.forget(root, volume));
  }

  @Override
  public Outcome<Change> bill(MountedPool pool, VolumeId volume) {
    return with(pool, root -> billing.bill(root, volume));
  }

  @Override
  public Optional<VolumeUsage> usage(MountedPool pool, VolumeId volume) {
    return groups.usage(pool.id().value(), QuotaGroups.groupOf(volume));
  }

  @Override
  public Map<VolumeId, VolumeUsage> usages(MountedPool pool, Collection<VolumeId> volumes) {
    return look(pool, root -> QuotaGroups.usages(root, volumes));
  }

  @Override
  public PoolContents contents(MountedPool pool) {
    return look(pool, PoolLayout::contents);
  }

  @Override
  public List<SnapshotId> snapshots(MountedPool pool, VolumeId volume) {
    return look(pool, root -> PoolLayout.snapshots(root, volume));
  }

  @Override
  public Optional<SubvolumeInfo> info(MountedPool pool, Place place) {
    return look(pool, root -> info(root, place));
  }

  static Optional<SubvolumeInfo> info(Descriptor root, Place place) {
    Optional<Descriptor> found = root.below(place.path());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (Descriptor opened = found.get()) {
      return Subvolumes.info(opened, place);
    }
  }

  private static Outcome<SubvolumeInfo> found(Descriptor root, Place place) {
    Optional<SubvolumeInfo> info = info(root, place);
    return info.isPresent()
        ? new Done<>(info.get())
        : new Refused<>(StorageError.NAME_TAKEN, place.path() + " is not a subvolume.");
  }

  private static <T> Outcome<T> absent(Place place) {
    StorageError error =
        place instanceof Place.Snapshot
            ? StorageError.SNAPSHOT_NOT_FOUND
            : StorageError.VOLUME_NOT_FOUND;
    return new Refused<>(error, "Nothing is at " + place.path() + ".");
  }

  @Override
  public void commit(MountedPool pool) {
    GroupCommit group = commits.computeIfAbsent(pool.id(), _ -> new GroupCommit());
    reading(() -> {
      group.commit(() -> PoolLayout.open(pool));
      return pool;
    });
  }

  @Override
  public Outcome<Change> mount(MountedPool pool, VolumeId volume, Path target) {
    return with(
        pool,
        root -> {
          Place place = new Place.Live(volume);
          Optional<Descriptor> found = root.below(place.path());
          if (found.isEmpty()) {
            return absent(place);
          }
          try (Descriptor opened = found.get()) {
            return Subvolumes.info(opened, place).isPresent()
                ? mounts.mount(opened, target)
                : absent(place);
          }
        });
  }

  @Override
  public boolean hides(Path target, boolean mounted) {
    return (mounted || !DirectoryMount.isAt(target)) && DirectoryMount.hides(target);
  }

  @Override
  public Outcome<Change> unmount(MountedPool pool, VolumeId volume, Path target) {
    return mounts.unmount(pool, volume, target);
  }

  @Override
  public Map<Path, VolumeId> mounts(MountedPool pool) {
    return mounts.mounts(pool);
  }

  @Override
  public List<String> others(MountedPool pool, VolumeId volume, Path own) {
    return mounts.others(pool, volume, own);
  }

  @Override
  public List<Holder> holders(MountedPool pool, VolumeId volume) {
    return mounts.holders(pool, volume);
  }

  private interface Verb<T> {
    T on(Descriptor root);
  }

  private static <T> Outcome<T> with(MountedPool pool, Verb<Outcome<T>> verb) {
    return answering(() -> {
      try (Descriptor root = PoolLayout.open(pool)) {
        return verb.on(root);
      }
    });
  }

  private static <T> T look(MountedPool pool, Verb<T> question) {
    return reading(() -> {
      try (Descriptor root = PoolLayout.open(pool)) {
        return question.on(root);
      }
    });
  }
}
