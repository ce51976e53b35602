package io.homecloud.storage.uevent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads one message: the kernel's ({@code add@/devices/…}, then {@code KEY=value}s, each ended by
 * NUL) or udev's (a binary header that says where the same properties are; libudev-monitor.c).
 */
final class UeventParser {
  private static final byte[] UDEV_PREFIX = "libudev\0".getBytes(StandardCharsets.US_ASCII);
  private static final int UDEV_MAGIC = 0xfeedcafe;
  private static final int UDEV_HEADER = 24;
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9!:._-]{0,63}");

  private UeventParser() {}

  /** The disk that the message is about, of its partition too; empty for anything else. */
  static Optional<String> disk(byte[] message, int length) {
    int start = properties(message, length);
    if (start < 0) {
      return Optional.empty();
    }
    Map<String, String> properties = new HashMap<>();
    String text = new String(message, start, length - start, StandardCharsets.UTF_8);
    for (String property : text.split("\0", -1)) {
      int equals = property.indexOf('=');
      if (equals > 0) {
        properties.putIfAbsent(property.substring(0, equals), property.substring(equals + 1));
      }
    }
    if (!"block".equals(properties.get("SUBSYSTEM"))) {
      return Optional.empty();
    }
    String path = properties.getOrDefault("DEVPATH", "");
    String name = last(path);
    if ("partition".equals(properties.get("DEVTYPE"))) {
      name = last(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
    }
    return NAME.matcher(name).matches() ? Optional.of(name) : Optional.empty();
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Where the properties begin, or -1. */
  private static int properties(byte[] message, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(message, 0, length);
    boolean udev = length >= UDEV_HEADER;
    for (int i = 0; udev && i < UDEV_PREFIX.length; i++) {
      udev = message[i] == UDEV_PREFIX[i];
    }
    if (!udev) {
      return 0;
    }
    int offset = bytes.order(ByteOrder.nativeOrder()).getInt(16);
    boolean magic = bytes.order(ByteOrder.BIG_ENDIAN).getInt(8) == UDEV_MAGIC;
    return magic && offset >= UDEV_HEADER && offset <= length ? offset : -1;
  }
}
