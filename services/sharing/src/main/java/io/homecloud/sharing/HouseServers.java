package io.homecloud.sharing;

import io.homecloud.host.Host;
import io.homecloud.host.LocalHost;
import io.homecloud.host.Supervisor;
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
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** The servers of a real machine: Samba, Ganesha and httpd, each in a directory of its own. */
final class HouseServers implements ShareServers, AutoCloseable {
  private final SharingConfig config;
  private final Clock clock;
  private final Host host = new LocalHost();
  private @Nullable Supervisor supervisor;

  HouseServers(SharingConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  @Override
  public List<ShareServer> open(Listeners listeners) {
    Path own = config.data().resolve("sharing");
    try {
      Supervisor daemons = Supervisor.open(own.resolve("child"), config.data().resolve("log"));
      supervisor = daemons;
      return List.of(
          new SambaServer(
              host,
              daemons,
              new SambaSettings(
                  own.resolve("samba"), new ListenPort(config.smbPort(), config.smbPortInstead())),
              listeners.of(Protocol.SMB)),
          new GaneshaServer(
              daemons, host, ganesha(own.resolve("ganesha")), listeners.of(Protocol.NFS)),
          new HttpdShareServer(
              new HttpdSettings(
                  own.resolve("httpd"),
                  config.data().resolve("log"),
                  new ListenPort(config.httpsPort(), config.httpsPortInstead()),
                  Optional.empty(),
                  front()),
              certificates(),
              host,
              daemons,
              clock,
              listeners.of(Protocol.WEBDAV)));
    } catch (IOException e) {
      throw new UncheckedIOException("prepare the servers of shares", e);
    }
  }

  private GaneshaSettings ganesha(Path directory) {
    GaneshaSettings usual = new GaneshaSettings(directory);
    return new GaneshaSettings(
        directory,
        new ListenPort(config.nfsPort(), config.nfsPortInstead()),
        usual.mountPort(),
        usual.address(),
        usual.portmapper(),
        usual.enclosure());
  }

  private Certificates certificates() {
    Optional<Path> chain = config.certificate();
    return chain.isPresent()
        ? new GivenCertificate(
            host, chain.get(), config.certificateKey().orElse(chain.get()), clock)
        : new OwnAuthority(
            host,
            config.secrets(),
            clock,
            () -> HouseNames.ofThisMachine(config.host(), config.publicUrl()));
  }

  /** Pages and the API come by HTTPS, too. */
  private static OptionalInt front() {
    return ConfigProvider.getConfig()
        .getOptionalValue("quarkus.http.port", Integer.class)
        .filter(port -> port > 0)
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  @Override
  public void close() throws IOException {
    if (supervisor != null) {
      supervisor.close();
    }
  }
}
