package io.homecloud.sharing.picture;

import java.awt.image.BufferedImage;

/** Makes pictures smaller and turns them upright, in plain memory. */
final class Pixels {
  private static final int WHITE = 255;

  private Pixels() {}

  /** No side longer than that; each pixel is the mean of those that it stands for, on white. */
  static BufferedImage smaller(BufferedImage from, int longest) {
    int width = from.getWidth();
    int height = from.getHeight();
    double scale = Math.min(1, longest / (double) Math.max(width, height));
    int toWidth = Math.max(1, (int) Math.round(width * scale));
    int toHeight = Math.max(1, (int) Math.round(height * scale));
    BufferedImage to = new BufferedImage(toWidth, toHeight, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < toHeight; y++) {
      int top = (int) ((long) y * height / toHeight);
      int bottom = Math.max(top + 1, (int) ((long) (y + 1) * height / toHeight));
      for (int x = 0; x < toWidth; x++) {
        int left = (int) ((long) x * width / toWidth);
        int right = Math.max(left + 1, (int) ((long) (x + 1) * width / toWidth));
        to.setRGB(x, y, mean(from, left, top, right, bottom));
      }
    }
    return to;
  }

  private static int mean(BufferedImage from, int left, int top, int right, int bottom) {
    long red = 0;
    long green = 0;
    long blue = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        int pixel = from.getRGB(x, y);
        int alpha = pixel >>> 24;
        red += onWhite((pixel >> 16) & 0xFF, alpha);
        green += onWhite((pixel >> 8) & 0xFF, alpha);
        blue += onWhite(pixel & 0xFF, alpha);
      }
    }
    long count = (long) (right - left) * (bottom - top);
    return ((int) (red / count) << 16) | ((int) (green / count) << 8) | (int) (blue / count);
  }

  private static int onWhite(int value, int alpha) {
    return (value * alpha + WHITE * (WHITE - alpha)) / WHITE;
  }

  /**
   * Upright.
   *
   * @param orientation as cameras say it, 1 to 8
   */
  static BufferedImage upright(BufferedImage from, int orientation) {
    if (orientation == 1) {
      return from;
    }
    int width = from.getWidth();
    int height = from.getHeight();
    boolean turned = orientation >= 5;
    BufferedImage to =
        new BufferedImage(
            turned ? height : width, turned ? width : height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = from.getRGB(x, y);
        switch (orientation) {
          case 2 -> to.setRGB(width - 1 - x, y, pixel);
          case 3 -> to.setRGB(width - 1 - x, height - 1 - y, pixel);
          case 4 -> to.setRGB(x, height - 1 - y, pixel);
          case 5 -> to.setRGB(y, x, pixel);
          case 6 -> to.setRGB(height - 1 - y, x, pixel);
          case 7 -> to.setRGB(height - 1 - y, width - 1 - x, pixel);
          default -> to.setRGB(y, width - 1 - x, pixel);
        }
      }
    }
    return to;
  }
}
