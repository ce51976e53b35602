package io.homecloud.host.libc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads proc and sysfs, where anything may be gone by the time it is read: then it is empty. */
public final class PseudoFiles {
  private PseudoFiles() {}

  /** What a directory holds, in the order of names. */
  public static List<Path> entries(Path directory) {
    List<Path> list = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(list::add);
      list.sort(null);
    } catch (IOException | DirectoryIteratorException gone) {
      return List.of();
    }
    return list;
  }

  /** Where a symbolic link points, not followed further. */
  public static String link(Path path) {
    try {
      return Files.readSymbolicLink(path).toString();
    } catch (IOException gone) {
      return "";
    }
  }

  /** The whole file. */
  public static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException gone) {
      return new byte[0];
    }
  }

  /** The whole file as UTF-8. */
  public static String text(Path path) {
    return new String(bytes(path), StandardCharsets.UTF_8);
  }

  /** The file without the end of its last line. */
  public static String line(Path path) {
    String text = text(path);
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  /** The number, or -1 when it is none. */
  public static int number(String text) {
    boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits && !text.isEmpty() && text.length() < 10 ? Integer.parseInt(text) : -1;
  }
}
