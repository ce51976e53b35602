package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.wish.NodeSecrets;
import io.homecloud.control.wish.Outside;
import io.homecloud.control.wish.SecretsOfAll;
import io.homecloud.control.wish.WishKeeper;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The Kubernetes around us, if there is one; nothing of it is loaded where there is none. */
@ApplicationScoped
public class Cluster implements Outside {
  private static final Logger LOG = Logger.getLogger(Cluster.class);

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

  @Override
  public Optional<byte[]> sameOnAllNodes(String name, byte[] ours) {
    if (config.namespace().isEmpty()) {
      return Optional.of(ours);
    }
    Api api = new Api(connection().client(), config.namespace().get(), new ObjectMapper());
    try {
      JsonNode data = new FirstSecret(api, "homecloud-" + name).data(() -> Map.of(name, ours));
      return Optional.of(Base64.getDecoder().decode(data.path(name).asText()));
    } catch (ApiAway | ApiRefused | IllegalArgumentException e) {
      LOG.warnf("Secret homecloud-%s, which is of all nodes: %s", name, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public SecretsOfAll newestOnAllNodes(String name, NodeSecrets secrets) {
    return config
        .namespace()
        .<SecretsOfAll>map(
            namespace -> new NewestSecret(connection(), namespace, "homecloud-" + name, secrets))
        .orElse(SecretsOfAll.NONE);
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
