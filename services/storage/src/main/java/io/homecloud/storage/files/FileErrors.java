package io.homecloud.storage.files;

import io.homecloud.host.libc.Errno;
import io.homecloud.storage.StorageError;
import org.jspecify.annotations.Nullable;

/** The words for what the kernel refuses. */
final class FileErrors {
  private FileErrors() {}

  /** What an errno means here; null when something is broken or the program wrong. */
  static @Nullable StorageError of(Errno errno) {
    return switch (errno) {
      case ENOENT -> StorageError.FILE_NOT_FOUND;
      case ENOTDIR -> StorageError.NOT_A_DIRECTORY;
      case EISDIR -> StorageError.IS_A_DIRECTORY;
      case ENXIO, ENODEV -> StorageError.NOT_A_FILE;
      case ELOOP -> StorageError.LINK_NOT_FOLLOWED;
      case EXDEV -> StorageError.OUTSIDE_VOLUME;
      case EEXIST -> StorageError.FILE_EXISTS;
      case ENOTEMPTY -> StorageError.DIRECTORY_NOT_EMPTY;
      case ENAMETOOLONG -> StorageError.FILE_NAME_INVALID;
      case ENOSPC -> StorageError.POOL_FULL;
      case EDQUOT -> StorageError.QUOTA_EXCEEDED;
      case EROFS -> StorageError.READ_ONLY;
      case EFBIG -> StorageError.FILE_TOO_LARGE;
      case EMLINK -> StorageError.TOO_MANY_DIRECTORIES;
      case EPERM, EACCES -> StorageError.FILE_PROTECTED;
      case EBUSY, EAGAIN -> StorageError.FILE_BUSY;
      case EIO, EUCLEAN -> StorageError.FILE_DAMAGED;
      default -> null;
    };
  }

  static String sentence(StorageError error) {
    return switch (error) {
      case FILE_NOT_FOUND -> "There is nothing by that name.";
      case NOT_A_DIRECTORY -> "A part of the path is not a directory.";
      case IS_A_DIRECTORY -> "That is a directory.";
      case NOT_A_FILE -> "That is a device, pipe or socket, which is never opened.";
      case LINK_NOT_FOLLOWED ->
          "A part of the path is a symbolic link; links are shown, never followed.";
      case OUTSIDE_VOLUME -> "That belongs to another file system or subvolume.";
      case FILE_EXISTS -> "The name is taken.";
      case DIRECTORY_NOT_EMPTY -> "The directory is not empty.";
      case INTO_ITSELF -> "A directory cannot be moved into itself.";
      case FILE_NAME_INVALID ->
          "A name has 1 to 255 bytes without slash and NUL and is not '.' or '..', a path has at"
              + " most 4095 bytes.";
      case FILE_NAME_RESERVED -> "That name at the top of a volume is homecloud's own.";
      case POOL_FULL -> "The pool is full.";
      case QUOTA_EXCEEDED -> "The volume's quota is used up.";
      case READ_ONLY -> "This cannot be written.";
      case FILE_TOO_LARGE -> "There are more bytes than announced or accepted.";
      case TOO_MANY_DIRECTORIES -> "The directory cannot hold more directories.";
      case FILE_PROTECTED -> "The file is protected against this, for example as immutable.";
      case FILE_BUSY -> "Another request uses it, or something is mounted there; try again later.";
      case FILE_DAMAGED -> "The disk cannot read or write this; other files may be fine.";
      case FILE_CHANGED -> "It was changed by somebody else meanwhile.";
      case WRONG_OFFSET -> "The upload does not go on at that byte.";
      case UPLOAD_INCOMPLETE -> "The upload has not all its bytes yet.";
      case VOLUME_NOT_READY ->
          "The volume is not in place now; repeat when it is, what was copied is skipped.";
      case CANCELLED -> "It was cancelled.";
      default -> throw new IllegalArgumentException("nothing about files: " + error);
    };
  }
}
