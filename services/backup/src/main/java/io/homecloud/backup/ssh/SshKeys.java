package io.homecloud.backup.ssh;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

  private final Host host;
  private final Path pair;
  private final Path known;

  /**
   * @param pair the private half; made when it is asked for first
   * @param known a directory for the keys of machines
   */
  SshKeys(Host host, Path pair, Path known) {
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
    String _ =
        must(
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
    Files.move(freshHalf, half, StandardCopyOption.ATOMIC_MOVE);
    // The private half last: without it both are made anew.
    Files.move(fresh, pair, StandardCopyOption.ATOMIC_MOVE);
  }

  boolean pinned(UUID repository) {
    return Files.exists(knownHosts(repository));
  }

  /** Asks the machine for its keys and believes them from now on. */
  void pin(UUID repository, String keys) throws IOException {
    PrivateDirectory.make(known);
    boolean _ = WholeFile.secret(knownHosts(repository)).write(keys);
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
    PrivateDirectory.make(known);
    Path file = Files.createTempFile(known, "keys", ".tmp");
    try {
      Files.writeString(file, keys);
      return must("ssh-keygen", "-l", "-f", file.toString())
          .lines()
          .map(SshKeys::fingerprint)
          .flatMap(Optional::stream)
          .sorted()
          .toList();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  List<String> pinnedFingerprints(UUID repository) throws IOException {
    return pinned(repository) ? fingerprints(Files.readString(knownHosts(repository))) : List.of();
  }

  /** {@code 256 SHA256:… host (ED25519)}. */
  private static Optional<String> fingerprint(String line) {
    String[] words = line.split(" ", -1);
    return words.length < 4
        ? Optional.empty()
        : Optional.of(words[1] + " " + words[words.length - 1]);
  }

  private String must(String... argv) throws IOException {
    return switch (host.run(new HostCommand(DEADLINE, argv))) {
      case HostResult.Exited(int code, String out, _) when code == 0 -> out;
      case HostResult.Exited(_, _, String errors) ->
          throw new IOException(argv[0] + ": " + errors.strip());
      case HostResult.TimedOut _ -> throw new IOException(argv[0] + " does not end");
      case HostResult.NotInstalled(String program) ->
          throw new EngineTrouble(Trouble.ToolMissing, program + " is not installed on this node.");
    };
  }
}
