package io.homecloud.sharing.link;

import io.homecloud.control.problem.ProblemException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of which nobody said how large it is: room is set aside for it as it comes, and it breaks
 * off where the link takes no more.
 */
final class CountedBody extends FilterInputStream {
  private static final long STEP = 16 << 20;

  private final DropBox box;
  private final OpenedLink.Open open;
  private final UploadRecords.Coming coming;
  private long count;
  private long reserved;
  private @Nullable String refusal;

  CountedBody(InputStream in, DropBox box, OpenedLink.Open open, UploadRecords.Coming coming) {
    super(in);
    this.box = box;
    this.open = open;
    this.coming = coming;
    this.reserved = coming.reserved();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int read = read(one, 0, 1);
    return read < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    if (read > 0) {
      count += read;
      if (count > reserved) {
        grow(Math.max(count - reserved, STEP));
      }
    }
    return read;
  }

  private void grow(long more) throws IOException {
    try {
      box.grow(open, coming, more);
      reserved += more;
    } catch (ProblemException all) {
      try {
        long least = count - reserved;
        box.grow(open, coming, least);
        reserved += least;
      } catch (ProblemException e) {
        refusal = e.detail();
        throw new IOException("the link takes no more");
      }
    }
  }

  /** How much has come. */
  long count() {
    return count;
  }

  /** The sentence with which it broke off. */
  Optional<String> refusal() {
    return Optional.ofNullable(refusal);
  }
}
