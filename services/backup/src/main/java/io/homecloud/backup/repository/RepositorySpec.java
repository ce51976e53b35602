package io.homecloud.backup.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Where copies go.
 *
 * @param url of a directory of this node, {@code file:///mnt/usb/homecloud}; the directory above it
 *     has to be there
 * @param displayName what people read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RepositorySpec(Engine engine, String url, @Nullable String displayName) {
  /** What makes the copies. */
  public enum Engine {
    /** A plain tree for each run. */
    rsync,
    duplicity
  }
}
