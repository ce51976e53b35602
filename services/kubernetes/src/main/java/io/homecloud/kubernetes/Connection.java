package io.homecloud.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/** To the API server. */
public record Connection(KubernetesClient client) implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int REQUEST_MILLIS = 10_000;

  /** As a pod finds it (its service account), or by {@code KUBECONFIG}. */
  public static Connection found() {
    Config config =
        new ConfigBuilder(Config.autoConfigure(null))
            .withConnectionTimeout(CONNECT_MILLIS)
            .withRequestTimeout(REQUEST_MILLIS)
            // Who asks has to hear soon that nobody answers; whoever can wait tries again.
            .withRequestRetryBackoffLimit(0)
            .withWatchReconnectInterval(1_000)
            .withWatchReconnectLimit(-1)
            .build();
    return new Connection(new KubernetesClientBuilder().withConfig(config).build());
  }

  @Override
  public void close() {
    client.close();
  }
}
