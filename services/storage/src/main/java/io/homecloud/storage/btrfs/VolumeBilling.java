package io.homecloud.storage.btrfs;

import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Outcome.Done;
import io.homecloud.storage.Outcome.Refused;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.SubvolumeInfo;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeUsage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Which quota group counts what of a volume. */
final class VolumeBilling {
  private final QuotaGroups groups;

  VolumeBilling(QuotaGroups groups) {
    this.groups = groups;
  }

  /** The group to join at creation, made if missing; empty when the pool does not count. */
  OptionalLong group(Descriptor root, VolumeId volume) {
    if (!QuotaGroups.simple(root)) {
      return OptionalLong.empty();
    }
    long group = QuotaGroups.groupOf(volume);
    QuotaGroups.create(root, group);
    return OptionalLong.of(group);
  }

  Outcome<Change> quota(MountedPool pool, Descriptor root, VolumeId volume, OptionalLong wanted) {
    OptionalLong group = group(root, volume);
    if (group.isEmpty()) {
      return wanted.isEmpty()
          ? new Done<>(Change.ALREADY_SO)
          : new Refused<>(
              StorageError.QUOTA_UNKNOWN,
              "The pool does not count what its volumes use, so it cannot limit it.");
    }
    VolumeUsage now =
        groups
            .usage(pool.id().value(), group.getAsLong())
            .orElse(new VolumeUsage(0, OptionalLong.empty()));
    if (now.limit().equals(wanted)) {
      return new Done<>(Change.ALREADY_SO);
    }
    if (wanted.isPresent() && wanted.getAsLong() < now.used()) {
      return new Refused<>(
          StorageError.QUOTA_BELOW_USED,
          "The volume with its snapshots uses %d bytes, more than %d."
              .formatted(now.used(), wanted.getAsLong()));
    }
    QuotaGroups.limit(root, group.getAsLong(), wanted);
    return new Done<>(Change.MADE);
  }

  /** Everything of the volume joins its group. */
  Outcome<Change> bill(Descriptor root, VolumeId volume) {
    List<Long> subvolumes = subvolumes(root, volume);
    if (subvolumes.isEmpty()) {
      return new Refused<>(
          StorageError.VOLUME_NOT_FOUND, "There is nothing of volume " + volume + ".");
    }
    OptionalLong group = group(root, volume);
    if (group.isEmpty()) {
      return new Refused<>(
          StorageError.QUOTA_UNKNOWN, "The pool does not count what its volumes use.");
    }
    Set<Long> members = new HashSet<>(QuotaGroups.members(root, group.getAsLong()));
    Change change = Change.ALREADY_SO;
    for (long subvolume : subvolumes) {
      if (!members.contains(subvolume) && QuotaGroups.join(root, subvolume, group.getAsLong())) {
        change = Change.MADE;
      }
    }
    return new Done<>(change);
  }

  private static List<Long> subvolumes(Descriptor root, VolumeId volume) {
    List<Place> places = new ArrayList<>();
    places.add(new Place.Live(volume));
    places.add(new Place.Trashed(volume));
    for (SnapshotId snapshot : PoolLayout.snapshots(root, volume)) {
      places.add(new Place.Snapshot(volume, snapshot));
    }
    List<Long> ids = new ArrayList<>();
    for (Place place : places) {
      BtrfsVolumes.info(root, place)
          .map(SubvolumeInfo::id)
          .ifPresent(id -> addWithInner(root, id, ids));
    }
    return ids;
  }

  private static void addWithInner(Descriptor root, long id, List<Long> ids) {
    ids.add(id);
    Subvolumes.children(root, id).forEach(child -> addWithInner(root, child, ids));
  }

  /** Removes group, members that are no more, and the directory of snapshots. */
  Outcome<Change> forget(Descriptor root, VolumeId volume) {
    if (!subvolumes(root, volume).isEmpty()) {
      return new Refused<>(StorageError.VOLUME_BUSY, "Volume " + volume + " still exists.");
    }
    Optional<Descriptor> snapshots = root.below(Place.SNAPSHOTS);
    if (snapshots.isPresent()) {
      try (Descriptor directory = snapshots.get()) {
        directory.removeDirectory(volume.toString());
      }
    }
    long group = QuotaGroups.groupOf(volume);
    if (!QuotaGroups.simple(root) || !QuotaGroups.exists(root, group)) {
      return new Done<>(Change.ALREADY_SO);
    }
    boolean free = true;
    for (long member : QuotaGroups.members(root, group)) {
      free &= QuotaGroups.remove(root, member);
    }
    return free && QuotaGroups.remove(root, group)
        ? new Done<>(Change.MADE)
        : new Refused<>(
            StorageError.VOLUME_BUSY,
            "Data of volume " + volume + " is still shared with a clone, or being deleted.");
  }
}
