package io.homecloud.storage.disk;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A disk as found; observed, never wished.
 *
 * @param name the kernel's, for example {@code sda}; another disk may have it tomorrow
 * @param node where it is opened, for example {@code /dev/sda}
 * @param size in bytes
 * @param model as the disk says, made printable; may be empty
 * @param serial likewise
 * @param rotational whether seeks cost; USB bridges often say so wrongly of an SSD
 * @param content what is on the whole disk; {@code PartitionTable} when it is divided
 */
public record Disk(
    DiskId id,
    String name,
    Path node,
    long size,
    String model,
    String serial,
    Transport transport,
    boolean rotational,
    boolean removable,
    boolean readOnly,
    DiskContent content,
    List<Partition> partitions,
    DiskUse use) {
  public Disk {
    partitions = List.copyOf(partitions);
  }

  /** All reasons against formatting it; empty for a blank disk that nobody uses. */
  public Set<Obstacle> obstacles() {
    Set<Obstacle> found = EnumSet.noneOf(Obstacle.class);
    add(found, use.system(), Obstacle.SYSTEM);
    add(found, !use.mountPoints().isEmpty(), Obstacle.MOUNTED);
    add(found, use.mountedElsewhere(), Obstacle.MOUNTED_ELSEWHERE);
    add(found, !use.holders().isEmpty(), Obstacle.HELD);
    add(found, use.swap(), Obstacle.SWAP);
    add(found, readOnly, Obstacle.READ_ONLY);
    add(found, !(content instanceof DiskContent.Blank), Obstacle.OCCUPIED);
    return found;
  }

  /** Whether somebody may be asked what to do with it: never with the one the system runs on. */
  public boolean offered() {
    return !use.system();
  }

  /** The same disk, used so. */
  public Disk used(DiskUse now, Function<String, List<String>> mountPointsOf) {
    return new Disk(
        id,
        name,
        node,
        size,
        model,
        serial,
        transport,
        rotational,
        removable,
        readOnly,
        content,
        partitions.stream()
            .map(part ->
                new Partition(
                    part.name(),
                    part.node(),
                    part.size(),
                    part.content(),
                    mountPointsOf.apply(part.name())))
            .toList(),
        now);
  }

  private static void add(Set<Obstacle> found, boolean there, Obstacle obstacle) {
    if (there) {
      found.add(obstacle);
    }
  }
}
