package io.homecloud.application;

import java.io.IOException;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * A service in a process of its own. PostgreSQL, Kafka and the other services are somewhere else;
 * the environment says where. The directory of the installation may be shared with other services.
 */
public final class Service {
  private static final Logger LOG = Logger.getLogger(Service.class);

  private Service() {}

  public static void main(String... arguments) {
    System.exit(run(System.getenv(), arguments));
  }

  private static int run(Map<String, String> environment, String... arguments) {
    try {
      Installation installation = Installation.at(Installation.directory(environment), environment);
      if (!environment.containsKey("HOMECLOUD_JWKS")) {
        System.setProperty("HOMECLOUD_JWKS", installation.signInPublicKey().toUri().toString());
      }
      DatabaseDoor.of(environment).await(LOG::warn);
      return Services.run(arguments);
    } catch (IOException | IllegalStateException e) {
      Services.failed(String.valueOf(e.getMessage()));
      return 1;
    }
  }
}
