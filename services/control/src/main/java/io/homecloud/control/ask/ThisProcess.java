package io.homecloud.control.ask;

import io.quarkus.runtime.LaunchMode;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/** Where this process answers, for services that are in it together. */
public final class ThisProcess {
  private ThisProcess() {}

  /** As long as nobody knows which port it became it is not one. */
  public static Optional<URI> url() {
    String property =
        LaunchMode.current() == LaunchMode.TEST ? "quarkus.http.test-port" : "quarkus.http.port";
    return ConfigProvider.getConfig()
        .getOptionalValue(property, Integer.class)
        .filter(port -> port > 0)
        .map(port -> URI.create("http://127.0.0.1:" + port));
  }
}
