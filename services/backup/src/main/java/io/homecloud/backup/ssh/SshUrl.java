package io.homecloud.backup.ssh;

import io.homecloud.backup.BackupProblem;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A directory on another machine: {@code ssh://user@host:port/directory}.
 *
 * @param host a name or an address; of version 6 without brackets
 */
public record SshUrl(String user, String host, int port, String directory) {
  private static final String SCHEME = "ssh:";
  private static final int LONGEST = 1000;
  private static final int PORT = 22;
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.:-]{0,252}");

  public static boolean is(@Nullable String url) {
    return url != null && url.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException URL_REFUSED
   */
  public static SshUrl parse(String url) {
    try {
      URI uri = new URI(url.length() > LONGEST ? "" : url);
      String user = uri.getUserInfo();
      String host = uri.getHost();
      String path = uri.getPath();
      if (user != null
          && host != null
          && path != null
          && USER.matcher(user).matches()
          && HOST.matcher(bare(host)).matches()
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && path.chars().noneMatch(Character::isISOControl)) {
        Path directory = Path.of(path);
        if (directory.isAbsolute()
            && directory.normalize().equals(directory)
            && directory.getNameCount() > 0) {
          return new SshUrl(
              user, bare(host), uri.getPort() < 0 ? PORT : uri.getPort(), directory.toString());
        }
      }
    } catch (URISyntaxException | InvalidPathException e) {
      // the same sentence as for all others
    }
    throw BackupProblem.URL_REFUSED.because(
        "A directory on another machine is ssh://user@host/directory, with :port after the host when it is not 22.");
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The same for all spellings of one place. */
  public String place() {
    return "ssh://%s@%s:%d%s".formatted(user, host.toLowerCase(Locale.ROOT), port, directory);
  }

  /** As rsync takes it before a colon. */
  String rsyncHost() {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  /** As known_hosts has it. */
  String knownHost() {
    return port == PORT ? host : "[" + host + "]:" + port;
  }

  /** For people. */
  String title() {
    return user + "@" + host + (port == PORT ? "" : ":" + port);
  }
}
