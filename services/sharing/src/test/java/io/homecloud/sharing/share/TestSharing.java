package io.homecloud.sharing.share;

import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.ShareServers;
import io.homecloud.sharing.serving.SocketServer;
import io.homecloud.sharing.volume.ServiceTokens;
import io.homecloud.testkit.TestTokens;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the application under test has instead of an installation's servers and keys. */
public final class TestSharing {
  private static final Map<Protocol, SocketServer> SERVERS = new EnumMap<>(Protocol.class);

  static SocketServer server(Protocol protocol) {
    return Objects.requireNonNull(SERVERS.get(protocol));
  }

  @Produces
  @Singleton
  ShareServers servers() {
    return listeners -> {
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
