package io.homecloud.backup.duplicity;

import java.time.Instant;
import java.util.List;

/**
 * One copy as duplicity keeps it: what changed since the one before, or everything.
 *
 * @param chain the time of the full copy that it builds on, or is
 * @param at its own time
 * @param files what the names of its files begin with, before a dot
 * @param manifest the name of the file that is written last
 */
record BackupSet(Instant chain, Instant at, List<String> files, String manifest) {
  BackupSet {
    files = List.copyOf(files);
  }

  /** What it is called for ever: by both times. */
  String copy() {
    return Stamp.of(chain) + "/" + Stamp.of(at);
  }

  boolean encrypted() {
    return manifest.endsWith(".gpg");
  }
}
