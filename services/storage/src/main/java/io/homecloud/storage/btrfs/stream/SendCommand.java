package io.homecloud.storage.btrfs.stream;

import io.homecloud.host.path.RelativePath;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;

/**
 * One instruction of a btrfs send stream: done in order to a copy of the parent snapshot, they make
 * the sent one. Paths are those at that moment, which include the kernel's temporary names such as
 * {@code o257-8-0}. Every path is relative to the subvolume. Buffers are read-only.
 */
public sealed interface SendCommand {
  /** A whole subvolume follows. */
  record Subvol(RelativePath path, UUID uuid, long transid) implements SendCommand {}

  /** The difference to a parent follows. */
  record Snapshot(RelativePath path, UUID uuid, long transid, UUID parentUuid, long parentTransid)
      implements SendCommand {}

  record Mkfile(RelativePath path, long inode) implements SendCommand {}

  record Mkdir(RelativePath path, long inode) implements SendCommand {}

  /** A character or block device; {@code device} is the kernel's encoding of its number. */
  record Mknod(RelativePath path, long inode, int mode, long device) implements SendCommand {}

  record Mkfifo(RelativePath path, long inode) implements SendCommand {}

  record Mksock(RelativePath path, long inode) implements SendCommand {}

  /** The target is whatever bytes somebody wrote; it is no path of ours. */
  record Symlink(RelativePath path, long inode, ByteBuffer target) implements SendCommand {}

  record Rename(RelativePath path, RelativePath to) implements SendCommand {}

  /** A further name {@code path} for the file that is at {@code existing}. */
  record Link(RelativePath path, RelativePath existing) implements SendCommand {}

  record Unlink(RelativePath path) implements SendCommand {}

  record Rmdir(RelativePath path) implements SendCommand {}

  record SetXattr(RelativePath path, ByteBuffer name, ByteBuffer value) implements SendCommand {}

  record RemoveXattr(RelativePath path, ByteBuffer name) implements SendCommand {}

  record Write(RelativePath path, long offset, ByteBuffer data) implements SendCommand {}

  /** Bytes shared with a file of the snapshot with this UUID (maybe the sent one itself). */
  record Clone(
      RelativePath path,
      long offset,
      long length,
      UUID fromUuid,
      long fromTransid,
      RelativePath fromPath,
      long fromOffset)
      implements SendCommand {}

  record Truncate(RelativePath path, long size) implements SendCommand {}

  record Chmod(RelativePath path, int mode) implements SendCommand {}

  record Chown(RelativePath path, long uid, long gid) implements SendCommand {}

  record Utimes(RelativePath path, Instant accessed, Instant modified) implements SendCommand {}

  /** Instead of {@link Write} in a stream without data: these bytes are others now. */
  record UpdateExtent(RelativePath path, long offset, long length) implements SendCommand {}

  /** Since version 2: bytes as they are stored, compressed. */
  record EncodedWrite(
      RelativePath path,
      long offset,
      long fileLength,
      long length,
      long encodedOffset,
      int compression,
      int encryption,
      ByteBuffer data)
      implements SendCommand {}

  /** Since version 2; {@code mode} as in fallocate(2). */
  record Fallocate(RelativePath path, int mode, long offset, long length) implements SendCommand {}

  /** Since version 2: the inode's flags (immutable, append only, no copy on write and others). */
  record Fileattr(RelativePath path, long flags) implements SendCommand {}

  /** Since version 3. */
  record EnableVerity(
      RelativePath path, int algorithm, int blockSize, ByteBuffer salt, ByteBuffer signature)
      implements SendCommand {}

  /** The stream ended where it should. */
  record End() implements SendCommand {}
}
