package io.homecloud.kubernetes;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
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

  /** The keys of sign-in, of which all processes have the same, are kept below it too. */
  @WithDefault("${HOMECLOUD_DATA:/var/lib/homecloud}")
  Path data();
}
