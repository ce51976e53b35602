package io.homecloud.sharing.samba;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * smbd's log file, where each message has a line before it that says when and where in its code.
 */
final class SambaLog {
  private static final int END = 4096;
  private static final int MESSAGES = 3;

  private SambaLog() {}

  /** The last messages, on one line; empty when there are none. */
  static String lastWords(Path log) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] end = new byte[(int) Math.min(END, file.length())];
      file.seek(file.length() - end.length);
      file.readFully(end);
      List<String> messages =
          new String(end, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.startsWith(" "))
              .map(String::strip)
              .toList();
      return String.join(
          " ", messages.subList(Math.max(0, messages.size() - MESSAGES), messages.size()));
    } catch (IOException e) {
      return "";
    }
  }
}
