package io.homecloud.kubernetes;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** What can be set of custom resources. */
@ConfigMapping(prefix = "homecloud.kubernetes")
public interface KubernetesConfig {
  /**
   * The namespace whose custom resources are the wishes; without one there are none, and nothing
   * speaks to a Kubernetes.
   */
  @WithDefault("${HOMECLOUD_KUBERNETES_NAMESPACE:}")
  Optional<String> namespace();
}
