package io.homecloud.backup.rsync;

import io.homecloud.host.path.RelativePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The checksum of a whole file as rsync tells it ({@code %C}): of what it read, sent and found
 * again at the other end. The same for a file that lies there, when it is asked with {@code
 * --checksum}.
 */
public final class RsyncSums {
  /** Nothing is ever written there. */
  static final String NOWHERE = "/nonexistent/homecloud/";

  static final String CHOICE = "--checksum-choice=xxh128";

  private RsyncSums() {}

  /** Hears the checksums, in another thread. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param path beneath the directory that is copied from
     */
    void copied(RelativePath path, FileSum sum);
  }

  /** Reads only; the directory that nothing is written to does not have to be there. */
  static List<String> command(Path directory, Path list) {
    return List.of(
        "rsync",
        "--dry-run",
        "--checksum",
        CHOICE,
        RsyncItem.FORMAT,
        "--links",
        "--from0",
        "--files-from=" + list,
        "--",
        directory + "/",
        NOWHERE);
  }

  /** Directories and links have blanks instead of a checksum. */
  static void tell(RsyncItem item, Listener listener) {
    String rest = item.sumAndName();
    int name = FileSum.DIGITS + 1;
    if (rest.length() <= name || rest.charAt(name - 1) != ' ') {
      return;
    }
    try {
      FileSum sum = FileSum.of(rest.substring(0, name - 1));
      listener.copied(RelativePath.of(unescaped(rest, name)), sum);
    } catch (IllegalArgumentException e) {
      // no checksum, or no path beneath: not a file that was copied
    }
  }

  /** What is not printable rsync writes as {@code \#} and three octal digits. */
  private static byte[] unescaped(String line, int from) {
    byte[] text = line.substring(from).getBytes(StandardCharsets.ISO_8859_1);
    byte[] bytes = new byte[text.length];
    int length = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '\\' && i + 4 < text.length && text[i + 1] == '#' && octal(text, i + 2)) {
        bytes[length++] =
            (byte) ((text[i + 2] - '0') << 6 | (text[i + 3] - '0') << 3 | (text[i + 4] - '0'));
        i += 4;
      } else {
        bytes[length++] = text[i];
      }
    }
    return Arrays.copyOf(bytes, length);
  }

  private static boolean octal(byte[] text, int from) {
    return text[from] >= '0'
        && text[from] <= '3'
        && text[from + 1] >= '0'
        && text[from + 1] <= '7'
        && text[from + 2] >= '0'
        && text[from + 2] <= '7';
  }
}
