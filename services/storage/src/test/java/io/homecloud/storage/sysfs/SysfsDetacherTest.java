package io.homecloud.storage.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.block.LoopDevices;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskContent;
import io.homecloud.storage.disk.LoopPolicy;
import io.homecloud.storage.disk.Unplugging;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysfsDetacherTest {
  private static final String USB =
      "sys/devices/platform/axi/1000120000.pcie/1f00200000.usb/xhci-hcd.0/usb2/";

  @TempDir Path root = Path.of("/");
  private final List<Path> flushed = new ArrayList<>();

  @Test
  void aUsbDiskIsDeletedAndItsBoxSwitchedOff() throws Exception {
    // Given
    SystemRoots roots = RecordedTree.layOut("raspberry-pi.tree", root.toRealPath());
    Path delete = attribute(USB + "2-1/2-1:1.0/host0/target0:0:0/0:0:0:0/block/sda/device/delete");
    Path remove = attribute(USB + "2-1/remove");
    // When
    Unplugging when = detacher(roots).detach(disk(roots, "sda"));
    // Then
    assertThat(when).isEqualTo(Unplugging.NOW);
    assertThat(flushed).containsExactly(roots.dev().resolve("sda"));
    assertThat(delete).hasContent("1");
    assertThat(remove).hasContent("1");
  }

  @Test
  void aBoxWithASecondDiskStaysOn() throws Exception {
    // Given
    SystemRoots roots = RecordedTree.layOut("raspberry-pi.tree", root.toRealPath());
    Path delete = attribute(USB + "2-1/2-1:1.0/host0/target0:0:0/0:0:0:0/block/sda/device/delete");
    Path remove = attribute(USB + "2-1/remove");
    Path second =
        root.toRealPath().resolve(USB + "2-1/2-1:1.0/host0/target0:0:0/0:0:0:1/block/sdz");
    Files.createDirectories(second);
    Files.writeString(second.resolve("dev"), "65:144\n");
    Files.writeString(second.resolve("size"), "1000\n");
    Files.createSymbolicLink(root.resolve("sys/block/sdz"), second);
    // When
    detacher(roots).detach(disk(roots, "sda"));
    // Then
    assertThat(delete).hasContent("1");
    assertThat(remove).hasContent("0");
  }

  @Test
  void whatIsScrewedInMayBeTakenAfterPowerOff() throws Exception {
    // Given
    SystemRoots roots = RecordedTree.layOut("raspberry-pi.tree", root.toRealPath());
    // When
    Unplugging when = detacher(roots).detach(disk(roots, "nvme0n1"));
    // Then
    assertThat(when).isEqualTo(Unplugging.AFTER_POWER_OFF);
  }

  private Path attribute(String path) throws Exception {
    Path attribute = root.toRealPath().resolve(path);
    Files.createDirectories(attribute.getParent());
    return Files.writeString(attribute, "0");
  }

  /** The nodes of a recorded machine are plain files, which cannot be flushed as disks. */
  private SysfsDetacher detacher(SystemRoots roots) {
    return new SysfsDetacher(roots, flushed::add, new LoopDevices());
  }

  private static Disk disk(SystemRoots roots, String name) {
    return new SysfsDisks(
            roots, _ -> new DiskContent.Blank(), new LoopPolicy(List.of(), List.of()), List::of)
        .scan(name)
        .orElseThrow();
  }
}
