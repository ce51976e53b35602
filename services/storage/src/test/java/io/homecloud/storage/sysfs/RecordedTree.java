package io.homecloud.storage.sysfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Lays out a recorded machine below a directory. A line is {@code /file = content}, with {@code \n}
 * and {@code \x41} in it, {@code /link -> target}, {@code /directory/}, or a comment.
 */
final class RecordedTree {
  private RecordedTree() {}

  static SystemRoots layOut(String name, Path below) throws IOException {
    try (InputStream recorded = RecordedTree.class.getResourceAsStream(name)) {
      String text =
          new String(Objects.requireNonNull(recorded).readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        if (line.startsWith("/")) {
          entry(line, below);
        }
      }
    }
    return new SystemRoots(
        below.resolve("sys"), below.resolve("dev"), below.resolve("run"), below.resolve("proc"));
  }

  private static void entry(String line, Path below) throws IOException {
    int equals = line.indexOf(" =");
    int arrow = line.indexOf(" -> ");
    String name =
        equals > 0 ? line.substring(0, equals) : arrow > 0 ? line.substring(0, arrow) : line;
    Path path = below.resolve(name.substring(1));
    if (name.endsWith("/")) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (equals > 0) {
      Files.writeString(path, content(line.substring(equals + 2)) + "\n");
    } else {
      Files.createSymbolicLink(path, Path.of(line.substring(arrow + 4)));
    }
  }

  private static String content(String written) {
    StringBuilder content = new StringBuilder();
    String text = written.startsWith(" ") ? written.substring(1) : written;
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\n", i)) {
        content.append('\n');
        i += 1;
      } else if (text.startsWith("\\x", i)) {
        content.append((char) Integer.parseInt(text, i + 2, i + 4, 16));
        i += 3;
      } else {
        content.append(text.charAt(i));
      }
    }
    return content.toString();
  }
}
