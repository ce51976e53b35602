package io.homecloud.backup.search;

import io.homecloud.backup.BackupProblem;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.host.path.PercentCode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for: a part of a name, or a pattern of a whole one, in which a star stands for any
 * characters and a question mark for one. With a slash in it, of the path, from any directory on.
 * Large and small letters are the same.
 */
public final class NamePattern {
  private static final int LONGEST = 255;

  private final byte[] pattern;
  private final boolean wholePath;
  private final boolean wild;

  /** Whether letters are in it whose other case is not told by a bit. */
  private final boolean text;

  private NamePattern(byte[] pattern, boolean wholePath, boolean wild, boolean text) {
    this.pattern = pattern;
    this.wholePath = wholePath;
    this.wild = wild;
    this.text = text;
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException when it is none
   */
  public static NamePattern of(@Nullable String asked) {
    if (asked == null || asked.isBlank()) {
      throw CommonProblem.PARAMETER_INVALID.because(
          "name is a part of a file's name, or a pattern such as *.jpg.");
    }
    if (asked.length() > LONGEST || asked.indexOf('\0') >= 0) {
      throw BackupProblem.VALUE_INVALID.because("name is up to 255 characters.");
    }
    String folded = asked.toLowerCase(Locale.ROOT);
    byte[] bytes;
    try {
      bytes = PercentCode.utf8(folded);
    } catch (IllegalArgumentException e) {
      throw BackupProblem.VALUE_INVALID.because("name is a text.");
    }
    boolean ascii = folded.chars().allMatch(c -> c < 0x80);
    boolean wild = folded.indexOf('*') >= 0 || folded.indexOf('?') >= 0;
    return new NamePattern(bytes, folded.indexOf('/') >= 0, wild, !ascii);
  }

  /** Whether the path with these bytes is looked for. */
  boolean matches(byte[] path, int length) {
    int from = 0;
    if (!wholePath) {
      from = length;
      while (from > 0 && path[from - 1] != '/') {
        from--;
      }
    }
    if (text) {
      byte[] folded =
          new String(path, from, length - from, StandardCharsets.UTF_8)
              .toLowerCase(Locale.ROOT)
              .getBytes(StandardCharsets.UTF_8);
      return found(folded, 0, folded.length);
    }
    return found(path, from, length);
  }

  /** A pattern of a path may begin at any directory. */
  private boolean found(byte[] name, int from, int to) {
    if (!wild) {
      return contains(name, from, to);
    }
    if (glob(name, from, to)) {
      return true;
    }
    for (int i = from; wholePath && i < to; i++) {
      if (name[i] == '/' && glob(name, i + 1, to)) {
        return true;
      }
    }
    return false;
  }

  private static byte fold(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }

  private boolean contains(byte[] name, int from, int to) {
    byte start = pattern[0];
    int latest = to - pattern.length;
    for (int i = from; i <= latest; i++) {
      if (fold(name[i]) == start) {
        int k = 1;
        while (k < pattern.length && fold(name[i + k]) == pattern[k]) {
          k++;
        }
        if (k == pattern.length) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Goes back to the last star only, so that no pattern takes longer than both lengths together
   * ask.
   */
  private boolean glob(byte[] name, int from, int to) {
    int n = from;
    int p = 0;
    int star = -1;
    int resume = from;
    while (n < to) {
      if (p < pattern.length && pattern[p] == '*') {
        star = p++;
        resume = n;
      } else if (p < pattern.length && pattern[p] == '?') {
        p++;
        n = character(name, n, to);
      } else if (p < pattern.length && fold(name[n]) == pattern[p]) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length && pattern[p] == '*') {
      p++;
    }
    return p == pattern.length;
  }

  /** Behind one character of UTF-8, or one byte of what is none. */
  private static int character(byte[] name, int at, int to) {
    int next = at + 1;
    if ((name[at] & 0xC0) == 0xC0) {
      while (next < to && (name[next] & 0xC0) == 0x80) {
        next++;
      }
    }
    return next;
  }
}
