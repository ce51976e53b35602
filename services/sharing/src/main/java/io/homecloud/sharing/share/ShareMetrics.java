package io.homecloud.sharing.share;

import io.homecloud.sharing.SharingControl;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Adds servers and shares of this node to what {@code /q/metrics} tells. */
@ApplicationScoped
@SuppressWarnings("deprecation") // by micrometer, and still the one that this Quarkus has
public class ShareMetrics {
  private final PrometheusMeterRegistry registry;
  private final ShareCollector collector;

  ShareMetrics(PrometheusMeterRegistry registry, SharingControl control) {
    this.registry = registry;
    this.collector = new ShareCollector(control.plane(), control.shareFeature().servers());
  }

  void start(@Observes StartupEvent started) {
    registry.getPrometheusRegistry().register(collector);
  }

  void stop(@Observes ShutdownEvent stopping) {
    registry.getPrometheusRegistry().unregister(collector);
  }
}
