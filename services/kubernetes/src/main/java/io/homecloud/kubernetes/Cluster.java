package io.homecloud.kubernetes;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.wish.Outside;
import io.homecloud.control.wish.WishKeeper;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The Kubernetes around us, if there is one; nothing of it is loaded where there is none. */
@ApplicationScoped
public class Cluster implements Outside {
  private final KubernetesConfig config;
  private @Nullable Connection connection;
  private @Nullable KeysSecret keys;
  private @Nullable SignInSecret signIn;

  Cluster(KubernetesConfig config) {
    this.config = config;
  }

  @Override
  public WishKeeper keeper(ControlPlane plane) {
    return config
        .namespace()
        .<WishKeeper>map(namespace -> new CustomResources(plane, connection(), namespace))
        .orElse(WishKeeper.NONE);
  }

  /** One for all services of this process. */
  private synchronized Connection connection() {
    if (connection == null) {
      connection = Connection.found();
    }
    return connection;
  }

  /** Before services sign, verify or seal anything. */
  synchronized void start(
      @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent started) {
    config
        .namespace()
        .ifPresent(namespace -> {
          Path secrets = config.data().resolve("secrets");
          KeysSecret ofAll = new KeysSecret(connection(), namespace, secrets);
          keys = ofAll;
          ofAll.start();
          SignInSecret secret = new SignInSecret(connection(), namespace, secrets);
          signIn = secret;
          secret.start();
        });
  }

  synchronized void stop(@Observes ShutdownEvent stopping) {
    if (keys != null) {
      keys.close();
    }
    if (signIn != null) {
      signIn.close();
    }
    if (connection != null) {
      connection.close();
    }
  }
}
