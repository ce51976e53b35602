package io.homecloud.sharing.link;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What a guest sends, as long as the link lasts. */
final class LastingBody extends FilterInputStream {
  private final Transfers.Transfer transfer;

  LastingBody(InputStream in, Transfers.Transfer transfer) {
    super(in);
    this.transfer = transfer;
  }

  @Override
  public int read() throws IOException {
    transfer.requireOpen();
    return super.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    transfer.requireOpen();
    return read;
  }
}
