package io.homecloud.backup;

import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real server that copies go to, on the loopback, with a directory of its own behind it. */
final class TargetServer implements AutoCloseable {
  private final Path directory;
  private final int port;
  private final List<String> argv;
  private Process process;

  private TargetServer(Path directory, int port, List<String> argv) throws IOException {
    this.directory = directory;
    this.port = port;
    this.argv = argv;
    this.process = started();
  }

  int port() {
    return port;
  }

  /** OpenSSH, for root with a key. */
  static TargetServer sftp(Path directory) throws IOException {
    Files.createDirectories(Path.of("/run/sshd"));
    Files.createDirectories(directory.resolve("data"));
    for (String key : List.of("host", "user")) {
      String _ =
          Shell.must(
              "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory.resolve(key) + "");
    }
    int port = FreePort.find();
    Files.writeString(
        directory.resolve("sshd_config"),
        """
        ListenAddress 127.0.0.1:%d
        HostKey %s/host
        AuthorizedKeysFile %s/user.pub
        PidFile none
        StrictModes no
        UsePAM no
        PermitRootLogin prohibit-password
        PasswordAuthentication no
        Subsystem sftp internal-sftp
        """
            .formatted(port, directory, directory));
    return new TargetServer(
        directory,
        port,
        List.of("/usr/sbin/sshd", "-D", "-e", "-f", directory.resolve("sshd_config").toString()));
  }

  /** S3Proxy, with a bucket. */
  static TargetServer s3(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("data/bucket"));
    int port = FreePort.find();
    Files.writeString(
        directory.resolve("s3proxy.properties"),
        """
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=AKIDEXAMPLE
        s3proxy.credential=SECRETEXAMPLE
        s3proxy.endpoint=http://127.0.0.1:%d
        jclouds.provider=filesystem-nio2
        jclouds.filesystem.basedir=%s/data
        """
            .formatted(port, directory));
    return new TargetServer(
        directory,
        port,
        List.of(
            Path.of(System.getProperty("java.home", ""), "bin/java").toString(),
            "-Xmx128m",
            "-jar",
            Path.of("target/s3/s3proxy.jar").toAbsolutePath().toString(),
            "--properties",
            directory.resolve("s3proxy.properties").toString()));
  }

  /** rclone's WebDAV server. */
  static TargetServer webdav(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("data"));
    int port = FreePort.find();
    return new TargetServer(
        directory,
        port,
        List.of(
            "/usr/bin/rclone",
            "serve",
            "webdav",
            directory.resolve("data").toString(),
            "--config=/dev/null",
            "--dir-cache-time=0",
            "--addr",
            "127.0.0.1:" + port,
            "--user",
            "anna",
            "--pass",
            "only anna knows"));
  }

  /** Ends it at once, and starts it again. */
  void restart() throws IOException {
    close();
    process = started();
  }

  private Process started() throws IOException {
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
        throw new AssertionError(Files.exists(directory.resolve("log")) ? log() : "no log", e);
      }
    });
    return server;
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      if (!process.waitFor(Duration.ofMinutes(2))) {
        throw new AssertionError("the server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
