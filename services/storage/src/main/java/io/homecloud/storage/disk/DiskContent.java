package io.homecloud.storage.disk;

import java.util.List;
import java.util.UUID;

/** What is on a disk or a partition. Labels are foreign text made {@link Printable}, or empty. */
public sealed interface DiskContent {
  /** Nothing that is known by its signature. */
  record Blank() implements DiskContent {}

  /** A file system of one disk. The uuid is as its tool writes it, or empty. */
  record FileSystem(String type, String label, String uuid) implements DiskContent {}

  /**
   * A disk of a btrfs file system; the pools' port says more about it.
   *
   * @param fsid names the file system, the same on all its disks
   * @param device names this disk within it
   */
  record BtrfsMember(UUID fsid, UUID device, String label) implements DiskContent {}

  /** Belongs to something bigger: a RAID, a volume group, an encrypted container. */
  record Member(String type, String uuid) implements DiskContent {}

  /** Space for memory pages. */
  record Swap(String label, String uuid) implements DiskContent {}

  /** Partitions, {@code gpt} or {@code dos} mostly. */
  record PartitionTable(String kind) implements DiskContent {}

  /** Signatures of several things at once: erased by hand, or damaged. */
  record Ambiguous(List<String> signatures) implements DiskContent {
    public Ambiguous {
      signatures = List.copyOf(signatures);
    }
  }

  /** It could not be read, so nobody knows. */
  record Unreadable(String reason) implements DiskContent {}

  /** For people, fits after "it holds". */
  default String sentence() {
    return switch (this) {
      case Blank() -> "nothing known";
      case FileSystem(String type, String label, _) -> "a " + type + " file system" + named(label);
      case BtrfsMember(UUID fsid, _, String label) ->
          "a disk of the btrfs file system " + fsid + named(label);
      case Member(String type, _) -> "a part of something bigger (" + type + ")";
      case Swap(String label, _) -> "swap space" + named(label);
      case PartitionTable(String kind) -> "a " + kind + " partition table";
      case Ambiguous(List<String> signatures) -> "signs of " + String.join(" and ", signatures);
      case Unreadable(String reason) -> "something unreadable: " + reason;
    };
  }

  private static String named(String label) {
    return label.isEmpty() ? "" : " \"" + label + "\"";
  }
}
