package io.homecloud.sharing.picture;

import java.io.IOException;
import java.io.InputStream;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A stream for decoders of which only the last 128 KiB are kept, however long it is: they go back
 * to what they have just looked at, and no further.
 */
final class WindowInput extends ImageInputStreamImpl {
  private static final int WINDOW = 128 << 10;

  private final InputStream in;
  private final byte[] window = new byte[WINDOW];
  private long taken;

  WindowInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    checkClosed();
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    while (taken <= streamPos) {
      int at = (int) (taken % WINDOW);
      int got = in.read(window, at, WINDOW - at);
      if (got < 0) {
        return -1;
      }
      taken += got;
    }
    if (streamPos < taken - WINDOW) {
      throw new IOException("the decoder goes back too far");
    }
    int at = (int) (streamPos % WINDOW);
    int count = (int) Math.min(Math.min(length, taken - streamPos), WINDOW - at);
    System.arraycopy(window, at, to, from, count);
    streamPos += count;
    return count;
  }
}
