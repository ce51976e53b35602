package io.homecloud.storage.sysfs;

import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.host.mount.Mount;
import io.homecloud.storage.disk.DiskUse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who uses which block device, all read at one moment. */
final class DeviceUses {
  private final SystemRoots roots;

  /** Every device of a mounted file system, with the places where this process sees it. */
  private final Map<String, Set<String>> places = new HashMap<>();

  /** Devices of the running system, with those they are built on. */
  private final Set<String> system = new HashSet<>();

  private final Set<String> swap = new HashSet<>();

  /** Devices that are one file system together. */
  private final List<Set<String>> families = new ArrayList<>();

  private DeviceUses(SystemRoots roots) {
    this.roots = roots;
  }

  static DeviceUses read(SystemRoots roots, List<Mount> mounts) {
    DeviceUses uses = new DeviceUses(roots);
    uses.readFileSystems();
    for (Mount mount : mounts) {
      for (String device : uses.devices(mount)) {
        uses.places.computeIfAbsent(device, _ -> new TreeSet<>()).add(mount.mountPoint());
        if (isOfSystem(mount.mountPoint())) {
          uses.addWithFoundations(device, uses.system);
        }
      }
    }
    PseudoFiles.text(roots.proc().resolve("swaps"))
        .lines()
        .filter(line -> line.startsWith("/dev/"))
        .map(line -> line.split("[ \t]", 2)[0].replaceFirst(" \\(deleted\\)$", ""))
        .forEach(node -> uses.addWithFoundations(uses.nameOf(node), uses.swap));
    return uses;
  }

  /** What all these devices together are used for: a disk and its partitions. */
  DiskUse of(List<BlockDevice> devices) {
    Set<String> seen = new TreeSet<>();
    Set<String> holders = new TreeSet<>();
    boolean elsewhere = false;
    for (BlockDevice device : devices) {
      seen.addAll(mountPoints(device.name()));
      elsewhere |= places.containsKey(device.name()) && mountPoints(device.name()).isEmpty();
      holders.addAll(device.holders());
      holders.addAll(loopsOn(device.name()));
    }
    List<String> names = devices.stream().map(BlockDevice::name).toList();
    return new DiskUse(
        names.stream().anyMatch(system::contains),
        List.copyOf(seen),
        elsewhere,
        List.copyOf(holders),
        names.stream().anyMatch(swap::contains));
  }

  /** Whether a mount's file system stands on any of these devices. */
  boolean stands(Mount mount, Set<String> names) {
    return !Collections.disjoint(devices(mount), names);
  }

  /** A loop device can have a disk for its image, which sysfs does not count as holding it. */
  private List<String> loopsOn(String name) {
    List<String> loops = new ArrayList<>();
    for (Path block : PseudoFiles.entries(roots.sys().resolve("block"))) {
      String image = PseudoFiles.line(block.resolve("loop/backing_file"));
      if (image.startsWith("/dev/") && nameOf(image).equals(name)) {
        loops.add(block.getFileName().toString());
      }
    }
    return loops;
  }

  List<String> mountPoints(String name) {
    return List.copyOf(places.getOrDefault(name, Set.of()));
  }

  /**
   * Notes every device of a mounted file system, whichever namespace it is mounted in: sysfs knows
   * them all.
   */
  private void readFileSystems() {
    for (Path kind : PseudoFiles.entries(roots.sys().resolve("fs"))) {
      for (Path instance : PseudoFiles.entries(kind)) {
        Set<String> family = new HashSet<>();
        // btrfs has a directory per file system with its disks in it, the others one per device.
        for (Path device : PseudoFiles.entries(instance.resolve("devices"))) {
          family.add(device.getFileName().toString());
        }
        String name = instance.getFileName().toString();
        if (family.isEmpty() && Files.exists(roots.sys().resolve("class/block").resolve(name))) {
          family.add(name);
        }
        family.forEach(device -> places.computeIfAbsent(device, _ -> new TreeSet<>()));
        families.add(family);
      }
    }
  }

  private Set<String> devices(Mount mount) {
    Path byNumber = roots.sys().resolve("dev/block").resolve(mount.device().toString());
    String numbered = PseudoFiles.link(byNumber);
    String name = numbered.isEmpty() ? nameOf(mount.source()) : nameOf(numbered);
    boolean real = !numbered.isEmpty() || mount.source().startsWith("/dev/");
    if (!real || name.isEmpty()) {
      return Set.of();
    }
    return families.stream().filter(f -> f.contains(name)).findFirst().orElse(Set.of(name));
  }

  /** The kernel's name of a node, also of a link to it such as /dev/mapper/x. */
  private String nameOf(String node) {
    Path inDev = roots.dev().resolve(node.replaceFirst("^/dev/", ""));
    String target = node.startsWith("/dev/") ? PseudoFiles.link(inDev) : "";
    Path name = Path.of(target.isEmpty() ? node : target).getFileName();
    return name == null ? "" : name.toString();
  }

  private void addWithFoundations(String name, Set<String> set) {
    if (set.add(name)) {
      BlockDevice.named(roots.sys().resolve("class/block"), name)
          .ifPresent(device -> device.slaves().forEach(below -> addWithFoundations(below, set)));
    }
  }

  private static boolean isOfSystem(String mountPoint) {
    return mountPoint.equals("/")
        || mountPoint.equals("/usr")
        || mountPoint.equals("/efi")
        || mountPoint.equals("/boot")
        || mountPoint.startsWith("/boot/");
  }
}
