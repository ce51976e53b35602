package io.homecloud.backup.page;

import io.homecloud.backup.source.EncodedPath;

/** Paths as people read them. */
final class EncodedText {
  private EncodedText() {}

  static String of(String encoded) {
    return EncodedPath.parse(encoded).display();
  }
}
