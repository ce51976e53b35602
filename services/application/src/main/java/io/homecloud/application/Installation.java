package io.homecloud.application;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;

/** The directory in which one installation keeps everything, and who may look into which part. */
public record Installation(Path data) {
  private static final String USUAL = "/var/lib/homecloud";

  /** Where the environment has it. */
  public static Path directory(Map<String, String> environment) {
    return Path.of(environment.getOrDefault("HOMECLOUD_DATA", USUAL));
  }

  /**
   * Prepares what is missing. Other processes may do so at the same time.
   *
   * @throws IOException when it cannot
   */
  public static Installation at(Path data, Map<String, String> environment) throws IOException {
    Installation installation = new Installation(data.toAbsolutePath().normalize());
    installation.directories();
    for (Preparation more : ServiceLoader.load(Preparation.class)) {
      more.prepare(installation.data(), environment);
    }
    installation.keys();
    return installation;
  }

  /** PostgreSQL and Kafka; on the disks of the pool when the installation has any. */
  public Path system() {
    return data.resolve("system");
  }

  public Path signInKey() {
    return data.resolve("secrets/sign-in.json");
  }

  public Path signInPublicKey() {
    return data.resolve("secrets/sign-in-public.json");
  }

  private void directories() throws IOException {
    // PostgreSQL runs under its own account and passes through, without listing.
    directory(data, "rwx--x--x");
    directory(system(), "rwx--x--x");
    directory(data.resolve("run"), "rwx--x--x");
    directory(data.resolve("log"), "rwxr-x---");
    directory(data.resolve("secrets"), "rwx------");
  }

  /** A key is made once, by the first start, and a half-written one is never seen. */
  private void keys() throws IOException {
    String key = WholeFile.secret(signInKey()).first(() -> SignInKey.generate().privateSet());
    WholeFile.secret(signInPublicKey()).first(() -> SignInKey.parse(key).publicSet());
  }

  private static void directory(Path directory, String mode) throws IOException {
    Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, permissions);
  }
}
