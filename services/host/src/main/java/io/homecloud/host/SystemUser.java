package io.homecloud.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A user of this machine that a program runs as.
 *
 * @param ourselves whether we are that user, who need not change
 */
public record SystemUser(int uid, int gid, boolean ourselves) {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /**
   * @throws IllegalStateException when the machine has no such user
   */
  public static SystemUser named(Host host, String name) throws IOException {
    if (!name.matches("[a-z_][a-z0-9_-]{0,31}")) {
      throw new IllegalArgumentException("no name of a system user: " + name);
    }
    int uid = number(host, "-u", name);
    int us = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return new SystemUser(uid, number(host, "-g", name), uid == us);
  }

  private static int number(Host host, String what, String name) {
    HostResult result = host.run(new HostCommand(DEADLINE, "id", what, name));
    if (result instanceof HostResult.Exited(int code, String out, _) && code == 0) {
      return Integer.parseInt(out.strip());
    }
    throw new IllegalStateException("no system user " + name + ": " + result);
  }

  /** The command that runs this one as the user, without a way back. */
  public List<String> command(List<String> argv) {
    if (ourselves) {
      return argv;
    }
    List<String> words =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid=" + uid,
                "--regid=" + gid,
                "--clear-groups",
                "--inh-caps=-all",
                "--no-new-privs",
                "--"));
    words.addAll(argv);
    return words;
  }

  /** A directory that the user alone may use; made when absent. */
  public Path own(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    if (!ourselves) {
      Files.setAttribute(directory, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(directory, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }
    return directory;
  }
}
