package io.homecloud.backup.duplicity;

import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.repository.RepositoryUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a target is, as duplicity is told it.
 *
 * @param module of duplicity that has access to it
 * @param url for duplicity; without any password
 * @param options that belong to it
 * @param directory on this node, if it is there
 */
record DuplicityUrl(String module, String url, List<String> options, Optional<Path> directory) {
  private static final int LONGEST = 1000;

  /** duplicity decodes the path and puts it between single quotes of a command. */
  private static final Pattern RCLONE =
      Pattern.compile(
          "rclone://([A-Za-z0-9_][A-Za-z0-9_.+@-]{0,99}):(/?)"
              + "((?:[^'\"\\\\%\\p{Cntrl}]|%(?!2[27]|5[Cc]|[01]|7[Ff])\\p{XDigit}{2})*)");

  private static final Map<String, Integer> PORTS =
      Map.of("sftp", 22, "webdav", 80, "webdavs", 443, "s3", 443, "s3+http", 80);
  private static final Pattern PLAIN = Pattern.compile("[^'\"\\\\\\p{Cntrl}]*");
  private static final Pattern BUCKET = Pattern.compile("/[a-z0-9][a-z0-9.-]{1,62}(/.*)?");

  /**
   * Reads what people wrote.
   *
   * @throws io.homecloud.control.problem.ProblemException URL_REFUSED
   */
  static DuplicityUrl of(@Nullable String text) {
    if (text == null || text.length() > LONGEST) {
      throw refused("spec.url is a URL such as sftp://user@host/backups/homecloud.");
    }
    if (text.startsWith("rclone://")) {
      return rclone(text);
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw refused("spec.url is not a URL; percent-encode what is not plain in it.");
    }
    return switch (String.valueOf(uri.getScheme())) {
      case "file" -> file(text);
      case "sftp" -> remote(uri, "ssh_paramiko_backend", "sftp");
      case "webdav" -> remote(uri, "webdavbackend", "webdav");
      case "webdavs" -> remote(uri, "webdavbackend", "webdavs");
      case "s3" -> s3(uri, "https");
      case "s3+http" -> s3(uri, "http");
      default ->
          throw refused(
              "duplicity's URLs begin with file:///, drive:, sftp://, s3://, s3+http://, webdav://, webdavs:// or rclone://.");
    };
  }

  /**
   * The same for all spellings of one place.
   *
   * @param text that {@link #of} takes
   */
  static String place(String text) {
    Matcher rclone = RCLONE.matcher(text);
    if (rclone.matches()) {
      String path = Path.of("/" + rclone.group(3)).normalize().toString().substring(1);
      return "rclone://" + rclone.group(1) + ":" + rclone.group(2) + path;
    }
    URI uri = URI.create(text);
    if (uri.getHost() == null) {
      return text;
    }
    int port = uri.getPort() < 0 ? PORTS.getOrDefault(uri.getScheme(), -1) : uri.getPort();
    return "%s://%s@%s:%d%s"
        .formatted(
            uri.getScheme(),
            uri.getUserInfo(),
            uri.getHost().toLowerCase(Locale.ROOT),
            port,
            stripped(uri.getPath()));
  }

  private static DuplicityUrl file(String text) {
    return of(RepositoryUrl.path(text));
  }

  /** A directory of this node. */
  static DuplicityUrl of(Path path) {
    return new DuplicityUrl("localbackend", "file://" + path, List.of(), Optional.of(path));
  }

  private static DuplicityUrl remote(URI uri, String module, String scheme) {
    requirePlain(uri);
    if (uri.getRawUserInfo() == null || uri.getRawPath().length() < 2) {
      throw refused(
          "spec.url says the user and the directory: %s://user@host/path.".formatted(scheme));
    }
    // To duplicity one slash is the user's home: here a path is a path.
    String slash = scheme.equals("sftp") ? "/" : "";
    return new DuplicityUrl(
        module,
        scheme + "://" + uri.getRawUserInfo() + "@" + place(uri) + slash + uri.getRawPath(),
        List.of(),
        Optional.empty());
  }

  private static DuplicityUrl s3(URI uri, String scheme) {
    requirePlain(uri);
    if (uri.getRawUserInfo() != null || !BUCKET.matcher(uri.getRawPath()).matches()) {
      throw refused(
          "spec.url says server and bucket: s3://s3.eu-central-1.amazonaws.com/bucket/path; the keys are in the secret that spec.secretRef names.");
    }
    return new DuplicityUrl(
        "s3_boto3_backend",
        "boto3+s3:/" + uri.getRawPath(),
        List.of("--s3-endpoint-url", scheme + "://" + place(uri)),
        Optional.empty());
  }

  private static void requirePlain(URI uri) {
    String user = uri.getUserInfo();
    if (user != null && user.indexOf(':') >= 0) {
      throw refused(
          "spec.url has no password; set it with PUT /api/backup/v1/secrets/{name} and name that in spec.secretRef.");
    }
    if (uri.getHost() == null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || uri.getPath() == null
        || !PLAIN.matcher(uri.getPath()).matches()
        || (user != null && !PLAIN.matcher(user).matches())
        || !Path.of(uri.getPath()).normalize().toString().equals(stripped(uri.getPath()))) {
      throw refused("spec.url is a scheme, a host and a plain path, and nothing else.");
    }
  }

  private static String stripped(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static String place(URI uri) {
    return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }

  private static DuplicityUrl rclone(String text) {
    var form = RCLONE.matcher(text);
    if (!form.matches() || Path.of("/" + form.group(3)).normalize().getNameCount() < 1) {
      throw refused(
          "rclone's URLs are rclone://remote:path; the remote is in the rcloneConfig of the secret that spec.secretRef names.");
    }
    return new DuplicityUrl("rclonebackend", text, List.of(), Optional.empty());
  }

  private static RuntimeException refused(String sentence) {
    return BackupProblem.URL_REFUSED.because(sentence);
  }
}
