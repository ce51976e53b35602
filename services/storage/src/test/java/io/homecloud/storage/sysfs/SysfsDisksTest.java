package io.homecloud.storage.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.mount.DeviceNumber;
import io.homecloud.host.mount.Mount;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskContent;
import io.homecloud.storage.disk.DiskUse;
import io.homecloud.storage.disk.LoopPolicy;
import io.homecloud.storage.disk.Obstacle;
import io.homecloud.storage.disk.Partition;
import io.homecloud.storage.disk.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysfsDisksTest {
  private static final LoopPolicy OURS =
      new LoopPolicy(List.of(Path.of("/var/lib/homecloud")), List.of());

  @TempDir Path root = Path.of("/");
  private final List<Mount> mounts = new ArrayList<>();
  private final List<Path> probed = new ArrayList<>();

  @Test
  void onlyDisksAreListedAndWithNamesThatStay() throws Exception {
    // Given
    SysfsDisks disks = machine("raspberry-pi.tree");
    // When
    List<Disk> found = disks.scan();
    // Then
    assertThat(found)
        .extracting(disk -> disk.name() + " " + disk.id())
        .containsExactly(
            "loop0 loop-home-disk-img-ff2c0ea4",
            "mmcblk0 mmc-sc32g-0x1e5b2a10-d20efe31",
            "nvme0n1 nvme-samsung-ssd-980-500gb-s64dnx0t123456x-6910cec0",
            "sdb usb-jmicron-tech-0123456789abcdef-d046704f-4f491a10",
            "sdc usb-jmicron-tech-0123456789abcdef-d046704f-8cd6af9a",
            "sda usb-seagate-expansion-hdd-na8xw1ab-0-0-e6672667");
  }

  @Test
  void whatSysfsSaysOfAUsbDiskIsTold() throws Exception {
    // Given
    SysfsDisks disks = machine("raspberry-pi.tree");
    // When
    Disk disk = disks.scan("sda").orElseThrow();
    // Then
    assertThat(disk.size()).isEqualTo(7_814_037_167L * 512);
    assertThat(disk.model()).isEqualTo("Expansion HDD");
    assertThat(disk.serial()).isEqualTo("NA8XW1AB");
    assertThat(disk.transport()).isEqualTo(Transport.USB);
    assertThat(disk.rotational()).isTrue();
    assertThat(disk.removable()).isTrue();
    assertThat(disk.partitions()).extracting(Partition::name).containsExactly("sda1");
    assertThat(probed).containsExactly(root.resolve("dev/sda"), root.resolve("dev/sda1"));
  }

  @Test
  void theDiskOfTheRunningSystemIsNeverOffered() throws Exception {
    // Given
    SysfsDisks disks = machine("raspberry-pi.tree");
    mounts.add(mount("179:2", "/", "ext4", "/dev/root"));
    mounts.add(mount("179:1", "/boot/firmware", "vfat", "/dev/mmcblk0p1"));
    // When
    Disk card = disks.scan("mmcblk0").orElseThrow();
    // Then
    assertThat(card.offered()).isFalse();
    assertThat(card.obstacles()).contains(Obstacle.SYSTEM, Obstacle.MOUNTED);
    assertThat(card.use().mountPoints()).containsExactly("/", "/boot/firmware");
  }

  @Test
  void aRootInsideAVolumeGroupMakesItsDiskOneOfTheSystem() throws Exception {
    // Given
    SysfsDisks disks = machine("raspberry-pi.tree");
    mounts.add(mount("252:0", "/", "ext4", "/dev/mapper/vg-root"));
    // When
    Disk nvme = disks.scan("nvme0n1").orElseThrow();
    // Then
    assertThat(nvme.use()).isEqualTo(new DiskUse(true, List.of(), false, List.of("dm-0"), true));
    assertThat(nvme.offered()).isFalse();
  }

  @Test
  void aDiskThatUdevHasNotFinishedWaitsForItsName() throws Exception {
    // Given
    SysfsDisks disks = machine("raspberry-pi.tree");
    boolean before = disks.scan("sde").isPresent();
    Files.writeString(root.resolve("run/udev/data/b8:64"), "I:1\nE:ID_SERIAL_SHORT=L8\n");
    // When
    Disk late = disks.scan("sde").orElseThrow();
    // Then
    assertThat(before).isFalse();
    assertThat(late.serial()).isEqualTo("L8");
  }

  @Test
  void withoutUdevSerialNumbersNameDisks() throws Exception {
    // Given
    SysfsDisks disks = machine("pc-without-udev.tree");
    // When
    List<Disk> found = disks.scan();
    // Then
    assertThat(found)
        .extracting(disk -> disk.name() + " " + disk.id())
        .containsExactly(
            "nvme0n1 nvme-eui-0025385b11111111-6b175716",
            "sdb sata-naa-50014ee2b1c2d3ff-59367459",
            "sda sata-wdc-wd30efrx-68e-wd-wcc4n7654321-71a174a2",
            "vdb virtio-at-af93bc12",
            "vda virtio-rootdisk-623cfe9d");
  }

  @Test
  void everyMemberOfAMountedBtrfsIsMounted() throws Exception {
    // Given
    SysfsDisks disks = machine("pc-without-udev.tree");
    mounts.add(mount("0:45", "/srv/home", "btrfs", "/dev/sda"));
    // When
    Disk second = disks.scan("sdb").orElseThrow();
    // Then
    assertThat(second.use().mountPoints()).containsExactly("/srv/home");
    assertThat(second.use().mountedElsewhere()).isFalse();
  }

  @Test
  void aFileSystemMountedOutOfSightIsNoticed() throws Exception {
    // Given
    SysfsDisks disks = machine("pc-without-udev.tree");
    // When
    List<Disk> found = disks.scan();
    // Then
    assertThat(found)
        .filteredOn(disk -> disk.obstacles().contains(Obstacle.MOUNTED_ELSEWHERE))
        .extracting(Disk::name)
        .containsExactlyInAnyOrder("sda", "sdb", "vda", "vdb");
    assertThat(disks.scan("vdb").orElseThrow().obstacles()).contains(Obstacle.READ_ONLY);
  }

  @Test
  void aDiskIsFoundByIdByNodeAndByLinkWithoutWakingOthers() throws Exception {
    // Given
    SysfsDisks disks = machine("raspberry-pi.tree");
    Path link = root.resolve("dev/disk/by-id/wwn-0x5000c500e1f2a3b4");
    // When
    Disk byLink = disks.find(link.toString()).orElseThrow();
    // Then
    assertThat(disks.find(byLink.id().value())).contains(byLink);
    assertThat(disks.find(byLink.node().toString())).contains(byLink);
    assertThat(probed).allMatch(node -> node.getFileName().toString().startsWith("sda"));
    assertThat(disks.find("sda")).isEmpty();
    assertThat(disks.find("../../sda")).isEmpty();
    assertThat(disks.find("/dev/\0")).isEmpty();
  }

  @Test
  void aNameThatIsAPathFindsNothing() throws Exception {
    // Given
    SysfsDisks disks = machine("raspberry-pi.tree");
    // When
    boolean found = disks.scan("../block/sda").isPresent() || disks.scan("").isPresent();
    // Then
    assertThat(found).isFalse();
    assertThat(probed).isEmpty();
  }

  private SysfsDisks machine(String tree) throws Exception {
    root = root.toRealPath();
    SystemRoots roots = RecordedTree.layOut(tree, root);
    return new SysfsDisks(roots, this::blank, OURS, () -> mounts);
  }

  private DiskContent blank(Path node) {
    probed.add(node);
    return new DiskContent.Blank();
  }

  private static Mount mount(String device, String at, String type, String source) {
    return new Mount(
        40, 1, DeviceNumber.parse(device), "/", at, Set.of("rw"), type, source, Set.of("rw"), 0, 0);
  }
}
