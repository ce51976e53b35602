package io.homecloud.backup.repository;

import io.homecloud.backup.BackupProblem;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The directory that a URL means. */
public final class RepositoryUrl {
  private static final int LONGEST = 1000;

  /** Where nobody keeps copies, and where writing does harm. */
  private static final List<Path> NEVER =
      List.of("/proc", "/sys", "/dev", "/boot", "/etc", "/usr", "/bin", "/sbin", "/lib").stream()
          .map(Path::of)
          .toList();

  private RepositoryUrl() {}

  /**
   * The directory of a {@code file:} URL.
   *
   * @throws io.homecloud.control.problem.ProblemException URL_REFUSED
   */
  public static Path path(@Nullable String url) {
    if (url == null || url.length() > LONGEST) {
      throw refused("spec.url is a URL such as file:///mnt/usb/homecloud.");
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw refused("spec.url is not a URL; percent-encode what is not plain in it.");
    }
    if (!"file".equals(uri.getScheme())) {
      throw refused(
          "A repository is at file:///mnt/usb/homecloud, or on drives, drive:UUID,UUID/homecloud.");
    }
    String text = uri.getPath();
    if (text == null
        || !text.startsWith("/")
        || uri.getRawAuthority() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || text.indexOf('\0') >= 0) {
      throw refused("A file: URL has three slashes and then a path: file:///mnt/usb/homecloud.");
    }
    return checked(text);
  }

  private static Path checked(String text) {
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      throw refused("This node cannot write that path.");
    }
    if (!path.normalize().equals(path) || path.getNameCount() < 2) {
      throw refused("The path is at least two names, without '.' and '..', for example /mnt/usb.");
    }
    if (NEVER.stream().anyMatch(path::startsWith)) {
      throw refused("The directory belongs to the system.");
    }
    return path;
  }

  private static RuntimeException refused(String sentence) {
    return BackupProblem.URL_REFUSED.because(sentence);
  }
}
