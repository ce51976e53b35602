package io.homecloud.storage.files;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Where the bytes of an upload come from. For one reader at a time. */
public interface UploadSource {
  /**
   * The next bytes, native memory that is the reader's until the next call; waits for some. Null at
   * the end.
   *
   * @throws IOException when it broke; everything that came before was handed out by then
   */
  @Nullable MemorySegment next() throws IOException;
}
