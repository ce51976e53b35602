package io.homecloud.sharing.samba;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What Samba adds to its log of sign-ins, which it begins anew when that is large. */
final class SignInLog {
  private final Path file;
  private final Consumer<String> line;
  private long read;

  SignInLog(Path file, Consumer<String> line) {
    this.file = file;
    this.line = line;
  }

  /** Reads the lines that are new. */
  void more() {
    if (!Files.exists(file)) {
      return;
    }
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long size = log.length();
      if (size < read) {
        read = 0;
      }
      byte[] added = new byte[(int) Math.min(size - read, Integer.MAX_VALUE - 8)];
      log.seek(read);
      log.readFully(added);
      String text = new String(added, StandardCharsets.ISO_8859_1);
      int whole = text.lastIndexOf('\n') + 1;
      read += whole;
      text.substring(0, whole).lines().forEach(line);
    } catch (IOException e) {
      read = 0; // it was begun anew just now
    }
  }
}
