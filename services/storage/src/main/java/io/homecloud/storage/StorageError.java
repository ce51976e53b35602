package io.homecloud.storage;

/** What storage refuses: one word each, the same in logs, problems and conditions. */
public enum StorageError {
  /** The kernel is older than the features that pools need. */
  KERNEL_TOO_OLD("KernelTooOld"),
  /** A program that is needed is not installed on this node. */
  TOOL_MISSING("ToolMissing"),
  /** A profile that is never used here, or not known at all. */
  PROFILE_REFUSED("ProfileRefused"),
  /** Fewer disks than the profile needs, or would need afterwards. */
  TOO_FEW_DISKS("TooFewDisks"),
  /** A disk is smaller than what it has to take. */
  DISK_TOO_SMALL("DiskTooSmall"),
  /** A disk holds a file system, a partition table or another pool. */
  DISK_NOT_EMPTY("DiskNotEmpty"),
  /** A disk is mounted, swapped to, or held by something else. */
  DISK_BUSY("DiskBusy"),
  /** No such disk, or not a block device. */
  DISK_NOT_FOUND("DiskNotFound"),
  /** No file system on the disk that this node imports from. */
  FILE_SYSTEM_UNSUPPORTED("FileSystemUnsupported"),
  /** The file system on the disk is too damaged to be read. */
  FILE_SYSTEM_DAMAGED("FileSystemDamaged"),
  /** Two disks say that they are the same member of a pool. */
  DISK_DUPLICATE("DiskDuplicate"),
  /** Members of the pool are not there and mounting degraded was not asked for. */
  DISKS_MISSING("DisksMissing"),
  /** Only disks of the pool are there that have missed what was written last. */
  DISK_OUTDATED("DiskOutdated"),
  /** No pool of this identity on the disks given. */
  POOL_NOT_FOUND("PoolNotFound"),
  /** What is left cannot hold what is there. */
  NO_ROOM("NoRoom"),
  /** The pool is full. */
  POOL_FULL("PoolFull"),
  /** The pool or the subvolume cannot be written. */
  READ_ONLY("ReadOnly"),
  /** Another long job runs on the pool. */
  POOL_BUSY("PoolBusy"),
  /** The job was asked to stop and did. */
  CANCELLED("Cancelled"),
  /** The kernel refuses the pool or the operation; the sentence has its words. */
  REFUSED_BY_KERNEL("RefusedByKernel"),
  /** No such volume in the pool. */
  VOLUME_NOT_FOUND("VolumeNotFound"),
  /** No such snapshot in the pool. */
  SNAPSHOT_NOT_FOUND("SnapshotNotFound"),
  /** What is at the place is not what should be there. */
  NAME_TAKEN("NameTaken"),
  /** The volume is not mounted at its place. */
  VOLUME_NOT_READY("VolumeNotReady"),
  /** Somebody uses the volume. */
  VOLUME_BUSY("VolumeBusy"),
  /** The volume holds more than the quota asked for. */
  QUOTA_BELOW_USED("QuotaBelowUsed"),
  /** The quota of the volume is used up. */
  QUOTA_EXCEEDED("QuotaExceeded"),
  /** The pool counts nothing: simple quotas were never switched on. */
  QUOTA_UNKNOWN("QuotaUnknown"),
  /** Something else is mounted at the place. */
  WRONG_MOUNT("WrongMount"),
  /** Nothing in the volume has that name. */
  FILE_NOT_FOUND("FileNotFound"),
  /** A part of the path is not a directory. */
  NOT_A_DIRECTORY("NotADirectory"),
  /** A file was meant and a directory is there. */
  IS_A_DIRECTORY("IsADirectory"),
  /** A device, pipe or socket, which is never opened. */
  NOT_A_FILE("NotAFile"),
  /** A part of the path is a symbolic link, which is shown and never followed. */
  LINK_NOT_FOLLOWED("LinkNotFollowed"),
  /** A part of the path belongs to another file system or subvolume. */
  OUTSIDE_VOLUME("OutsideVolume"),
  /** The name is taken by another file. */
  FILE_EXISTS("FileExists"),
  /** The directory has something in it. */
  DIRECTORY_NOT_EMPTY("DirectoryNotEmpty"),
  /** A directory cannot be moved into itself. */
  INTO_ITSELF("IntoItself"),
  /** No file can have that name, or no path be that long. */
  FILE_NAME_INVALID("FileNameInvalid"),
  /** That name at the top of a volume is homecloud's own. */
  FILE_NAME_RESERVED("FileNameReserved"),
  /** More bytes than announced or accepted. */
  FILE_TOO_LARGE("FileTooLarge"),
  /** The directory cannot hold more directories. */
  TOO_MANY_DIRECTORIES("TooManyDirectories"),
  /** The file is protected, for example as immutable. */
  FILE_PROTECTED("FileProtected"),
  /** Another request uses it, or something is mounted on it. */
  FILE_BUSY("FileBusy"),
  /** The disk or the file system fails at this place. */
  FILE_DAMAGED("FileDamaged"),
  /** It is no longer what the caller saw. */
  FILE_CHANGED("FileChanged"),
  /** The upload does not go on at that byte. */
  WRONG_OFFSET("WrongOffset"),
  /** The upload has not all its bytes yet. */
  UPLOAD_INCOMPLETE("UploadIncomplete");

  private final String word;

  StorageError(String word) {
    this.word = word;
  }

  /** The word, in the form of a condition's reason. */
  public String word() {
    return word;
  }
}
