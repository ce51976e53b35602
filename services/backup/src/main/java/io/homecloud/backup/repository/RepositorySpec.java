package io.homecloud.backup.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where copies go.
 *
 * @param url of a directory of this node, {@code file:///mnt/usb/homecloud}; the directory above it
 *     has to be there. For duplicity also {@code sftp://user@host/path}, {@code
 *     s3://host/bucket/path}, {@code webdavs://user@host/path}, {@code rclone://remote:path}
 * @param displayName what people read
 * @param encryption of duplicity's copies
 * @param fullEvery so often duplicity begins anew with a full copy, for example {@code 30d}
 * @param secretRef the secret with what the target asks for: password, keys
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RepositorySpec(
    Engine engine,
    String url,
    @Nullable String displayName,
    @Nullable Encryption encryption,
    @Nullable String fullEvery,
    @Nullable Name secretRef) {
  /** The secrets that it refers to. */
  public List<Name> secrets() {
    return Stream.of(secretRef, encryption == null ? null : encryption.keyRef())
        .filter(Objects::nonNull)
        .toList();
  }

  /** What makes the copies. */
  public enum Engine {
    /** A plain tree for each run. */
    rsync,
    /** Full and incremental copies, encrypted. */
    duplicity
  }
}
