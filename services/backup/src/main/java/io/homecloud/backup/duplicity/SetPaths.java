package io.homecloud.backup.duplicity;

import io.homecloud.host.path.RelativePath;
import java.nio.charset.StandardCharsets;

/**
 * Where something is in a set: a copy made by hand has no volumes, and one stands for all of it.
 */
record SetPaths(boolean byHand) {
  private static final RelativePath ALL =
      RelativePath.of(Origins.FILES.value().getBytes(StandardCharsets.UTF_8));

  /** The path in the set of one in the copy; the top of a copy by hand has only one thing. */
  RelativePath inSet(RelativePath path) {
    return byHand && ALL.contains(path)
        ? path.equals(ALL)
            ? RelativePath.TOP
            : RelativePath.of(path.bytes(), ALL.length() + 1, path.length())
        : path;
  }

  boolean isAboveAll(RelativePath path) {
    return byHand && path.isTop();
  }

  boolean isNothing(RelativePath path) {
    return byHand && !path.isTop() && !ALL.contains(path);
  }

  static RelativePath all() {
    return ALL;
  }
}
