package io.homecloud.control;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The keys of which all machines of an installation have to have the same: 256 random bits each, a
 * file among its secrets, and one of those that the recovery kit brings to another machine.
 */
public enum InstallationKey {
  /** Of what services keep on pools. */
  DOCUMENTS("documents.key"),
  /** Of what guest links are opened with. */
  GUEST_LINKS("guest-links.key"),
  /** Of copies of the installation; as text, since openssl reads a passphrase from it. */
  BACKUP("installation-backup.key");

  private static final int BYTES = 32;

  private final String file;

  InstallationKey(String file) {
    this.file = file;
  }

  /** How it is called among the secrets. */
  public String file() {
    return file;
  }

  public Path in(Path secrets) {
    return secrets.resolve(file);
  }

  /** One that nobody has. */
  public byte[] fresh() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return this == BACKUP ? text(random) : random;
  }

  private static byte[] text(byte[] random) {
    return (HexFormat.of().formatHex(random) + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether it can be one at all. */
  public boolean fits(byte[] content) {
    return content.length == (this == BACKUP ? 2 * BYTES + 1 : BYTES);
  }

  /**
   * Reads it; the first time it is made.
   *
   * @throws IOException also when what is there cannot be one
   */
  public byte[] read(Path secrets) throws IOException {
    byte[] key = Files.exists(in(secrets)) ? Files.readAllBytes(in(secrets)) : make(secrets);
    if (!fits(key)) {
      throw new IOException(
          in(secrets) + " is damaged (" + key.length + " bytes); put it back or remove it");
    }
    return key;
  }

  /** Has all of them there, so that a recovery kit that is made after the first start has them. */
  public static void makeAll(Path secrets) throws IOException {
    for (InstallationKey key : values()) {
      byte[] _ = key.make(secrets);
    }
  }

  private byte[] make(Path secrets) throws IOException {
    Files.createDirectories(
        secrets,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return WholeFile.secret(in(secrets)).firstBytes(this::fresh);
  }
}
