package io.homecloud.storage.files;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is uploaded.
 *
 * @param total the whole file's size in bytes, {@link #UNKNOWN} when it ends when it ends
 * @param modified the time that the file gets, null for now
 * @param key what a repetition is known by, null when it is like any other
 */
public record UploadRequest(
    UploadId id,
    FilePath target,
    long total,
    Replace replace,
    @Nullable Instant modified,
    @Nullable UploadKey key) {
  public static final long UNKNOWN = -1;

  public UploadRequest {
    if (total < UNKNOWN) {
      throw new IllegalArgumentException("a size is not negative");
    }
  }
}
