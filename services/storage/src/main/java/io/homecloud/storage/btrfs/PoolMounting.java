package io.homecloud.storage.btrfs;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.mount.Holder;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.MountFlag;
import io.homecloud.host.mount.MountHolders;
import io.homecloud.host.mount.MountRequest;
import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.Change;
import io.homecloud.storage.Compression;
import io.homecloud.storage.LettingGo;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.pool.DeviceIdentity;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.pool.PoolMount;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tops of pools, mounted and unmounted. */
final class PoolMounting {
  private static final int NAMED_HOLDERS = 5;
  private static final int ATTEMPTS = 20;

  /** How often somebody may make the kernel forget all disks just when they were named to it. */
  private static final int FORGOTTEN = 5;

  private static final Set<MountFlag> FLAGS =
      Set.of(MountFlag.NO_ATIME, MountFlag.NO_SUID, MountFlag.NO_DEV);
  private static final String COMPRESS = "compress=";

  private final Mounts mounts;
  private final MountHolders holders;
  private final PoolReading reading;

  PoolMounting(Mounts mounts, MountHolders holders, PoolReading reading) {
    this.mounts = mounts;
    this.holders = holders;
    this.reading = reading;
  }

  Outcome<MountedPool> mount(PoolMount wanted) {
    Optional<Mount> there = at(wanted.target());
    if (there.isPresent() && !isTop(there.get(), wanted.target(), wanted.id())) {
      return new Outcome.Refused<>(
          StorageError.WRONG_MOUNT,
          "At " + wanted.target() + " is " + there.get().source() + " already.");
    }
    if (there.isPresent() && !endedLook(wanted, there.get())) {
      return compressing(wanted);
    }
    Map<Long, Member> members = new HashMap<>();
    for (Path device : wanted.devices()) {
      Optional<Member> found =
          Superblock.read(device)
              .filter(one -> one.pool().equals(wanted.id()))
              .map(one -> new Member(device, one));
      if (found.isPresent()) {
        Member member = found.get();
        Member other = members.get(member.number());
        if (other != null && other.generation() == member.generation()) {
          return new Outcome.Refused<>(
              StorageError.DISK_DUPLICATE,
              "Two disks say that they are device "
                  + member.number()
                  + " of the pool; one is a copy. Unplug the wrong one.");
        }
        // The older one was replaced once, and is back.
        if (other == null || other.generation() < member.generation()) {
          members.put(member.number(), member);
        }
      }
    }
    return members.isEmpty()
        ? new Outcome.Refused<>(
            StorageError.POOL_NOT_FOUND, "None of the disks belongs to the pool.")
        : mount(wanted, List.copyOf(members.values()));
  }

  /**
   * Ends what a process left that was killed before it made a degraded mount writable: perhaps it
   * was just about to see that the mount took the wrong disks.
   */
  private boolean endedLook(PoolMount wanted, Mount there) {
    return wanted.access() == PoolMount.Access.WRITE
        && there.superOptions().containsAll(Set.of("ro", "degraded"))
        && mounts.list().stream().filter(mount -> mount.device().equals(there.device())).count()
            == 1
        && mounts.unmount(wanted.target().toString()) instanceof MountResult.Done;
  }

  private record Member(Path node, DeviceIdentity identity) {
    long number() {
      return identity.deviceId();
    }

    long generation() {
      return identity.generation();
    }
  }

  private Outcome<MountedPool> mount(PoolMount wanted, List<Member> members) {
    long count =
        members.stream()
            .max(Comparator.comparingLong(Member::generation))
            .orElseThrow()
            .identity()
            .deviceCount();
    if (members.size() < count && !wanted.degraded()) {
      return new Outcome.Refused<>(
          StorageError.DISKS_MISSING,
          members.size() + " of " + count + " disks of the pool are there.");
    }
    try {
      Files.createDirectories(
          wanted.target(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new StorageFailure("make " + wanted.target(), e);
    }
    List<Path> nodes = members.stream().map(Member::node).sorted().toList();
    // Which disks it consists of is decided where a part of it is mounted already.
    boolean first = taken(wanted.id()).isEmpty();
    boolean looks = first && wanted.degraded() && nodes.stream().noneMatch(Superblock::hasLog);
    boolean readOnly = wanted.readOnly() || looks;
    MountResult result = mountWithoutOthers(wanted, nodes, first, readOnly);
    for (int i = 0; i < FORGOTTEN && members.size() == count && misses(result); i++) {
      result = mountWithoutOthers(wanted, nodes, first, readOnly);
    }
    return switch (result) {
      case MountResult.Done() -> writable(wanted, looks).then(_ -> compressing(wanted));
      case MountResult.Refused(Errno errno, _) when errno == Errno.ENOENT && !wanted.degraded() ->
          new Outcome.Refused<>(StorageError.DISKS_MISSING, "The kernel misses disks of the pool.");
      case MountResult.Refused(_, String reason) when members.size() < count ->
          new Outcome.Refused<>(
              StorageError.DISKS_MISSING,
              "Without the missing disks the pool cannot be mounted for writing: " + reason + ".");
      case MountResult.Refused(_, String reason) ->
          new Outcome.Refused<>(
              StorageError.REFUSED_BY_KERNEL, reason + "; the kernel's log says more.");
    };
  }

  private static boolean misses(MountResult result) {
    return result instanceof MountResult.Refused(Errno errno, _) && errno == Errno.ENOENT;
  }

  /**
   * A mount takes every member that the kernel knows, named or not, and whoever looks for disks
   * (udev, for one) makes those known again that it was told to forget. So it is looked at which
   * ones it took; the mount is given up when others are among them. Of a degraded one that is known
   * before the first byte is written, but for the log of a power cut, which the kernel replays at
   * once.
   */
  private MountResult mountWithoutOthers(
      PoolMount wanted, List<Path> nodes, boolean first, boolean readOnly) {
    Set<MountFlag> flags = EnumSet.copyOf(FLAGS);
    if (readOnly) {
      flags.add(MountFlag.READ_ONLY);
    }
    MountRequest request =
        new MountRequest(
            nodes.getFirst().toString(),
            wanted.target().toString(),
            "btrfs",
            flags,
            options(wanted, nodes));
    for (int attempt = 0; ; attempt++) {
      MountResult result = mounts.mount(request);
      List<Path> others = first ? new ArrayList<>(taken(wanted.id())) : new ArrayList<>();
      others.removeAll(real(nodes));
      if (!(result instanceof MountResult.Done) || others.isEmpty()) {
        return result;
      }
      MountResult ended = mounts.unmount(wanted.target().toString());
      if (ended instanceof MountResult.Refused || attempt == ATTEMPTS) {
        return new MountResult.Refused(
            Errno.EBUSY,
            "The kernel takes disks that must not be mixed with the others: " + others);
      }
      others.forEach(PoolMounting::forget);
    }
  }

  /** The nodes of those that a mounted pool consists of; none when it is not mounted. */
  private static List<Path> taken(PoolId pool) {
    Path devices = Path.of("/sys/fs/btrfs", pool.value().toString(), "devices");
    try (Stream<Path> links = Files.list(devices)) {
      return links.map(link -> Path.of("/dev").resolve(link.getFileName())).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new StorageFailure("read " + devices, e);
    }
  }

  private static List<Path> real(List<Path> nodes) {
    return nodes.stream()
        .map(node -> {
          try {
            return node.toRealPath();
          } catch (IOException e) {
            return node;
          }
        })
        .toList();
  }

  private Outcome<Change> writable(PoolMount wanted, boolean looked) {
    if (!looked || wanted.readOnly()) {
      return new Outcome.Done<>(Change.ALREADY_SO);
    }
    Set<MountFlag> flags = EnumSet.copyOf(FLAGS);
    flags.add(MountFlag.REMOUNT);
    MountRequest request =
        new MountRequest("none", wanted.target().toString(), "", flags, "degraded");
    if (mounts.mount(request) instanceof MountResult.Refused(_, String reason)) {
      var _ = mounts.unmount(wanted.target().toString());
      return new Outcome.Refused<>(
          StorageError.DISKS_MISSING,
          "Without the missing disks the pool cannot be mounted for writing: " + reason + ".");
    }
    return new Outcome.Done<>(Change.MADE);
  }

  /**
   * The kernel takes the options of a file system from its first mount, and that may have been of a
   * part of it (the databases'), or with a compression that has been changed since.
   */
  private Outcome<MountedPool> compressing(PoolMount wanted) {
    Set<String> options = at(wanted.target()).map(Mount::superOptions).orElseGet(Set::of);
    String is =
        options.stream()
            .filter(option -> option.startsWith(COMPRESS))
            .map(option -> option.substring(COMPRESS.length()))
            .findFirst()
            .orElse("none");
    String wished = wanted.compression().toString();
    // Without a level the kernel names its default.
    if (!wanted.readOnly()
        && !options.contains("ro")
        && !is.equals(wished)
        && !is.startsWith(wished + ":")) {
      Set<MountFlag> flags = EnumSet.copyOf(FLAGS);
      flags.add(MountFlag.REMOUNT);
      MountRequest request =
          new MountRequest("none", wanted.target().toString(), "", flags, COMPRESS + wished);
      if (mounts.mount(request) instanceof MountResult.Refused(_, String reason)) {
        return new Outcome.Refused<>(StorageError.REFUSED_BY_KERNEL, reason + ".");
      }
    }
    return new Outcome.Done<>(new MountedPool(wanted.id(), wanted.target()));
  }

  /**
   * None is for solid-state disks, since the kernel does that better: at the first mount, whoever
   * makes it and of whatever part, it puts {@code ssd} where no disk is said to rotate, and {@code
   * discard=async} where a disk can discard (open_ctree in fs/btrfs/disk-io.c, since Linux 6.2).
   */
  private static String options(PoolMount wanted, List<Path> nodes) {
    StringBuilder options = new StringBuilder("subvolid=5,skip_balance");
    if (!wanted.compression().equals(Compression.NONE)) {
      options.append(',').append(COMPRESS).append(wanted.compression());
    }
    if (wanted.access() == PoolMount.Access.LOOK) {
      options.append(",rescue=nologreplay");
    }
    if (wanted.degraded()) {
      options.append(",degraded");
    }
    for (Path node : nodes) {
      if (node.toString().indexOf(',') >= 0) {
        throw new IllegalArgumentException("a comma in a device node");
      }
      options.append(",device=").append(node);
    }
    return options.toString();
  }

  Outcome<Change> unmount(MountedPool pool) {
    Optional<Mount> there = at(pool.root());
    if (there.isEmpty()) {
      return new Outcome.Done<>(Change.ALREADY_SO);
    }
    if (!isTop(there.get(), pool.root(), pool.id())) {
      return new Outcome.Refused<>(
          StorageError.WRONG_MOUNT,
          "At " + pool.root() + " is " + there.get().source() + ", not the pool.");
    }
    List<String> volumes =
        mounts.list().stream()
            .filter(mount ->
                mount.device().equals(there.get().device())
                    && !mount.mountPoint().equals(pool.root().toString()))
            .map(Mount::mountPoint)
            .toList();
    if (!volumes.isEmpty()) {
      return busy(
          "Parts of it are mounted at "
              + String.join(", ", volumes.subList(0, Math.min(NAMED_HOLDERS, volumes.size())))
              + ".");
    }
    List<Path> devices =
        reading.state(pool).devices().stream().flatMap(device -> device.path().stream()).toList();
    return switch (mounts.unmount(pool.root().toString())) {
      case MountResult.Done() -> {
        // Who has a copy of all mounts for an instant keeps it, and its disks cannot be forgotten.
        var _ = LettingGo.waitedFor(() -> taken(pool.id()), LettingGo.BRIEFLY);
        devices.forEach(PoolMounting::forget);
        yield new Outcome.Done<>(Change.MADE);
      }
      case MountResult.Refused(Errno errno, _) when errno == Errno.EBUSY -> {
        List<Holder> found = holders.of(mount -> mount.device().equals(there.get().device()));
        yield busy(
            found.isEmpty()
                ? "It is in use; the kernel does not say by whom."
                : found.stream()
                    .limit(NAMED_HOLDERS)
                    .map(Holder::sentence)
                    .collect(Collectors.joining("; ", "", ".")));
      }
      case MountResult.Refused(_, String reason) ->
          new Outcome.Refused<>(StorageError.REFUSED_BY_KERNEL, reason);
    };
  }

  private static Outcome<Change> busy(String sentence) {
    return new Outcome.Refused<>(new Refusal(StorageError.POOL_BUSY, sentence));
  }

  /**
   * Makes the kernel forget an unmounted member, so that the disk may come back as something else.
   */
  static void forget(Path device) {
    try (Descriptor control = Descriptor.device(Path.of("/dev/btrfs-control"));
        Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(Ioctl.FORGET_DEV.size());
      args.setString(8, device.toString());
      // Refused while another mount has the pool; then there is nothing to forget yet.
      control.tryIoctl(Ioctl.FORGET_DEV, args);
    }
  }

  private Optional<Mount> at(Path target) {
    return mounts.list().stream()
        .filter(mount -> mount.mountPoint().equals(target.toString()))
        .reduce((_, last) -> last);
  }

  private boolean isTop(Mount mount, Path target, PoolId id) {
    return mount.type().equals("btrfs")
        && mount.root().equals("/")
        && reading.identity(target).equals(id);
  }
}
