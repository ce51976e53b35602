package io.homecloud.storage.files;

import io.homecloud.storage.StorageError;

/**
 * Something that was not imported.
 *
 * @param path where it lies on the disk it comes from
 * @param error {@code FILE_EXISTS}: something else has its name, and is kept; {@code FILE_DAMAGED}:
 *     the disk cannot read it; {@code NOT_A_FILE}: a device, pipe or socket; {@code
 *     FILE_NAME_RESERVED}, {@code FILE_NAME_INVALID}, {@code OUTSIDE_VOLUME} and others as they say
 */
public record ImportFinding(FilePath path, StorageError error) {
  /** For people. */
  public String sentence() {
    return path + ": " + FileErrors.sentence(error);
  }
}
