package io.homecloud.backup.verify;

import io.homecloud.backup.search.StoredFiles.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
  private long tooLarge;
  private long tooLargeBytes;

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

  /** There is no room to restore it into. */
  void tooLarge(Stored file) {
    tooLarge++;
    tooLargeBytes += file.size();
  }

  long files() {
    return files;
  }

  /**
   * @param leftOut why not all was restored that was to be; null when it was tried
   */
  Proof proof(Instant at, boolean all, @Nullable String leftOut) {
    String files =
        "%d files%s are too large for half of the room where they would be restored; HOMECLOUD_BACKUP_SCRATCH names another place"
            .formatted(tooLarge, tooLargeBytes == 0 ? "" : " with " + tooLargeBytes + " bytes");
    return new Proof(
        at,
        all,
        this.files,
        bytes,
        unknown,
        wrong,
        examples,
        List.copyOf(damaged),
        leftOut == null && tooLarge > 0 ? files : leftOut);
  }
}
