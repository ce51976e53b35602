package io.homecloud.storage.btrfs;

import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Simple quotas, on which volumes are counted, came with 6.7. */
final class KernelVersion {
  private static final int MAJOR = 6;
  private static final int MINOR = 7;

  private KernelVersion() {}

  static Optional<Refusal> refusal() {
    return refusal(System.getProperty("os.version", ""));
  }

  static Optional<Refusal> refusal(String release) {
    Matcher form = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*").matcher(release);
    boolean enough =
        form.matches()
            && (Integer.parseInt(form.group(1)) > MAJOR
                || (Integer.parseInt(form.group(1)) == MAJOR
                    && Integer.parseInt(form.group(2)) >= MINOR));
    return enough
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                StorageError.KERNEL_TOO_OLD,
                "Linux "
                    + release
                    + " has no simple quotas; it takes "
                    + MAJOR
                    + "."
                    + MINOR
                    + " or newer, as in Debian 13 and Raspberry Pi OS."));
  }
}
