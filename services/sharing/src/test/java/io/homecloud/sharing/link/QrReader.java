package io.homecloud.sharing.link;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a QR code from the picture that we make of one. */
final class QrReader {
  private static final Pattern SIDE = Pattern.compile("viewBox=\"0 0 ([0-9]+) \\1\"");
  private static final Pattern MODULE = Pattern.compile("M([0-9]+),([0-9]+)h1v1h-1z");
  private static final int WHITE = 0xffffff;
  private static final int PIXELS = 4;

  private QrReader() {}

  static String text(String svg) throws ReaderException {
    Matcher size = SIDE.matcher(svg);
    if (!size.find()) {
      throw new AssertionError("no square picture: " + svg);
    }
    int side = Integer.parseInt(size.group(1)) * PIXELS;
    int[] picture = new int[side * side];
    Arrays.fill(picture, WHITE);
    for (Matcher module = MODULE.matcher(svg); module.find(); ) {
      int left = Integer.parseInt(module.group(1)) * PIXELS;
      int top = Integer.parseInt(module.group(2)) * PIXELS;
      for (int y = top; y < top + PIXELS; y++) {
        Arrays.fill(picture, y * side + left, y * side + left + PIXELS, 0);
      }
    }
    return new QRCodeReader()
        .decode(
            new BinaryBitmap(
                new GlobalHistogramBinarizer(new RGBLuminanceSource(side, side, picture))),
            Map.of(DecodeHintType.PURE_BARCODE, true))
        .getText();
  }
}
