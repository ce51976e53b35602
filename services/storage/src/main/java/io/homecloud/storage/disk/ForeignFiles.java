package io.homecloud.storage.disk;

import io.homecloud.host.mount.DetachedMount;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.block.LoopDevices;
import io.homecloud.storage.block.LoopDevices.ReadOnlyView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of somebody's disk, open for reading. The disk is not changed by a single byte: it is
 * mounted through a window that nothing can write through, and its log is not replayed. Nothing of
 * it is to be seen by others, and nothing is left when this process is killed.
 */
final class ForeignFiles implements AutoCloseable {
  private final ReadOnlyView view;
  private final DetachedMount mount;

  private ForeignFiles(ReadOnlyView view, DetachedMount mount) {
    this.view = view;
    this.mount = mount;
  }

  /**
   * Opens the file system of the disk, or of its only partition that has one which can be imported
   * from.
   *
   * @param partition its name, for example {@code sda2}; empty when there is no choice
   */
  static Outcome<ForeignFiles> open(Disk disk, Optional<String> partition) {
    return chosen(disk, partition)
        .then(part -> open(part, ForeignType.of(part.content).orElseThrow()));
  }

  /** Why opening would be refused, as far as can be told without reading the disk. */
  static Optional<Refusal> refusal(Disk disk, Optional<String> partition) {
    return chosen(disk, partition).refusal();
  }

  private static Outcome<Part> chosen(Disk disk, Optional<String> partition) {
    List<Part> parts = parts(disk);
    List<Part> chosen =
        parts.stream()
            .filter(part -> partition.isEmpty() || part.name.equals(partition.get()))
            .filter(part -> partition.isPresent() || ForeignType.of(part.content).isPresent())
            .toList();
    if (chosen.size() != 1) {
      return new Outcome.Refused<>(
          StorageError.FILE_SYSTEM_UNSUPPORTED, choice(parts, chosen.isEmpty()));
    }
    Part part = chosen.getFirst();
    if (ForeignType.of(part.content).isEmpty()) {
      return new Outcome.Refused<>(
          StorageError.FILE_SYSTEM_UNSUPPORTED,
          part.name + " holds " + part.content.sentence() + ", which is not imported from.");
    }
    return part.used
        ? new Outcome.Refused<>(
            StorageError.DISK_BUSY, part.name + " is mounted, and may change meanwhile.")
        : new Outcome.Done<>(part);
  }

  private static Outcome<ForeignFiles> open(Part part, ForeignType type) {
    try {
      ReadOnlyView view = new LoopDevices().view(part.node);
      switch (DetachedMount.open(type.kernel, view.node(), type.options())) {
        case DetachedMount.Result.Mounted(DetachedMount mount) -> {
          return new Outcome.Done<>(new ForeignFiles(view, mount));
        }
        case DetachedMount.Result.Refused refused -> {
          view.close();
          return refused(part, type, refused);
        }
      }
    } catch (IOException e) {
      return new Outcome.Refused<>(
          StorageError.FILE_SYSTEM_DAMAGED,
          part.name + " cannot be opened: " + Printable.of(String.valueOf(e.getMessage())));
    }
  }

  private static Outcome<ForeignFiles> refused(
      Part part, ForeignType type, DetachedMount.Result.Refused refused) {
    return switch (refused.errno()) {
      case ENODEV ->
          new Outcome.Refused<>(
              StorageError.FILE_SYSTEM_UNSUPPORTED,
              "The kernel of this node cannot read "
                  + type.kernel
                  + ", which is on "
                  + part.name
                  + ".");
      default ->
          new Outcome.Refused<>(
              StorageError.FILE_SYSTEM_DAMAGED,
              "The kernel refuses the file system on "
                  + part.name
                  + ": "
                  + Printable.of(refused.reason()));
    };
  }

  private static String choice(List<Part> parts, boolean none) {
    List<String> there = new ArrayList<>();
    parts.forEach(part -> there.add(part.name + " holds " + part.content.sentence()));
    String found = there.isEmpty() ? "" : ": " + String.join("; ", there);
    return none
        ? "There is no file system to import from" + found + "."
        : "There are several file systems, say which" + found + ".";
  }

  private static List<Part> parts(Disk disk) {
    List<Part> parts = new ArrayList<>();
    if (!(disk.content() instanceof DiskContent.PartitionTable)) {
      boolean used = !disk.use().mountPoints().isEmpty() || disk.use().mountedElsewhere();
      parts.add(new Part(disk.name(), disk.node(), disk.content(), used));
    }
    for (Partition one : disk.partitions()) {
      boolean used = !one.mountPoints().isEmpty() || disk.use().mountedElsewhere();
      parts.add(new Part(one.name(), one.node(), one.content(), used));
    }
    return parts;
  }

  /** What may hold a file system: the whole disk or a partition. */
  private record Part(String name, Path node, DiskContent content, boolean used) {}

  /** The top directory. */
  Path root() {
    return mount.path();
  }

  @Override
  public void close() {
    mount.close();
    view.close();
  }
}
