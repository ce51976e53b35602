package io.homecloud.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
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
    newHostKey();
    this.process = started();
  }

  int port() {
    return port;
  }

  Path authorizedKeys() {
    return directory.resolve("authorized_keys");
  }

  String fingerprint() {
    return Shell.must("ssh-keygen", "-l", "-f", directory.resolve("host_key").toString())
        .split(" ", -1)[1];
  }

  private void newHostKey() throws IOException {
    Path key = directory.resolve("host_key");
    Files.deleteIfExists(key);
    String _ = Shell.must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
    String _ = Shell.must("chown", user, key.toString());
    Files.writeString(
        directory.resolve("sshd_config"),
        """
        ListenAddress 127.0.0.1:%d
        HostKey %s
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
            .formatted(port, key, authorizedKeys(), directory));
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
  void changeHostKey() {
    try {
      close();
      Files.delete(directory.resolve("host_key.pub"));
      newHostKey();
      process = started();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    // Whoever connects between the two would go on talking to what is no more.
    String _ = Shell.must("kill", "-STOP", Long.toString(process.pid()));
    int _ = cut();
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(Duration.ofSeconds(10))).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
