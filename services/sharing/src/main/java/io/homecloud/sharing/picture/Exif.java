package io.homecloud.sharing.picture;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a camera says of its picture (Exif 2.3, CIPA DC-008): how it was held, and a small picture.
 *
 * @param orientation 1 to 8; 1 is upright
 * @param thumbnail a JPEG, to be read once; null when there is none
 */
record Exif(int orientation, @Nullable InputStream thumbnail) {
  private static final byte[] NAME = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int TIFF = 42;
  private static final int ORIENTATION = 0x0112;
  private static final int THUMBNAIL_AT = 0x0201;
  private static final int THUMBNAIL_LENGTH = 0x0202;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  /** Null when the segment is another one, or is damaged. */
  static @Nullable Exif read(byte[] segment) {
    if (segment.length < NAME.length
        || !Arrays.equals(segment, 0, NAME.length, NAME, 0, NAME.length)) {
      return null;
    }
    try {
      ByteBuffer tiff = ByteBuffer.wrap(segment, NAME.length, segment.length - NAME.length).slice();
      tiff.order(tiff.getShort() == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      if (tiff.getShort() != TIFF) {
        return null;
      }
      int first = tiff.getInt();
      int orientation = value(tiff, first, ORIENTATION);
      int second = tiff.getInt(first + 2 + 12 * entries(tiff, first));
      InputStream thumbnail = second == 0 ? null : thumbnail(tiff, second);
      return new Exif(orientation >= 1 && orientation <= 8 ? orientation : 1, thumbnail);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  private static @Nullable InputStream thumbnail(ByteBuffer tiff, int directory) {
    int at = value(tiff, directory, THUMBNAIL_AT);
    int length = value(tiff, directory, THUMBNAIL_LENGTH);
    if (at <= 0 || length <= 0 || at > tiff.limit() || length > tiff.limit() - at) {
      return null;
    }
    byte[] thumbnail = new byte[length];
    tiff.get(at, thumbnail);
    return new ByteArrayInputStream(thumbnail);
  }

  private static int entries(ByteBuffer tiff, int directory) {
    return tiff.getShort(directory) & 0xFFFF;
  }

  /** 0 when there is none. */
  private static int value(ByteBuffer tiff, int directory, int tag) {
    for (int i = 0; i < entries(tiff, directory); i++) {
      int entry = directory + 2 + 12 * i;
      if ((tiff.getShort(entry) & 0xFFFF) == tag) {
        int type = tiff.getShort(entry + 2);
        return switch (type) {
          case SHORT -> tiff.getShort(entry + 8) & 0xFFFF;
          case LONG -> tiff.getInt(entry + 8);
          default -> 0;
        };
      }
    }
    return 0;
  }
}
