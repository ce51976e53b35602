package io.homecloud.storage.sysfs;

import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.storage.LettingGo;
import io.homecloud.storage.block.BlockNodes;
import io.homecloud.storage.block.LoopDevices;
import io.homecloud.storage.disk.Detacher;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.Unplugging;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lets go of disks through sysfs, and of images through their loop device. */
public final class SysfsDetacher implements Detacher {
  /** Of our own looks at what is on it too, each a program with the disk open. */
  private static final List<Duration> PAUSES =
      Stream.concat(LettingGo.BRIEFLY.stream(), Stream.of(Duration.ofMillis(1600))).toList();

  private final SystemRoots roots;
  private final Flush flush;
  private final LoopDevices loops;

  public SysfsDetacher(SystemRoots roots, BlockNodes nodes, LoopDevices loops) {
    this(roots, nodes::flush, loops);
  }

  SysfsDetacher(SystemRoots roots, Flush flush, LoopDevices loops) {
    this.roots = roots;
    this.flush = flush;
    this.loops = loops;
  }

  /** Writes out what is kept for a node. */
  interface Flush {
    void flush(Path node) throws IOException;
  }

  @Override
  public Unplugging detach(Disk disk) throws IOException {
    Path block = roots.sys().resolve("block");
    Optional<BlockDevice> found = BlockDevice.named(block, disk.name());
    if (found.isEmpty()) {
      return Unplugging.NOW;
    }
    BlockDevice device = found.get();
    flush.flush(disk.node());
    return switch (disk.transport()) {
      case LOOP -> {
        loops.detach(disk.node());
        // The kernel does it when the last user is gone, which a mount that has just ended may be.
        if (!LettingGo.waitedFor(() -> image(device), PAUSES).isEmpty()) {
          throw new IOException("somebody has " + disk.node() + " open");
        }
        yield Unplugging.NOW;
      }
      case USB -> {
        Optional<Path> box = wholeBox(device);
        delete(device);
        if (box.isPresent()) {
          write(box.get().resolve("remove"));
        }
        yield Unplugging.NOW;
      }
      case SATA, SCSI -> {
        delete(device);
        yield disk.removable() ? Unplugging.NOW : Unplugging.AFTER_POWER_OFF;
      }
      case MMC -> Unplugging.NOW;
      case NVME, VIRTIO, OTHER -> Unplugging.AFTER_POWER_OFF;
    };
  }

  /** What is behind a loop device, if anything. */
  private static List<String> image(BlockDevice device) {
    String image = device.attribute("loop/backing_file");
    return image.isEmpty() ? List.of() : List.of(image);
  }

  /** The USB device to switch off, unless another disk is behind it too. */
  private Optional<Path> wholeBox(BlockDevice device) {
    Path box = device.directory();
    while (box != null && !Files.exists(box.resolve("idVendor"))) {
      box = box.getParent();
    }
    if (box == null || !Files.exists(box.resolve("remove"))) {
      return Optional.empty();
    }
    Path usb = box;
    Path block = roots.sys().resolve("block");
    long disks =
        PseudoFiles.entries(block).stream()
            .map(entry -> BlockDevice.named(block, entry.getFileName().toString()))
            .flatMap(Optional::stream)
            .filter(other -> other.directory().startsWith(usb) && other.size() > 0)
            .count();
    return disks == 1 ? Optional.of(usb) : Optional.empty();
  }

  private static void delete(BlockDevice device) throws IOException {
    Path attribute = device.directory().resolve("device/delete");
    if (Files.exists(attribute)) {
      write(attribute);
    }
  }

  private static void write(Path attribute) throws IOException {
    byte[] one = "1\n".getBytes(StandardCharsets.US_ASCII);
    Files.write(attribute, one, StandardOpenOption.WRITE);
  }
}
