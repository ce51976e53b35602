package io.homecloud.sharing.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes small pictures of JPEG and PNG files that anybody may have stored: what a file says of its
 * size is read before any of it is decoded, only every so many pixels are kept, and what would need
 * much time or memory is left alone. By the decoders of the JDK; where a camera put a small picture
 * into its file, of that.
 */
public final class SmallPictures {
  /** Longer sides than a list shows, also on a phone with three pixels for one. */
  private static final int LONGEST = 192;

  private static final long MOST_JPEG_PIXELS = 64_000_000;
  private static final long MOST_PNG_PIXELS = 32_000_000;
  private static final int LONGEST_SIDE = 20_000;
  private static final int MOST_THUMBNAIL_PIXELS = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  /** Each holds some rows of a large picture, and a core. */
  private final Semaphore places = new Semaphore(1, true);

  /** What it is made of. */
  public enum Kind {
    JPEG,
    PNG
  }

  /**
   * A JPEG of at most 192 pixels a side, upright; empty when none can be made at little cost.
   *
   * @param content of the file, read as far as it is needed and not closed
   */
  public Optional<byte[]> of(Kind kind, InputStream content) {
    try {
      if (!places.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    try {
      InputStream timed = new TimedInput(content, PATIENCE);
      BufferedImage small =
          switch (kind) {
            case JPEG -> jpeg(timed);
            case PNG -> png(timed);
          };
      return Optional.of(encoded(small));
    } catch (IOException | RuntimeException e) {
      // Decoders throw what they like at what is no picture.
      return Optional.empty();
    } finally {
      places.release();
    }
  }

  private static BufferedImage jpeg(InputStream content) throws IOException {
    JpegHead head = JpegHead.read(content);
    Exif exif = head.exif();
    if (exif == null) {
      return jpeg(head, content, MOST_JPEG_PIXELS);
    }
    BufferedImage small = null;
    if (exif.thumbnail() != null) {
      small = embedded(head, exif.thumbnail());
    }
    if (small == null) {
      small = jpeg(head, content, MOST_JPEG_PIXELS);
    }
    return Pixels.upright(small, exif.orientation());
  }

  /** Null when it is not of this picture: programs that cut one off may leave it as it was. */
  private static @Nullable BufferedImage embedded(JpegHead whole, InputStream thumbnail) {
    try {
      JpegHead head = JpegHead.read(thumbnail);
      double same =
          (double) whole.width() * head.height() / ((double) whole.height() * head.width());
      return same > 0.97 && same < 1.03 ? jpeg(head, thumbnail, MOST_THUMBNAIL_PIXELS) : null;
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  private static BufferedImage jpeg(JpegHead head, InputStream rest, long mostPixels)
      throws IOException {
    InputStream stripped = new SequenceInputStream(head.kept(), rest);
    return decoded("jpeg", stripped, head.width(), head.height(), mostPixels);
  }

  /** Its size stands at the beginning (PNG, 11.2.2), and whether it comes in passes. */
  private static BufferedImage png(InputStream content) throws IOException {
    byte[] beginning = content.readNBytes(29);
    if (beginning.length < 29 || !Arrays.equals(beginning, 0, PNG.length, PNG, 0, PNG.length)) {
      throw new IOException("no PNG");
    }
    if (beginning[28] != 0) {
      throw new IOException("not one pass of lines");
    }
    ByteBuffer numbers = ByteBuffer.wrap(beginning);
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(beginning), content);
    return decoded("png", all, numbers.getInt(16), numbers.getInt(20), MOST_PNG_PIXELS);
  }

  private static BufferedImage decoded(
      String format, InputStream content, int width, int height, long mostPixels)
      throws IOException {
    if (width <= 0
        || height <= 0
        || Math.max(width, height) > LONGEST_SIDE
        || (long) width * height > mostPixels) {
      throw new IOException("too large");
    }
    ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
    try (ImageInputStream in = new WindowInput(content)) {
      reader.setInput(in, true, true);
      if (reader.getWidth(0) != width || reader.getHeight(0) != height) {
        throw new IOException("it says two sizes");
      }
      int each = Math.max(1, Math.max(width, height) / (2 * LONGEST));
      ImageReadParam wish = reader.getDefaultReadParam();
      // A narrow picture keeps a pixel too.
      wish.setSourceSubsampling(Math.min(each, width), Math.min(each, height), 0, 0);
      return Pixels.smaller(reader.read(0, wish), LONGEST);
    } finally {
      reader.dispose();
    }
  }

  private static byte[] encoded(BufferedImage small) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(small, "jpeg", bytes)) {
      throw new IOException("this JDK writes no JPEG");
    }
    return bytes.toByteArray();
  }
}
