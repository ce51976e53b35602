package io.homecloud.backup;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A real OpenSSH server on the loopback, as a friend's machine. */
final class SshServer implements AutoCloseable {
  private final Path directory;
  private final String user;
  private final int port;
  private Process process;

  /**
   * @param user who lets in others as this user only, unless it is root
   */
  SshServer(Path directory, String user) throws IOException {
    this.user = user;
    this.directory = Files.createDirectories(directory);
    // Others than root find their keys too.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(Path.of("/run/sshd"));
    this.port = FreePort.find();
    Files.writeString(authorizedKeys(), "");
    newHostKey("ed25519");
    configure("ed25519");
    this.process = started();
  }

  int port() {
    return port;
  }

  Path authorizedKeys() {
    return directory.resolve("authorized_keys");
  }

  String fingerprint() {
    return Shell.must("ssh-keygen", "-l", "-f", hostKey("ed25519").toString()).split(" ", -1)[1];
  }

  private Path hostKey(String type) {
    return directory.resolve("host_key_" + type);
  }

  private void newHostKey(String type) throws IOException {
    Path key = hostKey(type);
    Files.deleteIfExists(key);
    Files.deleteIfExists(key.resolveSibling(key.getFileName() + ".pub"));
    String _ = Shell.must("ssh-keygen", "-q", "-t", type, "-N", "", "-f", key.toString());
    String _ = Shell.must("chown", user, key.toString());
  }

  private void configure(String... types) throws IOException {
    String keys =
        Arrays.stream(types).map(type -> "HostKey " + hostKey(type)).collect(joining("\n"));
    Files.writeString(
        directory.resolve("sshd_config"),
        """
        ListenAddress 127.0.0.1:%d
        %s
        AuthorizedKeysFile %s
        PidFile none
        StrictModes no
        UsePAM no
        PermitRootLogin prohibit-password
        PasswordAuthentication no
        MaxStartups 100
        SetEnv HOME=%s
        """
            // Not root's own: what its shell reads there is no part of the test.
            .formatted(port, keys, authorizedKeys(), directory));
  }

  private Process started() throws IOException {
    List<String> argv =
        new ArrayList<>(
            user.equals("root")
                ? List.of()
                : List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--init-groups"));
    argv.addAll(
        List.of("/usr/sbin/sshd", "-D", "-e", "-f", directory.resolve("sshd_config").toString()));
    Process server =
        new ProcessBuilder(argv)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
            .start();
    Eventually.eventually(() -> {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (!socket.isConnected()) {
          throw new AssertionError("not connected");
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
    return server;
  }

  /** As when the line is cut: everybody who is connected is not any more. */
  int cut() {
    List<ProcessHandle> connected = process.descendants().toList();
    connected.forEach(ProcessHandle::destroyForcibly);
    return connected.size();
  }

  /** It was set up anew. */
  void changeHostKey() throws IOException {
    close();
    newHostKey("ed25519");
    configure("ed25519");
    process = started();
  }

  /** From now on it has host keys of these types, and no others. */
  void showHostKeys(String... types) throws IOException {
    close();
    for (String type : types) {
      if (!Files.exists(hostKey(type))) {
        newHostKey(type);
      }
    }
    configure(types);
    process = started();
  }

  @Override
  public void close() {
    // Whoever connects between the two would go on talking to what is no more.
    String _ = Shell.must("kill", "-STOP", Long.toString(process.pid()));
    int _ = cut();
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(Duration.ofMinutes(2))).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
