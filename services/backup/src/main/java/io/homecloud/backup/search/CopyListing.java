package io.homecloud.backup.search;

import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;

/** Everything that a copy has, in the order of {@link RelativePath}. */
@FunctionalInterface
public interface CopyListing {
  /** Hears of one after another. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param path with the volume first
     * @param modified nanoseconds since 1970
     */
    void visit(RelativePath path, FileType type, long size, long modified) throws IOException;
  }

  void each(Visitor visitor) throws IOException;
}
