package io.homecloud.sharing.tls;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.HostResult.NotInstalled;
import io.homecloud.host.HostResult.TimedOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The openssl program, 3.0 or newer: makes keys and certificates (ADR 17). */
final class Openssl {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  /** Instead of the system's, so that what it adds is not in our certificates. */
  private static final String CONFIG =
      """
      [req]
      distinguished_name = name
      prompt = no
      string_mask = utf8only
      [name]
      CN = %s
      [authority]
      basicConstraints = critical,CA:TRUE,pathlen:0
      keyUsage = critical,keyCertSign,cRLSign
      subjectKeyIdentifier = hash
      [server]
      basicConstraints = critical,CA:FALSE
      keyUsage = critical,digitalSignature
      extendedKeyUsage = serverAuth
      subjectKeyIdentifier = hash
      authorityKeyIdentifier = keyid
      subjectAltName = %s
      """;

  private final Host host;

  Openssl(Host host) {
    this.host = host;
  }

  /** It did not do it; the message is its own. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message);
    }
  }

  /** A new key and a certificate that it signs itself, as one PEM text. */
  String authority(Path scratch, String name, int days) throws IOException, Failure {
    return make(scratch, CONFIG.formatted(name, "DNS:unused"), "authority", days, List.of());
  }

  /**
   * A new key and a certificate for it, as one PEM text.
   *
   * @param authority file with the key and certificate that sign
   */
  String server(Path scratch, HouseNames names, int days, Path authority)
      throws IOException, Failure {
    String config = CONFIG.formatted("homecloud", names.subjectAltName());
    List<String> signer = List.of("-CA", authority.toString(), "-CAkey", authority.toString());
    return make(scratch, config, "server", days, signer);
  }

  private String make(Path scratch, String config, String kind, int days, List<String> signer)
      throws IOException, Failure {
    remove(scratch);
    Files.createDirectory(
        scratch,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      Path file = Files.writeString(scratch.resolve("openssl.cnf"), config);
      Path key = scratch.resolve("key.pem");
      Path certificate = scratch.resolve("certificate.pem");
      List<String> words =
          new ArrayList<>(
              List.of("req", "-x509", "-config", file.toString(), "-extensions", kind, "-sha256"));
      words.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"));
      words.addAll(List.of("-keyout", key.toString(), "-out", certificate.toString()));
      words.addAll(List.of("-days", Integer.toString(days)));
      words.addAll(signer);
      run(words);
      return Files.readString(key) + Files.readString(certificate);
    } finally {
      remove(scratch);
    }
  }

  /** The public keys of a file's certificate and of a file's private key are the same. */
  boolean belongTogether(Path certificate, Path key) throws Failure {
    String one = run(List.of("x509", "-in", certificate.toString(), "-noout", "-pubkey"));
    String other = run(List.of("pkey", "-in", key.toString(), "-passin", "pass:", "-pubout"));
    return one.strip().equals(other.strip());
  }

  private String run(List<String> words) throws Failure {
    List<String> argv = new ArrayList<>(List.of("openssl"));
    argv.addAll(words);
    HostResult result = host.run(new HostCommand(argv, DEADLINE, java.util.Map.of()));
    return switch (result) {
      case Exited(int code, String out, _) when code == 0 -> out;
      case Exited(_, _, String words2) -> throw new Failure(words2.strip());
      case TimedOut _ -> throw new Failure("openssl does not answer");
      case NotInstalled _ -> throw new Failure("openssl is not installed");
    };
  }

  private static void remove(Path scratch) throws IOException {
    if (!Files.isDirectory(scratch)) {
      Files.deleteIfExists(scratch);
      return;
    }
    try (Stream<Path> files = Files.list(scratch)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(scratch);
  }
}
