package io.homecloud.storage.btrfs.stream;

import io.homecloud.storage.btrfs.stream.SendStreamException.Fault;

/** From a command's number and attributes to its record. */
final class CommandDecoder {
  private CommandDecoder() {}

  static SendCommand decode(int command, Attributes a) {
    return switch (command) {
      case 1 ->
          new SendCommand.Subvol(
              a.path(Attributes.PATH), a.uuid(Attributes.UUID_), a.number(Attributes.CTRANSID));
      case 2 ->
          new SendCommand.Snapshot(
              a.path(Attributes.PATH),
              a.uuid(Attributes.UUID_),
              a.number(Attributes.CTRANSID),
              a.uuid(Attributes.CLONE_UUID),
              a.number(Attributes.CLONE_CTRANSID));
      case 3 -> new SendCommand.Mkfile(a.path(Attributes.PATH), a.number(Attributes.INO));
      case 4 -> new SendCommand.Mkdir(a.path(Attributes.PATH), a.number(Attributes.INO));
      case 5 ->
          new SendCommand.Mknod(
              a.path(Attributes.PATH),
              a.number(Attributes.INO),
              a.small(Attributes.MODE),
              a.number(Attributes.RDEV));
      case 6 -> new SendCommand.Mkfifo(a.path(Attributes.PATH), a.number(Attributes.INO));
      case 7 -> new SendCommand.Mksock(a.path(Attributes.PATH), a.number(Attributes.INO));
      case 8 ->
          new SendCommand.Symlink(
              a.path(Attributes.PATH), a.number(Attributes.INO), a.bytes(Attributes.PATH_LINK));
      case 9 -> new SendCommand.Rename(a.path(Attributes.PATH), a.path(Attributes.PATH_TO));
      case 10 -> new SendCommand.Link(a.path(Attributes.PATH), a.path(Attributes.PATH_LINK));
      case 11 -> new SendCommand.Unlink(a.path(Attributes.PATH));
      case 12 -> new SendCommand.Rmdir(a.path(Attributes.PATH));
      case 13 ->
          new SendCommand.SetXattr(
              a.path(Attributes.PATH),
              a.bytes(Attributes.XATTR_NAME),
              a.bytes(Attributes.XATTR_DATA));
      case 14 ->
          new SendCommand.RemoveXattr(a.path(Attributes.PATH), a.bytes(Attributes.XATTR_NAME));
      case 15 ->
          new SendCommand.Write(
              a.path(Attributes.PATH), a.size(Attributes.FILE_OFFSET), a.bytes(Attributes.DATA));
      case 16 ->
          new SendCommand.Clone(
              a.path(Attributes.PATH),
              a.size(Attributes.FILE_OFFSET),
              a.size(Attributes.CLONE_LEN),
              a.uuid(Attributes.CLONE_UUID),
              a.number(Attributes.CLONE_CTRANSID),
              a.path(Attributes.CLONE_PATH),
              a.size(Attributes.CLONE_OFFSET));
      case 17 -> new SendCommand.Truncate(a.path(Attributes.PATH), a.size(Attributes.SIZE));
      case 18 -> new SendCommand.Chmod(a.path(Attributes.PATH), a.small(Attributes.MODE));
      case 19 ->
          new SendCommand.Chown(
              a.path(Attributes.PATH), a.number(Attributes.UID), a.number(Attributes.GID));
      case 20 ->
          new SendCommand.Utimes(
              a.path(Attributes.PATH), a.time(Attributes.ATIME), a.time(Attributes.MTIME));
      case 21 -> new SendCommand.End();
      case 22 ->
          new SendCommand.UpdateExtent(
              a.path(Attributes.PATH), a.size(Attributes.FILE_OFFSET), a.size(Attributes.SIZE));
      default -> laterVersions(command, a);
    };
  }

  private static SendCommand laterVersions(int command, Attributes a) {
    return switch (command) {
      case 23 ->
          new SendCommand.Fallocate(
              a.path(Attributes.PATH),
              a.small(Attributes.FALLOCATE_MODE),
              a.size(Attributes.FILE_OFFSET),
              a.size(Attributes.SIZE));
      case 24 -> new SendCommand.Fileattr(a.path(Attributes.PATH), a.number(Attributes.FILEATTR));
      case 25 ->
          new SendCommand.EncodedWrite(
              a.path(Attributes.PATH),
              a.size(Attributes.FILE_OFFSET),
              a.size(Attributes.UNENCODED_FILE_LEN),
              a.size(Attributes.UNENCODED_LEN),
              a.size(Attributes.UNENCODED_OFFSET),
              a.smallOr(Attributes.COMPRESSION, 0),
              a.smallOr(Attributes.ENCRYPTION, 0),
              a.bytes(Attributes.DATA));
      case 26 ->
          new SendCommand.EnableVerity(
              a.path(Attributes.PATH),
              a.small(Attributes.VERITY_ALGORITHM),
              a.small(Attributes.VERITY_BLOCK_SIZE),
              a.bytes(Attributes.VERITY_SALT),
              a.bytes(Attributes.VERITY_SIGNATURE));
      default -> throw new SendStreamException(Fault.UNKNOWN_COMMAND, "command number " + command);
    };
  }
}
