package io.homecloud.storage.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file system of a disk, as it is answered to those who look for one by its identity.
 *
 * @param uuid as its own tools write it
 * @param type as blkid calls it: {@code btrfs}, {@code ext4}
 * @param label what somebody called it; may be empty
 * @param path of the device that it is on now; another may be there tomorrow
 */
public record FileSystemView(String uuid, String type, String label, String path) {
  static List<FileSystemView> all(Disk disk) {
    List<FileSystemView> found = new ArrayList<>();
    of(disk.content(), disk.node().toString()).ifPresent(found::add);
    for (Partition one : disk.partitions()) {
      of(one.content(), one.node().toString()).ifPresent(found::add);
    }
    return List.copyOf(found);
  }

  private static Optional<FileSystemView> of(DiskContent content, String path) {
    return switch (content) {
      case DiskContent.FileSystem(String type, String label, String uuid) when !uuid.isEmpty() ->
          Optional.of(new FileSystemView(uuid, type, label, path));
      case DiskContent.BtrfsMember(var fsid, _, String label) ->
          Optional.of(new FileSystemView(fsid.toString(), "btrfs", label, path));
      case DiskContent.FileSystem _,
          DiskContent.Blank _,
          DiskContent.Member _,
          DiskContent.Swap _,
          DiskContent.PartitionTable _,
          DiskContent.Ambiguous _,
          DiskContent.Unreadable _ ->
          Optional.empty();
    };
  }
}
