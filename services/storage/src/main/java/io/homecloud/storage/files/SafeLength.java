package io.homecloud.storage.files;

import io.homecloud.host.ProcessIdentity;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of an unfinished upload can be trusted, noted on the file itself. Its size does not
 * tell: btrfs writes down a size that covers data which are in memory only (with {@code NO_HOLES},
 * the default), and after a power cut those are zeros. So the size counts as long as the machine
 * runs, whatever dies on it; after its next start what was on the disk when it was noted.
 */
final class SafeLength {
  /** The boot's id, a space, the length in bytes. */
  static final FileNote NOTE = new FileNote("trusted.homecloud.safe");

  private static final Pattern FORM = Pattern.compile("([0-9a-f-]{36}) (\\d{1,18})");

  private SafeLength() {}

  /** In bytes from the beginning; 0 when nothing was ever noted. */
  static long of(Descriptor file) throws FileRefused {
    long size = Kernel.status(file).size();
    Matcher note = FORM.matcher(NOTE.read(file));
    if (!note.matches()) {
      return 0;
    }
    return note.group(1).equals(ProcessIdentity.thisBoot())
        ? size
        : Math.min(size, Long.parseLong(note.group(2)));
  }

  /** How much was on the disk when it was noted, by whichever boot. */
  static long noted(Descriptor file) throws FileRefused {
    Matcher note = FORM.matcher(NOTE.read(file));
    return note.matches() ? Long.parseLong(note.group(2)) : 0;
  }

  /**
   * To be called when so much is on the disk; or less, before more than that is taken away or
   * written again.
   */
  static void note(Descriptor file, long length) throws FileRefused {
    NOTE.write(file, ProcessIdentity.thisBoot() + " " + length);
  }

  /** Of a file that is whole; one that keeps its note is none the worse. */
  static void forget(Descriptor file) {
    NOTE.remove(file);
  }
}
