package io.homecloud.backup.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.drive.DriveUrl;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Rule;
import io.homecloud.control.resource.Shape;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where copies go.
 *
 * @param engine what makes the copies: rsync plain trees, duplicity encrypted ones
 * @param url of a directory of this node, {@code file:///mnt/usb/homecloud}, on Kubernetes below
 *     {@code /var/lib/homecloud}; the directory above it has to be there. Or of a set of drives, by
 *     the UUIDs of their file systems: {@code drive:UUID,UUID/homecloud}, of which one may be
 *     exchanged or added later. For rsync also of another machine: {@code
 *     ssh://user@host:port/directory}. For duplicity also {@code sftp://user@host/path}, {@code
 *     s3://host/bucket/path}, {@code webdavs://user@host/path}, {@code rclone://remote:path}
 * @param displayName what people read
 * @param encryption of duplicity's copies
 * @param fullEvery so often duplicity begins anew with a full copy, for example {@code 30d}
 * @param secretRef the secret with what the target asks for: password, keys
 * @param swapAfter in how many days another drive of a set has its turn; 7 when absent
 * @param hostKey the fingerprint of the other machine's key, when it is known beforehand or has
 *     changed; otherwise the first one is believed
 * @param node whose directory or drives they are, and who speaks with the other machine; the one
 *     that is asked when absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Rule(
    value = "!has(self.swapAfter) || self.url.startsWith('drive:')",
    otherwise = "swapAfter is 1 to 366 days, of a set of drives.")
@Rule(
    value =
        "self.url == oldSelf.url || self.url.startsWith('drive:') && oldSelf.url.startsWith('drive:')",
    otherwise =
        "The URL stays, but for the drives of a set; attach a repository that has moved under another name.")
@Rule(
    value = "!has(self.encryption) || self.engine == 'duplicity'",
    otherwise = "Copies of rsync are plain trees; encryption needs the engine duplicity.")
public record RepositorySpec(
    @Shape(fixed = "attach a repository that has moved under another name") Engine engine,
    @Shape(least = 1, most = 2000) String url,
    @Shape(least = 1, most = 200) @Nullable String displayName,
    @Nullable Encryption encryption,
    @Nullable String fullEvery,
    @Nullable Name secretRef,
    @Shape(least = 1, most = 366) @Nullable Integer swapAfter,
    @Nullable String hostKey,
    @Shape(fixed = "attach a repository that has moved under another name") @Nullable String node) {
  private static final int WEEK = 7;

  /** The same on a node. */
  RepositorySpec on(String there) {
    return new RepositorySpec(
        engine, url, displayName, encryption, fullEvery, secretRef, swapAfter, hostKey, there);
  }

  /** Whether only the node whose disks they are gets to its copies. */
  public boolean onDisks() {
    return url.startsWith("file:") || DriveUrl.is(url);
  }

  /** The secrets that it refers to. */
  public List<Name> secrets() {
    return Stream.of(secretRef, encryption == null ? null : encryption.keyRef())
        .filter(Objects::nonNull)
        .toList();
  }

  /** After so long another drive of a set has its turn. */
  public Duration swapEvery() {
    return Duration.ofDays(swapAfter == null ? WEEK : swapAfter);
  }

  /** What makes the copies. */
  public enum Engine {
    /** A plain tree for each run. */
    rsync,
    /** Full and incremental copies, encrypted. */
    duplicity
  }
}
