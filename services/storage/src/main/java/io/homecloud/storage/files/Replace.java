package io.homecloud.storage.files;

import io.homecloud.storage.StorageError;

/** What happens to a file that has the name already. */
public sealed interface Replace {
  /** It stays; exactly one of several who want the name gets it. */
  record Never() implements Replace {}

  /** It is replaced, at once and whole. A directory is never replaced by a file. */
  record Always() implements Replace {}

  /**
   * It is replaced if it is still the file with this {@link FileEntry#etag()}; if not, or if there
   * is none, {@link StorageError#FILE_CHANGED}. Looked at immediately before.
   */
  record Only(String etag) implements Replace {}
}
