package io.homecloud.backup.search;

import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.run.RunFiles;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Asks an engine for everything that a copy has, directory by directory. */
public record RunListing(RunFiles.Whole copy) implements CopyListing {
  private static final int AT_ONCE = 5_000;

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
      inside(files, RelativePath.TOP, visitor);
    }
  }

  private static void inside(CopyFiles files, RelativePath directory, Visitor visitor)
      throws IOException {
    Optional<RelativePath> after = Optional.empty();
    List<CopyFiles.Entry> some;
    do {
      some = files.list(directory, after, AT_ONCE);
      for (CopyFiles.Entry entry : some) {
        RelativePath path = directory.resolve(entry.name());
        visitor.visit(path, entry.type(), entry.size(), nanoseconds(entry.modifiedAt()));
        if (entry.type() == FileType.DIRECTORY) {
          inside(files, path, visitor);
        }
        after = Optional.of(entry.name());
      }
    } while (some.size() == AT_ONCE);
  }

  private static long nanoseconds(Instant time) {
    return time.getEpochSecond() * 1_000_000_000 + time.getNano();
  }
}
