package io.homecloud.backup.verify;

import io.homecloud.backup.search.StoredFiles.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Counts what was proven. */
final class Tally {
  private static final int MOST_EXAMPLES = 10;

  private final List<String> examples = new ArrayList<>();
  private long files;
  private long bytes;
  private long unknown;
  private long wrong;

  void proven(Stored file) {
    files++;
    bytes += file.size();
  }

  /** It could be read; nobody knows what it was. */
  void unknown(Stored file) {
    proven(file);
    unknown++;
  }

  void wrong(Stored file) {
    proven(file);
    wrong++;
    if (examples.size() < MOST_EXAMPLES) {
      examples.add(file.run().name() + ": " + file.path());
    }
  }

  long files() {
    return files;
  }

  Proof proof(Instant at, boolean all) {
    return new Proof(at, all, files, bytes, unknown, wrong, examples);
  }
}
