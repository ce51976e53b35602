package io.homecloud.sharing.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.picture.SmallPictures.Kind;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallPicturesTest {
  private static final int RED = 0xD02020;
  private static final int BLUE = 0x2020D0;

  private final SmallPictures pictures = new SmallPictures();

  /** Red on the left and blue on the right. */
  private static BufferedImage picture(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 0xFF000000 | (x < width / 2 ? RED : BLUE));
      }
    }
    return image;
  }

  private static byte[] bytes(BufferedImage image, String format, boolean passes)
      throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ImageWriteParam wish = writer.getDefaultWriteParam();
    wish.setProgressiveMode(passes ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), wish);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static byte[] jpeg(int width, int height) throws IOException {
    return bytes(picture(width, height, BufferedImage.TYPE_INT_RGB), "jpeg", false);
  }

  /** As a camera writes it: how it was held, and a small picture. */
  private static byte[] photo(byte[] jpeg, int orientation, byte[] thumbnail) {
    ByteBuffer tiff = ByteBuffer.allocate(56 + thumbnail.length);
    tiff.putShort((short) 0x4D4D).putShort((short) 42).putInt(8);
    tiff.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
    tiff.putShort((short) orientation).putShort((short) 0).putInt(26);
    tiff.putShort((short) 2);
    tiff.putShort((short) 0x0201).putShort((short) 4).putInt(1).putInt(56);
    tiff.putShort((short) 0x0202).putShort((short) 4).putInt(1).putInt(thumbnail.length);
    tiff.putInt(0).put(thumbnail);
    byte[] name = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    int length = 2 + name.length + tiff.capacity();
    ByteBuffer all = ByteBuffer.allocate(jpeg.length + 2 + length);
    all.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) length);
    return all.put(name).put(tiff.flip()).put(jpeg, 2, jpeg.length - 2).array();
  }

  private Optional<BufferedImage> small(Kind kind, byte[] content) throws IOException {
    Optional<byte[]> made = pictures.of(kind, new ByteArrayInputStream(content));
    return made.isPresent()
        ? Optional.of(ImageIO.read(new ByteArrayInputStream(made.get())))
        : Optional.empty();
  }

  /** Which of the two it is nearer to. */
  private static int colour(BufferedImage image, double x, double y) {
    int pixel =
        image.getRGB((int) (x * (image.getWidth() - 1)), (int) (y * (image.getHeight() - 1)));
    return ((pixel >> 16) & 0xFF) > (pixel & 0xFF) ? RED : BLUE;
  }

  @ParameterizedTest
  @CsvSource({"3000,2000,192,128", "2000,3000,128,192", "40,30,40,30", "5000,3,192,1", "1,1,1,1"})
  void aPictureIsMadeSmaller(int width, int height, int toWidth, int toHeight) throws IOException {
    byte[] png = bytes(picture(width, height, BufferedImage.TYPE_INT_ARGB), "png", false);
    for (BufferedImage small :
        new BufferedImage[] {
          small(Kind.JPEG, jpeg(width, height)).orElseThrow(), small(Kind.PNG, png).orElseThrow()
        }) {
      assertThat(small.getWidth()).isEqualTo(toWidth);
      assertThat(small.getHeight()).isEqualTo(toHeight);
      if (width > 10) {
        assertThat(colour(small, 0.1, 0.5)).isEqualTo(RED);
        assertThat(colour(small, 0.9, 0.5)).isEqualTo(BLUE);
      }
    }
  }

  @Test
  void whatIsSeenThroughIsWhite() throws IOException {
    // Given
    BufferedImage nothing = new BufferedImage(300, 300, BufferedImage.TYPE_INT_ARGB);
    // When
    BufferedImage small = small(Kind.PNG, bytes(nothing, "png", false)).orElseThrow();
    // Then
    assertThat(small.getRGB(100, 100) & 0xF0F0F0).isEqualTo(0xF0F0F0);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.1, 0.5", "2, 0.9, 0.5", "3, 0.9, 0.5", "4, 0.1, 0.5",
    "5, 0.5, 0.1", "6, 0.5, 0.1", "7, 0.5, 0.9", "8, 0.5, 0.9"
  })
  void aPhotoIsUpright(int orientation, double redX, double redY) throws IOException {
    // When
    BufferedImage small =
        small(Kind.JPEG, photo(jpeg(900, 600), orientation, new byte[1])).orElseThrow();
    // Then
    assertThat(small.getWidth()).isEqualTo(orientation >= 5 ? 128 : 192);
    assertThat(colour(small, redX, redY)).isEqualTo(RED);
    assertThat(colour(small, 1 - redX, 1 - redY)).isEqualTo(BLUE);
  }

  /** Counts what is read. */
  private static final class Counted extends ByteArrayInputStream {
    Counted(byte[] content) {
      super(content);
    }

    int taken() {
      return pos;
    }
  }

  @Test
  void whereTheCameraPutASmallOneTheLargeOneIsNotRead() throws IOException {
    // Given: the small one is blue alone, to be known
    BufferedImage blue = new BufferedImage(160, 120, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 160 * 120; i++) {
      blue.setRGB(i % 160, i / 160, BLUE);
    }
    byte[] thumbnail = bytes(blue, "jpeg", false);
    byte[] same = Arrays.copyOf(photo(jpeg(4000, 3000), 1, thumbnail), 8 << 20);
    byte[] cut = photo(jpeg(3000, 3000), 1, thumbnail);

    // When
    Counted counted = new Counted(same);
    BufferedImage of =
        ImageIO.read(new ByteArrayInputStream(pictures.of(Kind.JPEG, counted).orElseThrow()));

    // Then
    assertThat(colour(of, 0.1, 0.5)).isEqualTo(BLUE);
    assertThat(counted.taken()).isLessThan(64 << 10);
    assertThat(colour(small(Kind.JPEG, cut).orElseThrow(), 0.1, 0.5)).isEqualTo(RED);
  }

  @Test
  void whatWouldCostMuchIsLeftAlone() throws IOException {
    // Given
    byte[] png = bytes(picture(100, 100, BufferedImage.TYPE_INT_RGB), "png", false);
    byte[] hugePng = png.clone();
    ByteBuffer.wrap(hugePng).putInt(16, 60_000).putInt(20, 60_000);
    byte[] negative = png.clone();
    ByteBuffer.wrap(negative).putInt(16, -1);
    byte[] jpeg = jpeg(100, 100);
    byte[] hugeJpeg = jpeg.clone();
    for (int i = 0; i < hugeJpeg.length - 9; i++) {
      if ((hugeJpeg[i] & 0xFF) == 0xFF && (hugeJpeg[i + 1] & 0xFF) == 0xC0) {
        ByteBuffer.wrap(hugeJpeg).putInt(i + 5, 0xFFFFFFFF);
      }
    }
    byte[] inPasses = bytes(picture(600, 400, BufferedImage.TYPE_INT_RGB), "jpeg", true);
    byte[] interlaced = bytes(picture(600, 400, BufferedImage.TYPE_INT_RGB), "png", true);

    // When, Then
    assertLeftAlone(Kind.PNG, hugePng, negative, interlaced, jpeg, new byte[0], new byte[100]);
    assertLeftAlone(Kind.JPEG, hugeJpeg, inPasses, png, new byte[0], new byte[100]);
    // Filled to no end
    byte[] filled = new byte[4 << 20];
    Arrays.fill(filled, (byte) 0xFF);
    filled[1] = (byte) 0xD8;
    assertLeftAlone(Kind.JPEG, filled);
  }

  private void assertLeftAlone(Kind kind, byte[]... all) {
    for (byte[] one : all) {
      Counted counted = new Counted(Arrays.copyOf(one, 8 << 20));
      assertThat(pictures.of(kind, counted)).isEmpty();
      assertThat(counted.taken()).isLessThan(3 << 20);
    }
  }

  @Test
  void damagedFilesAreNothingOrAPicture() throws IOException {
    // Given
    Random random = new Random(4);
    byte[] photo = photo(jpeg(640, 480), 6, jpeg(160, 120));
    byte[] png = bytes(picture(640, 480, BufferedImage.TYPE_INT_ARGB), "png", false);

    for (int round = 0; round < 300; round++) {
      Kind kind = round % 2 == 0 ? Kind.JPEG : Kind.PNG;
      byte[] damaged = (kind == Kind.JPEG ? photo : png).clone();
      for (int i = 0; i <= round % 8; i++) {
        damaged[random.nextInt(Math.min(damaged.length, 1 << (4 + round % 12)))] =
            (byte) random.nextInt(256);
      }
      InputStream content =
          new ByteArrayInputStream(damaged, 0, 1 + random.nextInt(damaged.length));

      // When
      Optional<byte[]> small = pictures.of(kind, content);

      // Then
      if (small.isPresent()) {
        assertThat(ImageIO.read(new ByteArrayInputStream(small.get())).getWidth())
            .isBetween(1, 192);
      }
    }
  }
}
