package io.homecloud.embedded.postgres;

import java.nio.file.Path;

/**
 * @param directory where the database is kept; made if absent, used by one process at a time. The
 *     system user must be able to pass through the directories above it
 * @param cache where the server's programs are unpacked, once per version; the same holds for it
 * @param passwordFile where the password of the user {@code homecloud} is kept, mode 0600
 * @param port of 127.0.0.1
 * @param systemUser who the server runs as; not root
 */
public record PostgresSettings(
    Path directory, Path cache, Path passwordFile, int port, String systemUser) {
  public PostgresSettings {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("no port: " + port);
    }
    directory = directory.toAbsolutePath().normalize();
    cache = cache.toAbsolutePath().normalize();
    passwordFile = passwordFile.toAbsolutePath().normalize();
  }
}
