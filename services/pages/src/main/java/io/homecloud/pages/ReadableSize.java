package io.homecloud.pages;

import java.util.Locale;

/** Sizes for people. */
public final class ReadableSize {
  private static final String[] UNITS = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};

  private ReadableSize() {}

  /** In decimal units, as shops and phones count. */
  public static String of(long bytes) {
    if (bytes == 1) {
      return "1 byte";
    }
    double size = bytes;
    int unit = 0;
    while (size >= 999.5 && unit < UNITS.length - 1) {
      size /= 1000;
      unit++;
    }
    return unit == 0 || size >= 99.95
        ? String.format(Locale.ROOT, "%.0f %s", size, UNITS[unit])
        : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
  }
}
