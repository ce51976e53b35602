package io.homecloud.backup.metrics;

import io.homecloud.backup.BackupControl;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Adds plans and repositories of this node to what {@code /q/metrics} tells, by a collector that
 * looks once for all.
 */
@ApplicationScoped
@SuppressWarnings("deprecation") // by micrometer, and still the one that this Quarkus has
public class BackupMetrics {
  private final PrometheusMeterRegistry registry;
  private final BackupCollector collector;

  BackupMetrics(PrometheusMeterRegistry registry, BackupControl control) {
    this.registry = registry;
    this.collector =
        new BackupCollector(
            control.plane(), control.runFeature().runs(), control.runFeature().times());
  }

  void start(@Observes StartupEvent started) {
    registry.getPrometheusRegistry().register(collector);
  }

  void stop(@Observes ShutdownEvent stopping) {
    registry.getPrometheusRegistry().unregister(collector);
  }
}
