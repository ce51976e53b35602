package io.homecloud.sharing.httpd;

import io.homecloud.host.DaemonState;
import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.WholeFile;
import io.homecloud.sharing.httpd.ConfigText.Unspeakable;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.tls.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * httpd and the configuration it runs by, which changes seldom: with the certificate, the port, or
 * by somebody's hand.
 */
final class RunningConfig {
  private static final Duration CHECK = Duration.ofSeconds(60);

  private final HttpdSettings settings;
  private final Host host;
  private final OwnDirectory own;
  private final HttpdProcess process;
  private final UnfinishedUploads unfinished;
  private final HttpdWords words;
  private volatile int port;
  private volatile Optional<String> elsewhere = Optional.empty();
  private HttpdConfig.@Nullable Rendered good;

  RunningConfig(
      HttpdSettings settings,
      Host host,
      OwnDirectory own,
      HttpdProcess process,
      UnfinishedUploads unfinished,
      HttpdWords words) {
    this.settings = settings;
    this.host = host;
    this.own = own;
    this.process = process;
    this.unfinished = unfinished;
    this.words = words;
    port = settings.port().wished();
  }

  int port() {
    return port;
  }

  Optional<String> elsewhere() {
    return elsewhere;
  }

  List<String> lastLines() {
    return process.lastLines();
  }

  void stop() throws IOException {
    process.stop();
    good = null;
    Files.deleteIfExists(own.running());
  }

  /** What serves stays when this is refused. */
  Applied bring(ServerCertificate certificate)
      throws IOException, Unspeakable, InterruptedException {
    // One that waits for its next start is better started now, with what is wished now.
    boolean runs = process.state() instanceof DaemonState.Ready || process.awaitReady();
    if (!runs) {
      process.stop();
      OptionalInt free = settings.port().choose();
      if (free.isEmpty()) {
        return new Applied.Unavailable(settings.port().taken(Protocol.WEBDAV));
      }
      port = free.getAsInt();
      elsewhere = settings.port().elsewhere(Protocol.WEBDAV, port);
    }
    HttpdConfig.Rendered next =
        new HttpdConfig(
                own,
                settings.address(),
                port,
                settings.front(),
                settings.others(),
                settings.durable(),
                certificate,
                certificate(certificate))
            .render();
    WholeFile file = OwnDirectory.file(own.config());
    boolean asWritten = file.has(next.text());
    if (!asWritten) {
      file.propose(next.text());
      String refused = check(file.next());
      if (!refused.isEmpty()) {
        file.refuse();
        return new Applied.Refused(refused);
      }
      file.accept();
    }
    if (runs && asWritten && next.equals(good)) {
      return new Applied.InPlace(port);
    }
    words.forget();
    if (runs ? process.reload(next) : start(next)) {
      good = next;
      own.keepCertificate(next.pem());
      return new Applied.InPlace(port);
    }
    if (runs && process.state() instanceof DaemonState.Ready) {
      // It is slow, and not wrong: nobody's transfer ends for that.
      return new Applied.Unavailable("httpd has not read its new configuration yet.");
    }
    return back();
  }

  private boolean start(HttpdConfig.Rendered next) throws IOException, InterruptedException {
    unfinished.start();
    own.forgetLocks();
    return process.start(next);
  }

  /** To the last one that served, after one that passed the check and does not serve. */
  private Applied back() throws IOException, InterruptedException {
    String said = words.last(process.lastLines());
    process.stop();
    HttpdConfig.Rendered last = good;
    if (last == null || last.port() != port) {
      return new Applied.Unavailable("httpd does not start: " + said);
    }
    OwnDirectory.write(own.config(), last.text());
    own.forgetLocks();
    process.start(last);
    return new Applied.Refused(said);
  }

  /** The checker's words; empty when it has nothing against it. */
  private String check(Path config) {
    HostCommand command = new HostCommand(CHECK, "apache2", "-t", "-f", config.toString());
    return switch (host.run(command)) {
      case HostResult.Exited(int code, _, _) when code == 0 -> "";
      case HostResult.Exited(_, _, String err) ->
          String.join("; ", HttpdWords.shortened(err.lines().toList()));
      case HostResult.TimedOut _ -> "apache2 -t does not answer";
      case HostResult.NotInstalled _ -> "apache2 is not installed (Debian package apache2-bin)";
    };
  }

  private Path certificate(ServerCertificate certificate) throws IOException {
    String pem = Files.readString(certificate.chain());
    if (!certificate.key().equals(certificate.chain())) {
      pem += "\n" + Files.readString(certificate.key());
    }
    Path file = own.certificate(HttpdConfig.hash(pem));
    OwnDirectory.write(file, pem);
    if (certificate.authority().isPresent()) {
      OwnDirectory.publish(own.authority(), certificate.authority().get());
    }
    return file;
  }
}
