package io.homecloud.backup.search;

import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.run.RunFiles;
import java.io.IOException;
import java.time.Instant;

/** Asks an engine for everything that a copy has. */
public record RunListing(RunFiles.Whole copy) implements CopyListing {
  /** The quickest way that there is. */
  public static CopyListing of(RunFiles.Whole copy) {
    return copy.copies()
        .tree(copy.copy())
        .<CopyListing>map(TreeListing::new)
        .orElseGet(() -> new RunListing(copy));
  }

  @Override
  public void each(Visitor visitor) throws IOException {
    try (CopyFiles files = copy.files()) {
      // Of what an engine does not know the size of there is none in the index.
      files.walk((path, entry) ->
          visitor.visit(
              path, entry.type(), Math.max(0, entry.size()), nanoseconds(entry.modifiedAt())));
    }
  }

  private static long nanoseconds(Instant time) {
    return time.getEpochSecond() * 1_000_000_000 + time.getNano();
  }
}
