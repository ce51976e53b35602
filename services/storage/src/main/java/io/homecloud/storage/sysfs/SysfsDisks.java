package io.homecloud.storage.sysfs;

import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.host.mount.Mount;
import io.homecloud.storage.disk.ContentProbe;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskId;
import io.homecloud.storage.disk.Disks;
import io.homecloud.storage.disk.LoopPolicy;
import io.homecloud.storage.disk.Partition;
import io.homecloud.storage.disk.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Disks as sysfs lists them, named with udev's help where it runs. */
public final class SysfsDisks implements Disks {
  /** Optical, floppy, memory and network devices, and the parts of an SD card that boot it. */
  private static final Pattern NO_DISK =
      Pattern.compile("(sr|fd|ram|zram|nbd|rbd|drbd|md|dm-|mtdblock).*|mmcblk\\d+(boot\\d+|rpmb)");

  private final SystemRoots roots;
  private final ContentProbe probe;
  private final LoopPolicy loops;
  private final Supplier<List<Mount>> mounts;
  private final UdevDatabase udev;
  private final DiskNames names;

  public SysfsDisks(
      SystemRoots roots, ContentProbe probe, LoopPolicy loops, Supplier<List<Mount>> mounts) {
    this.roots = roots;
    this.probe = probe;
    this.loops = loops;
    this.mounts = mounts;
    this.udev = new UdevDatabase(roots.run().resolve("udev"));
    this.names = new DiskNames(roots, udev);
  }

  @Override
  public List<Disk> scan() {
    return described(_ -> true);
  }

  @Override
  public Optional<Disk> scan(String name) {
    return described(found -> found.device.name().equals(name)).stream().findFirst();
  }

  @Override
  public Optional<Disk> find(String idOrPath) {
    return described(found -> found.isMeantBy(idOrPath, roots)).stream().findFirst();
  }

  @Override
  public List<Disk> usedNow(List<Disk> seen) {
    DeviceUses uses = DeviceUses.read(roots, mounts.get());
    return seen.stream().map(disk -> disk.used(uses.of(devices(disk)), uses::mountPoints)).toList();
  }

  private List<BlockDevice> devices(Disk disk) {
    Path sysClass = roots.sys().resolve("class/block");
    return Stream.concat(Stream.of(disk.name()), disk.partitions().stream().map(Partition::name))
        .flatMap(name -> BlockDevice.named(sysClass, name).stream())
        .toList();
  }

  @Override
  public List<Mount> mounts(Disk disk) {
    Optional<BlockDevice> device = BlockDevice.named(roots.sys().resolve("block"), disk.name());
    if (device.isEmpty()) {
      return List.of();
    }
    Stream<BlockDevice> whole = Stream.concat(device.stream(), device.get().partitions().stream());
    Set<String> wanted = whole.map(BlockDevice::name).collect(Collectors.toSet());
    List<Mount> all = mounts.get();
    DeviceUses uses = DeviceUses.read(roots, all);
    return all.stream().filter(m -> uses.stands(m, wanted)).toList();
  }

  private List<Disk> described(Predicate<Found> wanted) {
    DeviceUses uses = DeviceUses.read(roots, mounts.get());
    return found().stream()
        .filter(wanted)
        .map(disk -> describe(disk, uses))
        .sorted(Comparator.comparing(Disk::id))
        .toList();
  }

  /** All disks by name alone: nothing of them is read, so that none wakes up. */
  private List<Found> found() {
    List<Found> all = new ArrayList<>();
    Map<DiskId, Integer> claims = new HashMap<>();
    for (Path entry : PseudoFiles.entries(roots.sys().resolve("block"))) {
      BlockDevice.named(roots.sys().resolve("block"), entry.getFileName().toString())
          .filter(this::isDisk)
          .ifPresent(device -> {
            Transport transport = Connection.of(device);
            DiskId id = names.id(device, transport);
            claims.merge(id, 1, Integer::sum);
            all.add(new Found(device, transport, id));
          });
    }
    // Cheap USB boxes share one serial number: then all who claim it are told apart.
    return all.stream()
        .map(f -> claims.getOrDefault(f.id, 1) == 1 ? f : f.at(names.idBySocket(f.device, f.id)))
        .toList();
  }

  private boolean isDisk(BlockDevice device) {
    if (NO_DISK.matcher(device.name()).matches() || device.flag("hidden") || device.size() == 0) {
      return false;
    }
    if (device.name().startsWith("loop")) {
      String image = device.attribute("loop/backing_file");
      return image.startsWith("/") && loops.allows(Path.of(image)) && !pending(device);
    }
    // Virtual devices are built by programs; NVMe's multipath heads are the exception.
    boolean virtual = device.directory().startsWith(roots.sys().resolve("devices/virtual"));
    return (!virtual || Connection.of(device) == Transport.NVME) && !pending(device);
  }

  private boolean pending(BlockDevice device) {
    return device.number().map(udev::pending).orElse(true);
  }

  private Disk describe(Found found, DeviceUses uses) {
    BlockDevice device = found.device;
    List<BlockDevice> divided = device.partitions();
    List<BlockDevice> whole = Stream.concat(Stream.of(device), divided.stream()).toList();
    boolean loop = found.transport == Transport.LOOP;
    return new Disk(
        found.id,
        device.name(),
        node(device),
        device.size(),
        loop ? "" : names.model(device),
        loop ? "" : names.serial(device),
        found.transport,
        device.flag("queue/rotational"),
        device.flag("removable") || found.transport == Transport.USB,
        device.flag("ro"),
        probe.probe(node(device)),
        divided.stream().map(part -> partition(part, uses)).toList(),
        uses.of(whole));
  }

  private Partition partition(BlockDevice part, DeviceUses uses) {
    return new Partition(
        part.name(),
        node(part),
        part.size(),
        probe.probe(node(part)),
        uses.mountPoints(part.name()));
  }

  private Path node(BlockDevice device) {
    // The kernel writes a slash in a name as an exclamation mark.
    return roots.dev().resolve(device.name().replace('!', '/'));
  }

  private record Found(BlockDevice device, Transport transport, DiskId id) {
    Found at(DiskId other) {
      return new Found(device, transport, other);
    }

    boolean isMeantBy(String idOrPath, SystemRoots roots) {
      if (id.value().equals(idOrPath)) {
        return true;
      }
      if (!idOrPath.startsWith("/") || idOrPath.indexOf('\0') >= 0) {
        return false;
      }
      try {
        Path real = Path.of(idOrPath).toRealPath();
        return real.equals(roots.dev().resolve(device.name().replace('!', '/')))
            || real.toString().equals(device.attribute("loop/backing_file"));
      } catch (IOException | java.nio.file.InvalidPathException gone) {
        return false;
      }
    }
  }
}
