package io.homecloud.host.zip;

import io.homecloud.host.path.PercentCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Writes a zip file as a stream: nothing is read twice, nothing is sought. Contents are not
 * compressed (photos and films are, and a small board's processor is slower than its network) but
 * wrapped in deflate's stored blocks, whose end a reader of the stream can tell. Zip64 where sizes
 * need it. Format: PKWARE's APPNOTE 6.3.10; the numbers in comments are its sections.
 */
public final class ZipWriter implements AutoCloseable {
  public static final int MAX_NAME_BYTES = 0xffff;

  private static final int LOCAL_HEADER = 0x04034b50; // 4.3.7
  private static final int DATA_DESCRIPTOR = 0x08074b50; // 4.3.9
  private static final int DEFLATED = 8;
  private static final int STORED = 0;
  private static final int SIZES_FOLLOW = 1 << 3; // 4.4.4
  private static final int BLOCK_BYTES = 0xffff; // RFC 1951, 3.2.4
  private static final int BLOCK_HEADER = 5;
  private static final byte[] LAST_BLOCK = {1, 0, 0, -1, -1};

  /** A file could not be read to its end; what was read of it is a whole entry. */
  public static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1;

    Unreadable(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private final OutputStream out;
  private final ZipDirectory directory = new ZipDirectory();
  private final byte[] block = new byte[BLOCK_HEADER + BLOCK_BYTES];
  private long written;

  /** Begins one; the receiver's stream stays open at its end. */
  public ZipWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * A name that every program takes for one name: backslashes and control characters are
   * percent-encoded, as is all of one that is not UTF-8.
   */
  public static byte[] name(byte[] raw) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
      StringBuilder safe = new StringBuilder(text.length());
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        boolean taken = c < ' ' || c == '\\' || c == 0x7f;
        safe.append(taken ? PercentCode.encode(new byte[] {(byte) c}) : String.valueOf(c));
      }
      return safe.toString().getBytes(StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      return PercentCode.encode(raw).getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** Writes an entry of known content: a directory or the target of a link. */
  public void small(byte[] name, ZipFacts facts, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    long size = content.length;
    ZipEntryRecord entry =
        new ZipEntryRecord(name, facts, STORED, 0, crc.getValue(), size, size, written, false);
    put(entry.localHeader(LOCAL_HEADER));
    put(content);
    directory.add(entry);
  }

  /**
   * Writes a file's content, at most the bytes that it had when it was looked at.
   *
   * @throws Unreadable when it cannot be read any further: its entry ends there, and others may
   *     follow
   * @throws IOException when it cannot be written: the zip file ends there, visibly broken
   */
  public void file(byte[] name, ZipFacts facts, FileChannel content) throws IOException {
    long most = facts.size();
    boolean large = ZipEntryRecord.tooLarge(most + (most / BLOCK_BYTES + 2) * BLOCK_HEADER);
    long start = written;
    ZipEntryRecord announced =
        new ZipEntryRecord(name, facts, DEFLATED, SIZES_FOLLOW, 0, 0, 0, start, large);
    put(announced.localHeader(LOCAL_HEADER));
    CRC32 crc = new CRC32();
    long before = written;
    Copied copied = copy(content, most, crc);
    ZipEntryRecord entry = announced.with(crc.getValue(), written - before, copied.size);
    put(entry.dataDescriptor(DATA_DESCRIPTOR));
    directory.add(entry);
    if (copied.broken != null) {
      throw new Unreadable(copied.broken);
    }
  }

  /**
   * What came of a file's content.
   *
   * @param broken why no more of it could be read
   */
  private record Copied(long size, @Nullable IOException broken) {}

  private Copied copy(FileChannel content, long most, CRC32 crc) throws IOException {
    long size = 0;
    IOException broken = null;
    while (size < most) {
      int wanted = (int) Math.min(BLOCK_BYTES, most - size);
      ByteBuffer room = ByteBuffer.wrap(block, BLOCK_HEADER, wanted);
      try {
        while (room.hasRemaining() && content.read(room, size + wanted - room.remaining()) > 0) {
          // a read may be short
        }
      } catch (ClosedChannelException interrupted) {
        throw interrupted; // nothing is wrong with the file
      } catch (IOException e) {
        broken = e;
      }
      int length = wanted - room.remaining();
      if (length > 0) {
        crc.update(block, BLOCK_HEADER, length);
        blockHeader(length);
        put(block, BLOCK_HEADER + length);
        size += length;
      }
      if (length < wanted) {
        break; // it has become shorter, or cannot be read
      }
    }
    put(LAST_BLOCK);
    return new Copied(size, broken);
  }

  private void blockHeader(int length) {
    block[0] = 0;
    block[1] = (byte) length;
    block[2] = (byte) (length >> 8);
    block[3] = (byte) ~length;
    block[4] = (byte) (~length >> 8);
  }

  /** Writes the directory and with it the end. */
  public void finish(String comment) throws IOException {
    directory.writeTo(out, written, comment.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private void put(byte[] bytes) throws IOException {
    put(bytes, bytes.length);
  }

  private void put(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
    written += length;
  }

  @Override
  public void close() {
    directory.close();
  }
}
