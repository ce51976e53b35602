package io.homecloud.backup.installation;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The key that copies of the installation are sealed with: 256 random bits, one of the secrets that
 * the recovery kit has. So the passphrase of the kit opens them, and nobody types one each night.
 */
public record InstallationKey(Path file) {
  private static final int BYTES = 32;

  /** That of the installation whose secrets are there; made by its first start. */
  public static InstallationKey in(Path secrets) {
    Path file = secrets.resolve("installation-backup.key");
    try {
      if (!Files.exists(file)) {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        Files.createDirectories(secrets);
        boolean _ = WholeFile.secret(file).write(HexFormat.of().formatHex(random) + "\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new InstallationKey(file);
  }
}
