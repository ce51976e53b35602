package io.homecloud.storage.files;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a directory as people see it.
 *
 * @param size in bytes; 0 for all but files
 * @param mode the permission bits
 * @param etag changes with every change of the file
 * @param linkTarget what a symbolic link says, for showing only; null for all others
 */
public record FileEntry(
    FileName name,
    FileType type,
    long size,
    Instant modified,
    int mode,
    String etag,
    @Nullable String linkTarget) {
  static FileEntry of(FileName name, FileStatus status) {
    return new FileEntry(
        name,
        status.type(),
        status.is(FileType.FILE) ? status.size() : 0,
        status.modified(),
        status.mode(),
        status.etag(),
        null);
  }

  FileEntry pointingTo(byte[] target) {
    String text = new String(target, StandardCharsets.UTF_8);
    return new FileEntry(name, type, size, modified, mode, etag, text);
  }
}
