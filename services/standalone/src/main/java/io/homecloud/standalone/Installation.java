package io.homecloud.standalone;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The directory in which one installation keeps everything, and who may look into which part. */
record Installation(Path data) {
  static Installation at(Path data) throws IOException {
    Installation installation = new Installation(data.toAbsolutePath().normalize());
    installation.prepare();
    return installation;
  }

  /** PostgreSQL and Kafka; on the disks of the pool when the installation has any. */
  Path system() {
    return data.resolve("system");
  }

  Path signInKey() {
    return data.resolve("secrets/sign-in.json");
  }

  Path signInPublicKey() {
    return data.resolve("secrets/sign-in-public.json");
  }

  /** A key is made once, by the first start, and a half-written one is never seen. */
  private void prepare() throws IOException {
    // PostgreSQL runs under its own account and passes through, without listing.
    directory(data, "rwx--x--x");
    directory(system(), "rwx--x--x");
    directory(data.resolve("run"), "rwx--x--x");
    directory(data.resolve("log"), "rwxr-x---");
    directory(data.resolve("secrets"), "rwx------");
    if (!Files.exists(signInKey())) {
      WholeFile.secret(signInKey()).write(SignInKey.generate().privateSet());
    }
    if (!Files.exists(signInPublicKey())) {
      WholeFile.secret(signInPublicKey())
          .write(SignInKey.parse(Files.readString(signInKey())).publicSet());
    }
  }

  private static void directory(Path directory, String mode) throws IOException {
    Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, permissions);
  }
}
