package io.homecloud.sharing;

import io.homecloud.control.sign.ServiceTokens;
import io.homecloud.control.sign.SignedServiceTokens;
import io.homecloud.control.sign.SigningKeys;
import io.homecloud.control.wish.Outside;
import io.homecloud.sharing.servers.InstalledServers;
import io.homecloud.sharing.serving.ShareServers;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What an installation has; a bean of the same type elsewhere goes before each. */
public final class SharingDefaults {
  @Produces
  @Singleton
  @DefaultBean
  ServiceTokens tokens(SharingConfig config) {
    return new SignedServiceTokens(new SigningKeys(config.signInKeys()), "sharing");
  }

  @Produces
  @Singleton
  @DefaultBean
  ShareServers servers(
      SharingConfig config,
      Clock clock,
      Outside outside,
      @ConfigProperty(name = "quarkus.http.port") int port) {
    return new InstalledServers(config, OptionalInt.of(port), clock, outside);
  }
}
