package io.homecloud.storage.disk;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * File systems of other people's disks that are imported from. All that blkid knows are not: the
 * kernel reads these well, and every more is another parser that a hostile disk can talk to.
 */
enum ForeignType {
  // A log is never replayed, and what the disk itself wants done about errors (to stop the
  // machine, for example) is not.
  EXT2("ext2", "ext4", "noload,errors=continue"),
  EXT3("ext3", "ext4", "noload,errors=continue"),
  EXT4("ext4", "ext4", "noload,errors=continue"),
  XFS("xfs", "xfs", "norecovery,nouuid"),
  VFAT("vfat", "vfat", "utf8,fmask=0133,dmask=0022,errors=continue"),
  EXFAT("exfat", "exfat", "iocharset=utf8,fmask=0133,dmask=0022,errors=continue"),
  NTFS("ntfs", "ntfs3", "iocharset=utf8,fmask=0133,dmask=0022"),
  // Of one disk. What is in other subvolumes than the one that is mounted by default is a finding.
  BTRFS("btrfs", "btrfs", "rescue=nologreplay");

  private final String blkid;
  final String kernel;
  private final String options;

  ForeignType(String blkid, String kernel, String options) {
    this.blkid = blkid;
    this.kernel = kernel;
    this.options = options;
  }

  List<String> options() {
    return List.of(options.split(",", -1));
  }

  static Optional<ForeignType> of(DiskContent content) {
    return switch (content) {
      case DiskContent.FileSystem(String type, _, _) ->
          Arrays.stream(values()).filter(known -> known.blkid.equals(type)).findFirst();
      case DiskContent.BtrfsMember _ -> Optional.of(BTRFS);
      case DiskContent.Blank _,
          DiskContent.Member _,
          DiskContent.Swap _,
          DiskContent.PartitionTable _,
          DiskContent.Ambiguous _,
          DiskContent.Unreadable _ ->
          Optional.empty();
    };
  }
}
