package io.homecloud.embedded.postgres;

import io.homecloud.host.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the server tells of itself in {@code postmaster.pid} (PostgreSQL's pidfile.h): its process
 * in the first line, its state in the eighth.
 *
 * @param pid zero when there is none
 */
record PostmasterFile(Path data, long pid, String state) {
  private static final long LONGEST_BYTES = 4096;
  private static final int STATE_LINE = 7;

  static PostmasterFile of(Path directory) throws IOException {
    Path data = directory.resolve("data");
    Path file = data.resolve("postmaster.pid");
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || Files.size(file) > LONGEST_BYTES) {
        return new PostmasterFile(data, 0, "");
      }
      List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      if (lines.isEmpty() || !lines.getFirst().matches("[0-9]{1,9}")) {
        return new PostmasterFile(data, 0, "");
      }
      String state = lines.size() > STATE_LINE ? lines.get(STATE_LINE).strip() : "";
      return new PostmasterFile(data, Long.parseLong(lines.getFirst()), state);
    } catch (NoSuchFileException gone) {
      return new PostmasterFile(data, 0, "");
    }
  }

  /** The number may be a stranger's by now, but no stranger works in the directory. */
  boolean serves() throws IOException {
    try {
      return pid > 0
          && Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"))
              .equals(data.toRealPath());
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  /**
   * Its process has ended and its parent has not taken notice yet, as in a container whose first
   * process is slow to: a new server takes that for one that lives, and refuses to start.
   */
  boolean unreaped() {
    return pid > 0
        && ProcessIdentity.of(pid).isEmpty()
        && Files.exists(Path.of("/proc", Long.toString(pid)));
  }

  boolean ready() throws IOException {
    return state.equals("ready") && serves();
  }
}
