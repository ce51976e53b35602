package io.homecloud.backup.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.StreamHost;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The key pair of this installation, and the keys by which other machines are known: they are
 * pinned when a repository is made, and believed from then on.
 */
final class SshKeys {
  private static final Logger LOG = Logger.getLogger(SshKeys.class);
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** Sockets have short names: below the data it could be too long. */
  private static final Path CONNECTIONS = Path.of("/run/homecloud/ssh");

  private final StreamHost host;
  private final Path pair;
  private final Path known;

  /**
   * @param pair the private half; made when it is asked for first
   * @param known a directory for the keys of machines
   */
  SshKeys(StreamHost host, Path pair, Path known) {
    this.host = host;
    this.pair = pair;
    this.known = known;
  }

  Path pair() {
    return pair;
  }

  /** Where the keys of a repository's machine are. */
  Path knownHosts(UUID repository) {
    return known.resolve(repository + ".hosts");
  }

  /**
   * The socket of a connection that others share; of this repository alone, whose machine is known
   * by keys of its own. Where there cannot be one, ssh says so and connects each time.
   */
  String connection(UUID repository) {
    try {
      Files.createDirectories(CONNECTIONS.getParent());
      PrivateDirectory.make(CONNECTIONS);
    } catch (IOException e) {
      LOG.debug("connections over SSH are not shared", e);
    }
    return CONNECTIONS.resolve(repository.toString().substring(0, 8) + "-%C").toString();
  }

  /** The public half, as it belongs into {@code authorized_keys}. */
  synchronized String publicKey() throws IOException {
    Path half = pair.resolveSibling(pair.getFileName() + ".pub");
    if (!Files.exists(pair) || !Files.exists(half)) {
      make(half);
    }
    return Files.readString(half).strip();
  }

  private void make(Path half) throws IOException {
    PrivateDirectory.make(Objects.requireNonNull(pair.toAbsolutePath().getParent()));
    Path fresh = pair.resolveSibling(pair.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Path freshHalf = fresh.resolveSibling(fresh.getFileName() + ".pub");
    Files.deleteIfExists(freshHalf);
    HostCommand command =
        new HostCommand(
            DEADLINE,
            "ssh-keygen",
            "-q",
            "-t",
            "ed25519",
            "-N",
            "",
            "-C",
            "homecloud",
            "-f",
            fresh.toString());
    String _ = must(host.run(command));
    Files.move(freshHalf, half, StandardCopyOption.ATOMIC_MOVE);
    // The private half last: without it both are made anew.
    Files.move(fresh, pair, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The keys that are believed, as lines of known_hosts; empty when there are none yet. */
  String known(UUID repository) throws IOException {
    return WholeFile.secret(knownHosts(repository)).content();
  }

  /** Believes these keys of the machine from now on, and no others. */
  void pin(UUID repository, String keys) throws IOException {
    PrivateDirectory.make(known);
    boolean _ = WholeFile.secret(knownHosts(repository)).write(keys);
  }

  /** Takes over what was pinned where no copy of the installation has it. */
  void takeOver(Path before) {
    if (!Files.isDirectory(before)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(before, "*.hosts")) {
      PrivateDirectory.make(known);
      for (Path file : files) {
        Path here = known.resolve(file.getFileName());
        if (!Files.exists(here)) {
          boolean _ = WholeFile.secret(here).write(Files.readString(file));
        }
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void forget(UUID repository) {
    try {
      Files.deleteIfExists(knownHosts(repository));
    } catch (IOException e) {
      // It is pinned anew when the repository is made again.
    }
  }

  /** The keys that the machine shows now, as lines of known_hosts. */
  String shown(SshUrl url) throws IOException {
    HostResult result =
        host.run(
            new HostCommand(
                DEADLINE,
                "ssh-keyscan",
                "-T",
                "10",
                "-p",
                Integer.toString(url.port()),
                "-t",
                "ed25519,ecdsa,rsa",
                url.host()));
    if (result instanceof HostResult.NotInstalled(String program)) {
      throw new EngineTrouble(Trouble.ToolMissing, program + " is not installed on this node.");
    }
    String keys =
        result instanceof HostResult.Exited(_, String out, _)
            ? out.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .sorted()
                .collect(Collectors.joining("\n"))
            : "";
    if (keys.isEmpty()) {
      throw new EngineTrouble(
          Trouble.RepositoryAway,
          "No SSH server answers at " + url.host() + ":" + url.port() + ".");
    }
    return keys + "\n";
  }

  /** For people to compare. */
  List<String> fingerprints(String keys) throws IOException {
    HostCommand command = new HostCommand(DEADLINE, "ssh-keygen", "-l", "-f", "-");
    return must(host.run(command, keys.getBytes(UTF_8)))
        .lines()
        .map(SshKeys::fingerprint)
        .flatMap(Optional::stream)
        .sorted()
        .toList();
  }

  /**
   * Those of them that have one of these fingerprints, which the kind of a key may follow. Of the
   * others nobody has said that they are of the machine: whoever answers may show its key, which is
   * no secret, and one of his own.
   */
  String only(String keys, List<String> wanted) throws IOException {
    Set<String> right = wanted.stream().map(SshKeys::withoutKind).collect(Collectors.toSet());
    StringBuilder found = new StringBuilder();
    for (String line : keys.lines().toList()) {
      if (fingerprints(line + "\n").stream().map(SshKeys::withoutKind).anyMatch(right::contains)) {
        found.append(line).append('\n');
      }
    }
    return found.toString();
  }

  private static String withoutKind(String fingerprint) {
    return fingerprint.split(" ", 2)[0];
  }

  List<String> pinnedFingerprints(UUID repository) throws IOException {
    String keys = known(repository);
    return keys.isEmpty() ? List.of() : fingerprints(keys);
  }

  /** {@code 256 SHA256:… host (ED25519)}. */
  private static Optional<String> fingerprint(String line) {
    String[] words = line.split(" ", -1);
    return words.length < 4
        ? Optional.empty()
        : Optional.of(words[1] + " " + words[words.length - 1]);
  }

  /** Of ssh-keygen. */
  private static String must(HostResult result) throws IOException {
    return switch (result) {
      case HostResult.Exited(int code, String out, _) when code == 0 -> out;
      case HostResult.Exited(_, _, String errors) ->
          throw new IOException("ssh-keygen: " + errors.strip());
      case HostResult.TimedOut _ -> throw new IOException("ssh-keygen does not end");
      case HostResult.NotInstalled(String program) ->
          throw new EngineTrouble(Trouble.ToolMissing, program + " is not installed on this node.");
    };
  }
}
