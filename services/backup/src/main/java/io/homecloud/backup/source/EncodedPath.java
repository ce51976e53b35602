package io.homecloud.backup.source;

import io.homecloud.backup.BackupProblem;
import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import java.util.Arrays;

/** Paths as the API has them: percent-encoded where need be, beneath a volume. */
public final class EncodedPath {
  /** PATH_MAX without its NUL: longer ones the kernel does not take. */
  private static final int LONGEST = 4095;

  private EncodedPath() {}

  /**
   * The path that is meant; the empty text and a slash are the top.
   *
   * @throws io.homecloud.control.problem.ProblemException PATH_INVALID
   */
  public static RelativePath parse(String encoded) {
    String text = encoded.length() > 3 * LONGEST ? "/" : stripped(encoded);
    byte[] bytes = PercentCode.decode(text);
    try {
      if (bytes != null && bytes.length <= LONGEST) {
        return RelativePath.of(bytes);
      }
    } catch (IllegalArgumentException e) {
      // the same sentence as for all others
    }
    throw BackupProblem.PATH_INVALID.because(
        "A path is names between slashes, percent-encoded where they are not plain text, without '.' and '..'.");
  }

  private static String stripped(String encoded) {
    int from = encoded.startsWith("/") ? 1 : 0;
    int to =
        encoded.length() > from && encoded.endsWith("/") ? encoded.length() - 1 : encoded.length();
    return encoded.substring(from, to);
  }

  /** One spelling per path. */
  public static String write(RelativePath path) {
    StringBuilder text = new StringBuilder();
    byte[] bytes = path.bytes();
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        text.append(start == 0 ? "" : "/")
            .append(PercentCode.encode(Arrays.copyOfRange(bytes, start, i)));
        start = i + 1;
      }
    }
    return text.toString();
  }
}
