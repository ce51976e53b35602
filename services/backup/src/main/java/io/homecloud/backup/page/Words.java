package io.homecloud.backup.page;

import io.homecloud.backup.run.RunStatus.Progress;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.pages.ReadableSize;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What numbers and times mean, for people. */
final class Words {
  private Words() {}

  static String count(long number, String one, String many) {
    return number == 1 ? "1 " + one : String.format(Locale.ROOT, "%,d %s", number, many);
  }

  static String files(long number) {
    return count(number, "file", "files");
  }

  static String contents(Contents contents) {
    if (contents.equals(Contents.NONE)) {
      // As encrypted copies are noted that were found at their target: nobody knows.
      return "";
    }
    return files(contents.files())
        + ", "
        + ReadableSize.of(contents.bytes())
        + (contents.filesCopied() == 0
            ? ", nothing new"
            : ", " + ReadableSize.of(contents.bytesCopied()) + " new");
  }

  static String progress(@Nullable Progress progress) {
    return progress == null
        ? "It begins…"
        : String.format(
            Locale.ROOT,
            "%,d of %s looked at, %s copied, %s a second%s",
            progress.filesChecked(),
            files(all(progress)),
            ReadableSize.of(progress.bytesCopied()),
            ReadableSize.of(progress.bytesPerSecond()),
            left(progress.secondsLeft()));
  }

  /** How many files there are, as far as is known. */
  static long all(Progress progress) {
    return progress.filesTotal() == null ? progress.filesKnown() : progress.filesTotal();
  }

  /** As progress.js says it too. */
  private static String left(@Nullable Long seconds) {
    if (seconds == null) {
      return "";
    }
    long minutes = Math.round(seconds / 60.0);
    return minutes < 1
        ? "; less than a minute left"
        : minutes < 100
            ? "; about " + count(minutes, "minute", "minutes") + " left"
            : "; about " + count(Math.round(minutes / 60.0), "hour", "hours") + " left";
  }
}
