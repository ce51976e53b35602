package io.homecloud.standalone.killed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What files hold, as short as will do to tell them apart. */
final class FilesOf {
  /** Homecloud's own, for uploads that are not whole yet. */
  private static final String PARTIAL = ".homecloud-partial";

  private FilesOf() {}

  /** Digests of everything below a directory, by relative name. */
  static Map<String, String> directory(Path directory) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path name = directory.relativize(file);
        if (!name.startsWith(PARTIAL)) {
          found.put(name.toString(), digest(Files.readAllBytes(file)));
        }
      }
    }
    return found;
  }

  static String digest(String content) {
    return digest(content.getBytes(StandardCharsets.UTF_8));
  }

  private static String digest(byte[] content) {
    try {
      byte[] whole = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(whole, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
