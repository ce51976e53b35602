package io.homecloud.storage.files;

/** Tells what ends an import from what concerns one file only. */
final class ImportFatal {
  private ImportFatal() {}

  /** Throws it again when nothing more can be copied. */
  static void orNot(FileRefused refused) throws FileRefused {
    switch (refused.problem()) {
      case POOL_FULL, QUOTA_EXCEEDED, READ_ONLY, CANCELLED -> throw refused;
      default -> {} // not a switch over all problems: every other one is a finding
    }
  }
}
