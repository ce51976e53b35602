package io.homecloud.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which process, for good: its number is used again after its end, its number with its start time
 * is not before the next boot.
 *
 * @param startTicks field 22 of {@code /proc/<pid>/stat}
 * @param boot the kernel's random id of this boot
 */
public record ProcessIdentity(long pid, long startTicks, String boot) {
  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,18})\\.(\\d{1,18})\\.([0-9a-f-]{36})");

  public ProcessIdentity {
    if (!TEXT.matcher(pid + "." + startTicks + "." + boot).matches()) {
      throw new IllegalArgumentException("no process: " + pid + " " + startTicks + " " + boot);
    }
  }

  public static ProcessIdentity self() {
    return of(ProcessHandle.current().pid()).orElseThrow();
  }

  /** Empty when no such process runs now. */
  public static Optional<ProcessIdentity> of(long pid) {
    return ProcessStat.of(pid)
        .filter(stat -> !stat.ended())
        .map(stat -> new ProcessIdentity(pid, stat.startTicks(), thisBoot()));
  }

  /** The reverse of {@link #text}; empty for anything else. */
  public static Optional<ProcessIdentity> parse(String text) {
    Matcher match = TEXT.matcher(text);
    return match.matches()
        ? Optional.of(
            new ProcessIdentity(
                Long.parseLong(match.group(1)), Long.parseLong(match.group(2)), match.group(3)))
        : Optional.empty();
  }

  /** Fit for a file's name. */
  public String text() {
    return pid + "." + startTicks + "." + boot;
  }

  public boolean lives() {
    return of(pid).filter(this::equals).isPresent();
  }

  /** Another text each time that the machine starts. */
  public static String thisBoot() {
    return ThisBoot.ID;
  }

  private static final class ThisBoot {
    static final String ID = read();

    private static String read() {
      try {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
