package io.homecloud.sharing.share;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.sharing.SharingKinds;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;

/** How the servers of this node are, and what its shares said when they were looked at last. */
final class ShareCollector extends Collector {
  private static final Logger LOG = Logger.getLogger(ShareCollector.class);

  private final ControlPlane plane;
  private final Servers servers;

  ShareCollector(ControlPlane plane, Servers servers) {
    this.plane = plane;
    this.servers = servers;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    GaugeMetricFamily up =
        new GaugeMetricFamily(
            "homecloud_server_up",
            "1 when it serves, 0 when it cannot or refuses what it was given; without shares it is left out.",
            List.of("protocol"));
    servers.all().forEach(server -> tell(up, server));
    GaugeMetricFamily ready = share("ready", "1 when it can be used by all its protocols.");
    GaugeMetricFamily sessions = share("sessions", "Clients that are connected by SMB and WebDAV.");
    try {
      for (Resource<ShareSpec, ShareStatus> share :
          plane.resources().all(SharingKinds.SHARE, Selection.on(plane.node()))) {
        if (share.status() != null) {
          List<String> labels = List.of(share.name().value());
          ready.addMetric(labels, Conditions.isTrue(share.conditions(), Condition.READY) ? 1 : 0);
          sessions.addMetric(labels, share.status().sessions());
        }
      }
    } catch (RuntimeException e) {
      // The database is away; how servers are is told all the same.
      LOG.debugf("shares are left out of the metrics: %s", e.getMessage());
    }
    return List.of(up, ready, sessions);
  }

  private static void tell(GaugeMetricFamily up, Servers.Server server) {
    if (server.state() != Servers.State.Off) {
      String protocol = server.protocol().name().toLowerCase(Locale.ROOT);
      up.addMetric(List.of(protocol), server.state() == Servers.State.Up ? 1 : 0);
    }
  }

  private static GaugeMetricFamily share(String name, String help) {
    return new GaugeMetricFamily("homecloud_share_" + name, help, List.of("share"));
  }
}
