package io.homecloud.backup.duplicity;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.repository.Encryption;
import io.homecloud.backup.secret.Secret;
import io.homecloud.backup.secret.SecretKey;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.StreamHost;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of secrets that programs read from files, for as long as one command runs. */
final class Keys {
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private final StreamHost host;
  private final Path directory;
  private final Path home;
  private final Path gnupg;
  private final List<String> options = new ArrayList<>();

  /**
   * @param directory of the command, for root alone
   */
  Keys(StreamHost host, Path directory) {
    this.host = host;
    this.directory = directory;
    this.home = directory.resolve("home");
    this.gnupg = directory.resolve("gnupg");
  }

  /** Writes them; the environment that says where they are. */
  Map<String, String> place(Access access) throws IOException {
    Files.createDirectory(home);
    Files.createDirectory(gnupg);
    Files.setPosixFilePermissions(
        gnupg, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    secret(gnupg.resolve("gpg.conf"), "batch\nno-tty\ntrust-model always\n");
    Map<String, String> environment = new TreeMap<>();
    environment.put("HOME", home.toString());
    environment.put("GNUPGHOME", gnupg.toString());
    Secret target = access.target();
    Path ssh = Files.createDirectory(home.resolve(".ssh"));
    secret(ssh.resolve("known_hosts"), line(target.value(SecretKey.knownHosts).orElse("")));
    if (target.value(SecretKey.sshKey).isPresent()) {
      Path key = ssh.resolve("key");
      secret(key, line(target.value(SecretKey.sshKey).get()));
      secret(ssh.resolve("config"), "Host *\n  IdentityFile \"" + key + "\"\n");
    }
    if (target.value(SecretKey.rcloneConfig).isPresent()) {
      Path file = home.resolve("rclone.conf");
      secret(file, target.value(SecretKey.rcloneConfig).get());
      environment.put("RCLONE_CONFIG", file.toString());
    }
    if (target.value(SecretKey.certificates).isPresent()) {
      Path file = home.resolve("certificates.pem");
      secret(file, line(target.value(SecretKey.certificates).get()));
      environment.put("AWS_CA_BUNDLE", file.toString());
      if (access.url().module().equals("webdavbackend")) {
        options.addAll(List.of("--ssl-cacert-file", file.toString()));
      }
    }
    if (access.mode() == Encryption.Mode.keys) {
      take(access.key().value(SecretKey.publicKey));
      take(access.key().value(SecretKey.privateKey));
    }
    return environment;
  }

  private static String line(String text) {
    return text.endsWith("\n") || text.isEmpty() ? text : text + "\n";
  }

  private static void secret(Path file, String text) throws IOException {
    WholeFile.secret(file)
        .with(WholeFile.Durability.NONE)
        .replace(text.getBytes(StandardCharsets.UTF_8));
  }

  private void take(Optional<String> key) throws IOException {
    if (key.isPresent()) {
      String _ = gpg(key.get(), "--import");
    }
  }

  private String gpg(String input, String... arguments) throws IOException {
    List<String> program = new ArrayList<>(List.of("/usr/bin/gpg", "--batch", "--with-colons"));
    program.addAll(List.of(arguments));
    HostResult result =
        host.run(
            new HostCommand(
                Cell.command(List.of(Job.Mount.of(directory)), program),
                DEADLINE,
                Map.of("GNUPGHOME", gnupg.toString(), "HOME", home.toString())),
            input.getBytes(StandardCharsets.UTF_8));
    if (result instanceof HostResult.Exited(int code, String output, _) && code == 0) {
      return output;
    }
    throw new EngineTrouble(
        Trouble.KeyWrong, "The secret's OpenPGP key cannot be read; it is an export in ASCII.");
  }

  /** The key that copies are encrypted to; empty when they are not. */
  Optional<String> encryptTo(Access access) throws IOException {
    if (access.mode() != Encryption.Mode.keys) {
      return Optional.empty();
    }
    String listed = gpg("", "--list-keys");
    return Optional.of(
        listed
            .lines()
            .filter(line -> line.startsWith("fpr:"))
            .map(line -> line.split(":", -1)[9])
            .findFirst()
            .orElseThrow(() ->
                new EngineTrouble(Trouble.KeyWrong, "The secret has no publicKey to encrypt to.")));
  }

  List<String> options() {
    return options;
  }
}
