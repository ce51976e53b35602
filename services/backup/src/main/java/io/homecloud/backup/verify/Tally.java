package io.homecloud.backup.verify;

import io.homecloud.backup.search.StoredFiles.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Counts what was proven. */
final class Tally {
  private static final int MOST_EXAMPLES = 10;
  private static final int MOST_DAMAGED = 100;

  private final List<String> examples = new ArrayList<>();
  private final Set<Damaged> damaged;
  private long files;
  private long bytes;
  private long unknown;
  private long wrong;

  /**
   * @param before what was wrong the last time, and is until it is proven to be right
   */
  Tally(List<Damaged> before) {
    damaged = new LinkedHashSet<>(before);
  }

  private void count(Stored file) {
    files++;
    bytes += file.size();
  }

  void proven(Stored file) {
    count(file);
    damaged.remove(Damaged.of(file));
  }

  /** It could be read; nobody knows what it was. */
  void unknown(Stored file) {
    count(file);
    unknown++;
  }

  void wrong(Stored file) {
    count(file);
    wrong++;
    if (damaged.size() < MOST_DAMAGED) {
      damaged.add(Damaged.of(file));
    }
    if (examples.size() < MOST_EXAMPLES) {
      examples.add(file.run().name() + ": " + file.path());
    }
  }

  long files() {
    return files;
  }

  Proof proof(Instant at, boolean all) {
    return new Proof(at, all, files, bytes, unknown, wrong, examples, List.copyOf(damaged));
  }
}
