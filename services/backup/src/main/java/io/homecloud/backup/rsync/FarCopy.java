package io.homecloud.backup.rsync;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A copy to another machine, or from there.
 *
 * @param shell the program that connects, with all but the machine
 * @param program what is run there, for a shell: rsync
 * @param from with the machine and a colon before it when it is there
 * @param linkFrom directories there with earlier copies
 * @param list a file here with the paths to copy, each ended by NUL; all when empty
 * @param mirror whether what is not in {@code from}, or excluded, goes
 * @param partial a directory where the copy is made
 * @param sums hears the checksum of each file that is copied
 */
public record FarCopy(
    List<String> shell,
    String program,
    String from,
    String into,
    List<String> linkFrom,
    Optional<Path> list,
    List<String> include,
    List<String> exclude,
    boolean mirror,
    String partial,
    Optional<RsyncSums.Listener> sums)
    implements Transfer {
  private static final int ATTEMPTS = 8;
  private static final int LONGEST_PAUSE = 60;

  public FarCopy {
    shell = List.copyOf(shell);
    linkFrom = List.copyOf(linkFrom);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  @Override
  public List<String> command() {
    List<String> argv = new ArrayList<>(List.of("rsync"));
    argv.addAll(Copy.EVERYTHING);
    if (sums.isPresent()) {
      argv.add(RsyncSums.CHOICE);
    }
    // Of the paths there no shell makes anything else.
    argv.add("--protect-args");
    argv.add("--timeout=120");
    argv.add("--rsh=" + String.join(" ", shell.stream().map(FarCopy::quoted).toList()));
    argv.add("--rsync-path=" + program);
    if (mirror) {
      argv.add("--delete");
      argv.add("--delete-excluded");
    }
    list.ifPresent(file -> {
      argv.add("--recursive");
      argv.add("--from0");
      argv.add("--files-from=" + file);
    });
    include.forEach(pattern -> argv.add("--include=" + pattern));
    exclude.forEach(pattern -> argv.add("--exclude=" + pattern));
    linkFrom.forEach(directory -> argv.add("--link-dest=" + directory));
    argv.add("--");
    argv.add(from + "/");
    argv.add(into + "/");
    return argv;
  }

  /** As rsync splits what it is given for a shell. */
  private static String quoted(String word) {
    return "'" + word.replace("'", "''") + "'";
  }

  @Override
  public int attempts() {
    return ATTEMPTS;
  }

  @Override
  public Duration pause(int attempt) {
    return Duration.ofSeconds(Math.min(LONGEST_PAUSE, 1L << Math.min(attempt, 6)));
  }

  @Override
  public boolean keepsParts() {
    return true;
  }
}
