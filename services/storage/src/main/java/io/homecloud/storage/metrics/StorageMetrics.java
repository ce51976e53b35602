package io.homecloud.storage.metrics;

import io.homecloud.storage.StorageControl;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Adds pools, devices and volumes to what {@code /q/metrics} tells. Not as meters, which would keep
 * the names of what is gone and be asked one by one: as a collector that looks once for all.
 */
@ApplicationScoped
@SuppressWarnings("deprecation") // by micrometer, and still the one that this Quarkus has
public class StorageMetrics {
  private final PrometheusMeterRegistry registry;
  private final StorageCollector collector;

  StorageMetrics(PrometheusMeterRegistry registry, StorageControl control) {
    this.registry = registry;
    this.collector =
        new StorageCollector(
            control.pools(),
            control.node().pools(),
            control.node().volumes(),
            control.plane().resources(),
            control.plane().node());
  }

  void start(@Observes StartupEvent started) {
    registry.getPrometheusRegistry().register(collector);
  }

  void stop(@Observes ShutdownEvent stopping) {
    registry.getPrometheusRegistry().unregister(collector);
  }
}
