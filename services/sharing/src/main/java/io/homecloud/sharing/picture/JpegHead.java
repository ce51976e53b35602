package io.homecloud.sharing.picture;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the picture in a JPEG file (ITU-T T.81, annex B), read as far as that; the
 * segments that only say something about it are left out, so that nobody has to understand them.
 *
 * @param kept the rest of them, up to where the picture begins, for a decoder, to be read once
 * @param exif what a camera says; null when there is nothing
 */
record JpegHead(int width, int height, InputStream kept, @Nullable Exif exif) {
  private static final int START = 0xD8;
  private static final int START_OF_SCAN = 0xDA;
  private static final int BASELINE = 0xC0;
  private static final int EXTENDED = 0xC1;
  private static final int EXIF = 0xE1;
  private static final int ADOBE = 0xEE;
  private static final int MOST_BYTES = 1 << 20;

  /**
   * Reads it, and not more.
   *
   * @throws IOException when it is none that is decoded line by line: pictures in several passes
   *     need all of them in memory
   */
  static JpegHead read(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(from);
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    require(in.readUnsignedByte() == 0xFF && in.readUnsignedByte() == START);
    kept.write(0xFF);
    kept.write(START);
    int width = 0;
    int height = 0;
    @Nullable Exif exif = null;
    for (int left = MOST_BYTES; ; ) {
      int marker = marker(in);
      int length = in.readUnsignedShort();
      left -= length;
      require(length >= 2 && left > 0);
      byte[] content = new byte[length - 2];
      in.readFully(content);
      boolean said = marker >= 0xE0 && marker != ADOBE;
      if (!said) {
        kept.write(0xFF);
        kept.write(marker);
        kept.write(length >> 8);
        kept.write(length);
        kept.write(content);
      }
      if (marker == BASELINE || marker == EXTENDED) {
        require(width == 0 && content.length >= 6);
        height = ((content[1] & 0xFF) << 8) | (content[2] & 0xFF);
        width = ((content[3] & 0xFF) << 8) | (content[4] & 0xFF);
        require(width > 0 && height > 0);
      } else if (marker > EXTENDED && marker <= 0xCF && marker != 0xC4 && marker != 0xCC) {
        throw new IOException("not one pass of lines");
      } else if (marker == EXIF && exif == null) {
        exif = Exif.read(content);
      } else if (marker == START_OF_SCAN) {
        require(width > 0);
        return new JpegHead(width, height, new ByteArrayInputStream(kept.toByteArray()), exif);
      }
    }
  }

  private static int marker(DataInputStream in) throws IOException {
    require(in.readUnsignedByte() == 0xFF);
    int marker = in.readUnsignedByte();
    for (int fill = 0; marker == 0xFF; fill++) {
      require(fill < MOST_BYTES);
      marker = in.readUnsignedByte();
    }
    require(marker >= BASELINE && (marker < 0xD0 || marker > 0xD9));
    return marker;
  }

  private static void require(boolean fine) throws IOException {
    if (!fine) {
      throw new IOException("no JPEG");
    }
  }
}
