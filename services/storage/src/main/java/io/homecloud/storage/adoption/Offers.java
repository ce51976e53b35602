package io.homecloud.storage.adoption;

import io.homecloud.control.resource.ResourceStore;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskContent.BtrfsMember;
import io.homecloud.storage.pool.DeviceIdentity;
import io.homecloud.storage.pool.PoolBackend;
import io.homecloud.storage.pool.PoolDisks;
import io.homecloud.storage.pool.PoolId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds what could be adopted. Nothing is mounted for it. */
final class Offers {
  private final PoolBackend backend;
  private final PoolDisks disks;
  private final ResourceStore store;

  Offers(PoolBackend backend, PoolDisks disks, ResourceStore store) {
    this.backend = backend;
    this.disks = disks;
    this.store = store;
  }

  /** Everything on these disks. */
  List<Offer> among(List<Disk> all) {
    return all.stream()
        .flatMap(disk -> member(disk).stream())
        .map(BtrfsMember::fsid)
        .distinct()
        .map(PoolId::new)
        .filter(pool -> store.find(StorageKinds.POOL, pool.value()).isEmpty())
        .flatMap(pool -> of(pool).stream())
        .toList();
  }

  /** The pool of that identity, with the disks that are there now; empty when none is. */
  Optional<Offer> of(PoolId pool) {
    List<Disk> members = disks.members(pool);
    Optional<BtrfsMember> first = members.stream().flatMap(disk -> member(disk).stream()).findAny();
    return first.map(found -> new Offer(pool, found.label(), members, whole(members)));
  }

  static Optional<BtrfsMember> member(Disk disk) {
    return disk.content() instanceof BtrfsMember found ? Optional.of(found) : Optional.empty();
  }

  /** The member that was written last knows how many there are. */
  private boolean whole(List<Disk> members) {
    List<DeviceIdentity> identities =
        members.stream().flatMap(disk -> backend.identify(disk.node()).stream()).toList();
    long there = identities.stream().map(DeviceIdentity::deviceId).distinct().count();
    return identities.stream()
        .max(Comparator.comparingLong(DeviceIdentity::generation))
        .filter(newest -> newest.deviceCount() == there)
        .isPresent();
  }
}
