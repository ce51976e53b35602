package io.homecloud.sharing.samba;

import io.homecloud.control.Name;
import io.homecloud.sharing.ServerNames;
import java.nio.file.Path;

/**
 * What may be written into smb.conf, which knows no quoting: {@code %} begins a macro anywhere in a
 * value, {@code ;} and {@code #} a comment, a backslash at its end continues the line, blanks at
 * both ends and quotes around it are lost, and a line break ends it. So nothing is escaped; what is
 * not plain is not written.
 */
final class SmbText {
  private static final String PLAIN_MARKS = "/._@+:,=~-";

  /** What the kernel takes as the longest path. */
  private static final int LONGEST = 4095;

  private SmbText() {}

  /** Whether a share can have that name. */
  static boolean fits(Name share) {
    return !ServerNames.isSection(share);
  }

  /** Whether it can be a value as it is. */
  static boolean fits(Path path) {
    String text = path.toString();
    return path.isAbsolute()
        && path.normalize().equals(path)
        && text.length() <= LONGEST
        && text.codePoints()
            .allMatch(c -> Character.isLetterOrDigit(c) || PLAIN_MARKS.indexOf(c) >= 0);
  }
}
