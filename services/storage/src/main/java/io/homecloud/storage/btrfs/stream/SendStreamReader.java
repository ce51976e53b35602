package io.homecloud.storage.btrfs.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.homecloud.storage.btrfs.stream.SendStreamException.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.CRC32C;

/**
 * Reads a btrfs send stream of version 1, 2 or 3, one command at a time.
 *
 * <p>Format: "Send stream format" of the btrfs documentation
 * (https://btrfs.readthedocs.io/en/latest/dev/dev-send-stream.html), and fs/btrfs/send.h of Linux
 * for what the page leaves out: the file begins with {@code btrfs-stream}, a NUL and a 32-bit
 * version; a command is a 32-bit length without this header, a 16-bit number and a 32-bit checksum,
 * then attributes; everything is little-endian. The checksum is CRC-32C over header (its own field
 * zero) and attributes, begun at 0 and not inverted.
 *
 * <p>A command longer than the bound, a wrong checksum, a missing or misshapen attribute, an end
 * before {@link SendCommand.End} or a command of an unknown number ends the reading with {@link
 * SendStreamException}: what cannot be understood is never passed over, because what follows would
 * then mean something else. No more memory is taken than bytes have arrived.
 */
public final class SendStreamReader implements Iterator<SendCommand> {
  /** A version 1 command has at most this length, in bytes; the kernel's buffer. */
  static final int LONGEST_V1 = 64 * 1024;

  /**
   * The bound for later versions, in bytes. The format has none; the kernel's longest is a
   * compressed extent of 128 KiB.
   */
  static final int LONGEST = 16 * 1024 * 1024;

  private static final byte[] MAGIC = "btrfs-stream\0".getBytes(US_ASCII);
  private static final int HEADER = 10;
  private static final int CHECKSUM_AT = 6;
  private static final byte[] MINUS_ONE = {-1, -1, -1, -1};

  private final InputStream in;
  private final int version;
  private final int longest;
  private final Attributes attributes = new Attributes();
  private byte[] buffer = new byte[LONGEST_V1];
  private boolean ended;

  /**
   * Reads the stream's header. The caller closes {@code in}.
   *
   * @throws SendStreamException when it is no stream, or of an unknown version
   * @throws UncheckedIOException when it cannot be read
   */
  public SendStreamReader(InputStream in) {
    this.in = in;
    fill(0, MAGIC.length + Integer.BYTES);
    if (!Arrays.equals(buffer, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new SendStreamException(Fault.NOT_A_STREAM, "it does not begin as one");
    }
    version = little().getInt(MAGIC.length);
    if (version < 1 || version > 3) {
      throw new SendStreamException(
          Fault.UNKNOWN_VERSION, "version " + Integer.toUnsignedString(version));
    }
    longest = version == 1 ? LONGEST_V1 : LONGEST;
  }

  public int version() {
    return version;
  }

  /** Whether {@link SendCommand.End} has not been given yet. */
  @Override
  public boolean hasNext() {
    return !ended;
  }

  /**
   * The next command; {@link SendCommand.End} is the last.
   *
   * @throws SendStreamException when it cannot be relied on
   * @throws UncheckedIOException when it cannot be read
   */
  @Override
  public SendCommand next() {
    if (ended) {
      throw new NoSuchElementException("after the end of the stream");
    }
    fill(0, HEADER);
    int length = little().getInt(0);
    if (length < 0 || length > longest) {
      throw new SendStreamException(
          Fault.TOO_LARGE, "a command of " + Integer.toUnsignedString(length) + " bytes");
    }
    fill(HEADER, length);
    int command = little().getShort(4) & 0xFFFF;
    checkSum(HEADER + length);
    attributes.read(buffer, HEADER, HEADER + length, version > 1);
    SendCommand next = CommandDecoder.decode(command, attributes);
    ended = next instanceof SendCommand.End;
    return next;
  }

  private void checkSum(int length) {
    int expected = little().getInt(CHECKSUM_AT);
    little().putInt(CHECKSUM_AT, 0);
    if (crc(buffer, length) != expected) {
      throw new SendStreamException(Fault.BAD_CHECKSUM, "a command was changed on its way");
    }
  }

  /**
   * CRC-32C begun at 0 and not inverted at the end. Java's begins at -1 and inverts: four bytes of
   * ones bring that register to 0 first.
   */
  static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(MINUS_ONE, 0, MINUS_ONE.length);
    crc.update(bytes, 0, length);
    return ~(int) crc.getValue();
  }

  private ByteBuffer little() {
    return ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads so many bytes to that place; the buffer grows only with what really arrives. */
  private void fill(int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      if (at == buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, HEADER + LONGEST));
      }
      int got = read(at, Math.min(end, buffer.length) - at);
      if (got < 0) {
        throw new SendStreamException(Fault.TRUNCATED, "it ends within a command");
      }
      at += got;
    }
  }

  private int read(int at, int length) {
    try {
      return in.read(buffer, at, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
