package io.homecloud.backup.run;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.tree.RepositoryDirectory;
import io.homecloud.host.libc.Errno;
import java.io.IOException;

/** What a failure to write means. */
public final class IoTrouble {
  private IoTrouble() {}

  public static Trouble of(IOException e) {
    if (e instanceof EngineTrouble told) {
      return told.trouble();
    }
    String text = String.valueOf(e.getMessage());
    if (has(text, Errno.ENOSPC) || has(text, Errno.EDQUOT)) {
      return Trouble.TargetFull;
    }
    return has(text, Errno.EROFS) ? Trouble.TargetReadOnly : Trouble.CopyFailed;
  }

  private static boolean has(String text, Errno errno) {
    return text.contains(errno.text()) || text.endsWith(": " + -errno.number());
  }

  /** For people. */
  public static String sentence(IOException e) {
    if (e instanceof EngineTrouble told) {
      return told.sentence();
    }
    return switch (of(e)) {
      case TargetFull -> "There is no room left.";
      case TargetReadOnly -> "The disk can only be read.";
      default -> "The disk did not take it: " + RepositoryDirectory.words(e);
    };
  }
}
