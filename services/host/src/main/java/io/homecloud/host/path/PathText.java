package io.homecloud.host.path;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.HexFormat;

/** Bytes as text and back, whatever the bytes are. */
final class PathText {
  private static final HexFormat HEX = HexFormat.of();

  private PathText() {}

  static String write(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length + 8);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CharsetDecoder decoder = UTF_8.newDecoder();
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      out.flip();
      escape(out, text);
      out.clear();
      if (result.isUnderflow()) {
        return text.toString();
      }
      for (int i = 0; i < result.length(); i++) {
        hex(in.get(), text);
      }
      decoder.reset();
    }
  }

  private static void escape(CharBuffer from, StringBuilder to) {
    while (from.hasRemaining()) {
      char c = from.get();
      if (c == '\\') {
        to.append("\\\\");
      } else if (c < ' ' || c == 0x7F) {
        hex((byte) c, to);
      } else {
        to.append(c);
      }
    }
  }

  private static void hex(byte value, StringBuilder to) {
    to.append("\\x").append(HEX.toHexDigits(value));
  }

  static byte[] parse(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int i = 0;
    while (i < text.length()) {
      int backslash = text.indexOf('\\', i);
      int plain = backslash < 0 ? text.length() : backslash;
      bytes.writeBytes(text.substring(i, plain).getBytes(UTF_8));
      if (backslash < 0) {
        break;
      }
      if (text.startsWith("\\\\", backslash)) {
        bytes.write('\\');
        i = backslash + 2;
      } else if (text.startsWith("\\x", backslash) && backslash + 4 <= text.length()) {
        bytes.write(HexFormat.fromHexDigits(text, backslash + 2, backslash + 4));
        i = backslash + 4;
      } else {
        throw new IllegalArgumentException("a lone backslash in a path");
      }
    }
    return bytes.toByteArray();
  }
}
