package io.homecloud.sharing.servers;

import io.homecloud.control.wish.Outside;
import io.homecloud.host.Host;
import io.homecloud.host.LocalHost;
import io.homecloud.host.Supervisor;
import io.homecloud.sharing.SharingConfig;
import io.homecloud.sharing.ganesha.GaneshaServer;
import io.homecloud.sharing.ganesha.GaneshaSettings;
import io.homecloud.sharing.httpd.HttpdSettings;
import io.homecloud.sharing.httpd.HttpdShareServer;
import io.homecloud.sharing.samba.SambaServer;
import io.homecloud.sharing.samba.SambaSettings;
import io.homecloud.sharing.serving.ListenPort;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.ShareServers;
import io.homecloud.sharing.tls.Certificates;
import io.homecloud.sharing.tls.GivenCertificate;
import io.homecloud.sharing.tls.HouseNames;
import io.homecloud.sharing.tls.OwnAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Samba, NFS-Ganesha and Apache httpd, kept running by one supervisor. */
public final class InstalledServers implements ShareServers {
  private static final int ANY_PORT = 0;
  private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "localhost");

  private final SharingConfig config;
  private final OptionalInt front;
  private final Clock clock;
  private final Outside outside;
  private final Host host = new LocalHost();
  private @Nullable Supervisor supervisor;

  /**
   * @param front homecloud's own HTTP port, whose pages are passed on
   */
  public InstalledServers(SharingConfig config, OptionalInt front, Clock clock, Outside outside) {
    this.config = config;
    this.front = front;
    this.clock = clock;
    this.outside = outside;
  }

  @Override
  public List<ShareServer> open(Listeners listeners) {
    Path own = config.data().resolve("sharing");
    try {
      // Their users come through it to what is theirs.
      Files.createDirectories(own);
      Supervisor keeping =
          Supervisor.open(
              config.data().resolve("run/sharing"), config.data().resolve("log/sharing"));
      supervisor = keeping;
      return List.of(
          new SambaServer(
              host,
              keeping,
              new SambaSettings(own.resolve("samba"), port(config.smbPort(), ListenPort.SMB)),
              listeners.of(Protocol.SMB)),
          new GaneshaServer(
              keeping, host, ganesha(own.resolve("ganesha")), listeners.of(Protocol.NFS)),
          new HttpdShareServer(
              new HttpdSettings(
                  own.resolve("httpd"),
                  port(config.httpsPort(), ListenPort.HTTPS),
                  Optional.empty(),
                  pages(),
                  others(),
                  config.webdavDurable()),
              certificates(),
              host,
              keeping,
              clock,
              listeners.of(Protocol.WEBDAV)));
    } catch (IOException e) {
      throw new UncheckedIOException("the servers of shares", e);
    }
  }

  private GaneshaSettings ganesha(Path directory) {
    GaneshaSettings usual = new GaneshaSettings(directory);
    return config.nfsPort().isEmpty()
        ? usual
        : new GaneshaSettings(
            directory,
            port(config.nfsPort(), ListenPort.NFS),
            new ListenPort(ANY_PORT, ANY_PORT),
            usual.address(),
            usual.portmapper(),
            usual.enclosure());
  }

  /** At the loopback, unless homecloud answers at one address alone. */
  private Optional<URI> pages() {
    if (front.isEmpty()) {
      return Optional.empty();
    }
    String listen = config.listen();
    String host = ANY_ADDRESS.contains(listen) ? "127.0.0.1" : listen;
    return Optional.of(
        URI.create(
            "http://%s:%d/"
                .formatted(host.contains(":") ? "[" + host + "]" : host, front.getAsInt())));
  }

  /** What the pages and the API of other processes are at. */
  private Map<String, URI> others() {
    Map<String, URI> others = new HashMap<>();
    config.storageUrl().ifPresent(url -> others.put("/api/storage", at(url, "/api/storage")));
    for (String path : List.of("/api/backup", "/backups")) {
      config.backupUrl().ifPresent(url -> others.put(path, at(url, path)));
    }
    return others;
  }

  private static URI at(URI service, String path) {
    return URI.create(service.getScheme() + "://" + service.getRawAuthority() + path);
  }

  private Certificates certificates() {
    Optional<Path> chain = config.certificate();
    Optional<Path> key = config.certificateKey();
    if (chain.isPresent() != key.isPresent()) {
      // Not one of our own instead: devices that trust the other would warn, and nobody knew why.
      String missing = chain.isPresent() ? "HOMECLOUD_CERTIFICATE_KEY" : "HOMECLOUD_CERTIFICATE";
      return () ->
          new Certificates.Found.Missing(
              missing
                  + " is not set, and the other of HOMECLOUD_CERTIFICATE and HOMECLOUD_CERTIFICATE_KEY is. Set both, or neither for a certificate of homecloud's own.");
    }
    return chain.isPresent() && key.isPresent()
        ? new GivenCertificate(host, chain.get(), key.get(), clock)
        : new OwnAuthority(
            host,
            config.secrets(),
            clock,
            outside,
            () -> HouseNames.ofThisMachine(config.host(), config.publicUrl()));
  }

  private static ListenPort port(OptionalInt said, ListenPort usual) {
    return said.isEmpty() ? usual : new ListenPort(said.getAsInt(), said.getAsInt());
  }

  @Override
  public void close() {
    Supervisor keeping = supervisor;
    if (keeping != null) {
      try {
        keeping.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
