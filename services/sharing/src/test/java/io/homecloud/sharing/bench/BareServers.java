package io.homecloud.sharing.bench;

import io.homecloud.host.Daemon;
import io.homecloud.host.DaemonSpec;
import io.homecloud.host.Supervisor;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.testkit.bench.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The servers as somebody sets them up by hand: what Debian's packages bring as configuration, and
 * one share. Ports and places are others, so that they can run beside homecloud's.
 */
final class BareServers implements AutoCloseable {
  private static final int SMB = 1445;
  private static final int NFS = 12049;
  private static final int MOUNT = 12048;
  private static final int HTTPS = 1443;

  /** There is one on every Debian. */
  private static final String USER = "www-data";

  private static final Duration START = Duration.ofSeconds(60);

  /** In memory as on a Debian, and short: the path of a socket has at most 107 bytes. */
  private final Path directory = Path.of("/run/bare");

  private final Shell shell = new Shell();
  private final Path files;
  private final Client.Who who;
  private final Supervisor supervisor;
  private boolean nfs;

  /**
   * @param files mounted; each server gets a directory of its own in it
   */
  BareServers(Path files, String password) throws IOException {
    this.files = files;
    who = new Client.Who(USER, password);
    Files.createDirectories(directory.resolve("log"));
    supervisor = Supervisor.open(directory.resolve("run"), directory.resolve("log"));
  }

  Path files(Protocol protocol) {
    return files.resolve(protocol.name());
  }

  Client start(Protocol protocol) throws Exception {
    shell.run("install", "-d", "-o", USER, "-g", USER, files(protocol).toString());
    return switch (protocol) {
      case SMB -> samba();
      case NFS -> ganesha();
      case WEBDAV -> httpd();
    };
  }

  private Client samba() throws Exception {
    Path config = config("smb.conf", BareConfig.samba(place("samba"), files(Protocol.SMB), SMB));
    shell.script(
        "printf '%s\\n%s\\n' \"$1\" \"$1\" | smbpasswd -c \"$2\" -s -a \"$3\"",
        who.password(), config, USER);
    start(SMB, "smbd", "smbd", "--configfile=" + config, "--foreground", "--no-process-group");
    return new SmbClient(SMB, "files", who);
  }

  /** The same server as that of version 3, which may run already. */
  Client startNfs4() throws Exception {
    if (!nfs) {
      var _ = start(Protocol.NFS);
    }
    return new Nfs4Client(NFS, "files");
  }

  private Client ganesha() throws Exception {
    nfs = true;
    place("ganesha");
    Path config = config("ganesha.conf", BareConfig.ganesha(files(Protocol.NFS), NFS, MOUNT));
    String log = directory.resolve("ganesha/ganesha.log").toString();
    String pid = directory.resolve("ganesha/pid").toString();
    Files.createDirectories(Path.of("/run/ganesha"));
    start(NFS, "ganesha", "ganesha.nfsd", "-F", "-L", log, "-f", config.toString(), "-p", pid);
    return new NfsClient(NFS, MOUNT, files(Protocol.NFS).toString().substring(1));
  }

  private Client httpd() throws Exception {
    Path place = place("httpd");
    shell.run("chown", USER + ":", place.toString());
    shell.script(
        """
        printf '%s:%s\\n' "$1" "$(openssl passwd -apr1 "$2")" >"$3/users"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9 \\
          -subj /CN=localhost -keyout "$3/key.pem" -out "$3/certificate.pem"
        """,
        who.account(), who.password(), place);
    Path config = config("httpd.conf", BareConfig.httpd(place, files(Protocol.WEBDAV), HTTPS));
    start(HTTPS, "httpd", "apache2", "-DFOREGROUND", "-f", config.toString());
    return new DavClient(HTTPS, "/", who);
  }

  private Path place(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }

  private Path config(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private void start(int port, String name, String... argv) throws InterruptedException {
    Daemon daemon =
        supervisor.start(new DaemonSpec(name, argv).readyWhen(() -> answers(port), START));
    if (!daemon.awaitReady(START)) {
      throw new IllegalStateException(
          name + " does not start: " + String.join("\n", daemon.lastLines()));
    }
  }

  private static boolean answers(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    supervisor.close();
  }
}
