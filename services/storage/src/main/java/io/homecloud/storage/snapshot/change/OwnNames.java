package io.homecloud.storage.snapshot.change;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.homecloud.host.path.RelativePath;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names at the top of a volume that are homecloud's own: half-made uploads, and what a rollback or
 * restore has in its hands. People are neither told of them nor given them back.
 */
final class OwnNames {
  private static final byte[] PREFIX = ".homecloud-".getBytes(US_ASCII);

  private OwnNames() {}

  /** Whether it is one of them or lies in one. */
  static boolean include(RelativePath path) {
    byte[] bytes = path.bytes();
    return bytes.length > PREFIX.length
        && Arrays.equals(bytes, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
  }

  /** The change as it is told; null when it is nobody's business. */
  static @Nullable FileChange told(FileChange change) {
    boolean own = include(change.path());
    return switch (change) {
      case FileChange.Renamed moved when own != include(moved.from()) ->
          own
              ? new FileChange.Deleted(moved.from(), moved.type(), moved.size())
              : new FileChange.Added(moved.path(), moved.type(), moved.size());
      case FileChange any -> own ? null : any;
    };
  }
}
