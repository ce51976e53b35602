package io.homecloud.sharing.httpd;

import io.homecloud.control.Name;
import io.homecloud.sharing.httpd.HttpdLogParser.Line;
import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Who did what in shares for which that was asked for: a line each in {@code webdav-<share>.log},
 * of which one earlier is kept. Nothing of other shares is ever written, and what was written is
 * deleted when it is switched off.
 */
final class ShareAccessLogs {
  private static final Logger LOG = Logger.getLogger(ShareAccessLogs.class);
  static final long LARGEST = 1 << 20;
  static final Duration OLDEST = Duration.ofDays(30);
  private static final String PREFIX = "webdav-";
  private static final String SUFFIX = ".log";
  private static final String EARLIER = ".1";

  private final Path directory;
  private final Clock clock;
  private volatile Set<Name> wanted = Set.of();

  ShareAccessLogs(Path directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** From now on those, and files of others and too old ones go. */
  synchronized void keep(List<ServedShare> shares) throws IOException {
    wanted =
        shares.stream()
            .filter(ServedShare::accessLog)
            .map(ServedShare::name)
            .collect(Collectors.toUnmodifiableSet());
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(ShareAccessLogs::ours).toList()) {
        if (!wanted(file) || old(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  synchronized void hear(Line line) {
    if (!(line instanceof Line.End(var request, int status, _))) {
      return;
    }
    Name share = request.share();
    if (share == null || !wanted.contains(share)) {
      return;
    }
    String account = request.account() == null ? "-" : request.account().value();
    String text =
        "%s %s %s %s %d %s%n"
            .formatted(
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                request.address(),
                account,
                request.method(),
                status,
                request.path().replaceAll("\\p{Cntrl}", "?"));
    try {
      append(directory.resolve(PREFIX + share + SUFFIX), text);
    } catch (IOException e) {
      LOG.debugf(e, "The access log of %s cannot be written", share);
    }
  }

  private void append(Path file, String text) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    if (Files.exists(file) && Files.size(file) + text.length() > LARGEST) {
      Path earlier = file.resolveSibling(file.getFileName() + EARLIER);
      Files.move(file, earlier, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static boolean ours(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(PREFIX) && (name.endsWith(SUFFIX) || name.endsWith(SUFFIX + EARLIER));
  }

  private boolean wanted(Path file) {
    String name = file.getFileName().toString();
    String share = name.substring(PREFIX.length(), name.indexOf(SUFFIX));
    return Name.valid(share) && wanted.contains(new Name(share));
  }

  private boolean old(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minus(OLDEST));
  }
}
