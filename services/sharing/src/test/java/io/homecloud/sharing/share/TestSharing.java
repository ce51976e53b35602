package io.homecloud.sharing.share;

import io.homecloud.control.sign.ServiceTokens;
import io.homecloud.control.wish.Outside;
import io.homecloud.sharing.SharingConfig;
import io.homecloud.sharing.servers.InstalledServers;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.ShareServers;
import io.homecloud.sharing.serving.SocketServer;
import io.homecloud.testkit.TestTokens;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the application under test has instead of an installation's servers and keys. */
public final class TestSharing {
  /** Set to true where the servers of an installation are wanted. */
  static final String REAL = "homecloud.test.real-servers";

  private static final Map<Protocol, SocketServer> SERVERS = new EnumMap<>(Protocol.class);

  public static SocketServer server(Protocol protocol) {
    return Objects.requireNonNull(SERVERS.get(protocol));
  }

  @Produces
  @Singleton
  ShareServers servers(
      SharingConfig config,
      Clock clock,
      @ConfigProperty(name = REAL, defaultValue = "false") boolean real) {
    return real
        ? new InstalledServers(config, OptionalInt.empty(), clock, Outside.NOTHING)
        : listeners -> {
          for (Protocol protocol : Protocol.values()) {
            SERVERS.put(protocol, new SocketServer(protocol, listeners.of(protocol)));
          }
          return List.<ShareServer>copyOf(SERVERS.values());
        };
  }

  @Produces
  @Singleton
  ServiceTokens tokens() {
    return TestTokens::administrator;
  }
}
