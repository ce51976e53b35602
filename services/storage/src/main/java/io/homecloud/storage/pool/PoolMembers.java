package io.homecloud.storage.pool;

import io.homecloud.control.resource.Resource;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.disk.Disk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which disks of a pool that is not mounted a mount may take: whoever was missing when it was last
 * in place has missed what was written then.
 */
final class PoolMembers {
  private final PoolBackend backend;
  private final PoolUpkeep upkeep;

  PoolMembers(PoolBackend backend, PoolUpkeep upkeep) {
    this.backend = backend;
    this.upkeep = upkeep;
  }

  private record Member(Disk disk, DeviceIdentity identity, boolean missed) {}

  private Stream<Member> members(Resource<PoolSpec, PoolStatus> pool, List<Disk> disks) {
    return disks.stream()
        .flatMap(disk ->
            backend
                .identify(disk.node())
                .filter(identity -> identity.pool().value().equals(pool.uid()))
                .map(identity ->
                    new Member(disk, identity, missed(pool.status(), identity.deviceId())))
                .stream());
  }

  private static boolean missed(@Nullable PoolStatus status, long device) {
    return status != null
        && status.devices().stream().anyMatch(was -> was.id() == device && was.missing());
  }

  private static OptionalLong newest(List<Member> members) {
    return members.stream().mapToLong(member -> member.identity().generation()).max();
  }

  /**
   * The disks without copies: of several that say that they are one device it is the one that was
   * it when the pool was last in place, and refused as {@code DISK_DUPLICATE} when none of them
   * was. Where nobody knows, as of one that was missing, the backend goes by their generations.
   */
  Outcome<List<Disk>> genuine(Resource<PoolSpec, PoolStatus> pool, List<Disk> disks) {
    List<PoolStatus.Device> known = pool.status() == null ? List.of() : pool.status().devices();
    List<Member> members = members(pool, disks).toList();
    List<Disk> outside = new ArrayList<>();
    for (PoolStatus.Device device : known) {
      List<Disk> claiming =
          members.stream()
              .filter(member -> member.identity().deviceId() == device.id())
              .map(Member::disk)
              .toList();
      if (claiming.size() < 2 || device.missing() || device.disk() == null) {
        continue;
      }
      List<Disk> others =
          claiming.stream().filter(disk -> !disk.id().value().equals(device.disk())).toList();
      if (others.size() != claiming.size() - 1) {
        return new Outcome.Refused<>(
            StorageError.DISK_DUPLICATE,
            claiming.stream()
                    .map(disk -> "Disk " + disk.id() + " (" + disk.node() + ")")
                    .collect(Collectors.joining(" and "))
                + " say that they are device "
                + device.id()
                + " of the pool, which was disk "
                + device.disk()
                + ". Unplug the wrong one.");
      }
      outside.addAll(others);
    }
    return new Outcome.Done<>(without(disks, outside));
  }

  /**
   * The disks without those that are never to be mixed with the others: the kernel takes every
   * member whatever it has missed, goes by the highest generation, and asks checksums which copy is
   * right. So one that was written while the pool was elsewhere stays outside, and one that has
   * missed writes does where some files have no checksums.
   */
  List<Disk> usable(Resource<PoolSpec, PoolStatus> pool, List<Disk> disks) {
    List<Member> members = members(pool, disks).toList();
    OptionalLong truth = newest(members.stream().filter(member -> !member.missed()).toList());
    long newest = truth.orElse(newest(members).orElse(0));
    boolean apart = PoolStatus.apart(pool.status());
    Profile data = pool.spec().dataProfile();
    boolean all =
        data == null || data.mayFail() == 0 || upkeep.withoutChecksums(pool.uid()).isEmpty();
    List<Disk> outside =
        members.stream()
            .filter(member -> {
              long generation = member.identity().generation();
              boolean other =
                  member.missed() && truth.isPresent() && (apart || generation > newest);
              // A power cut may fall between the last writes to two of them, so that one commit
              // less is none; of those that were missing each commit counts.
              return other || (!all && generation < (member.missed() ? newest : newest - 1));
            })
            .map(Member::disk)
            .toList();
    return without(disks, outside);
  }

  /**
   * The disks that have all that was written; refused as {@code DISK_OUTDATED} when there is none.
   * What is written to another one would be a second truth beside theirs.
   */
  Outcome<List<Disk>> upToDate(Resource<PoolSpec, PoolStatus> pool, List<Disk> disks) {
    List<Member> members = members(pool, disks).toList();
    List<Disk> outside = members.stream().filter(Member::missed).map(Member::disk).toList();
    return outside.size() == members.size() && !outside.isEmpty()
        ? new Outcome.Refused<>(outdated(pool, disks).orElseThrow())
        : new Outcome.Done<>(without(disks, outside));
  }

  /** Says which of the disks have missed something, and where that is; empty when none has. */
  Optional<Refusal> outdated(Resource<PoolSpec, PoolStatus> pool, List<Disk> disks) {
    String behind =
        members(pool, disks)
            .filter(Member::missed)
            .map(member -> "disk " + member.disk().id() + " (" + member.disk().node() + ")")
            .collect(Collectors.joining(", "));
    PoolStatus status = pool.status();
    if (behind.isEmpty() || status == null) {
      return Optional.empty();
    }
    String others =
        status.devices().stream()
            .filter(device -> !device.missing())
            .map(device ->
                device.disk() == null
                    ? "device " + device.id()
                    : "disk " + device.disk() + " (device " + device.id() + ")")
            .collect(Collectors.joining(", "));
    return Optional.of(
        new Refusal(
            StorageError.DISK_OUTDATED,
            "There is only "
                + behind
                + ", without what was written while the pool went on without it. That is on "
                + others
                + ". Plug it in; the pool comes back by itself. If it is lost for good: POST "
                + StorageKinds.API
                + "/pools/"
                + pool.name()
                + "/use-outdated goes on with what was before."));
  }

  /** A disk that the kernel knows would be part of the next mount, named or not. */
  private List<Disk> without(List<Disk> disks, List<Disk> outside) {
    outside.forEach(disk -> backend.forget(disk.node()));
    return disks.stream().filter(disk -> !outside.contains(disk)).toList();
  }
}
