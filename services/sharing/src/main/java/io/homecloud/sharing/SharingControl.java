package io.homecloud.sharing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.ControlPlane;
import io.homecloud.events.outbox.ChannelSender;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Sharing, assembled: its features, and the control plane that drives them. */
@ApplicationScoped
public class SharingControl {
  private final ControlPlane plane;

  SharingControl(
      SharingConfig config,
      ObjectMapper json,
      Clock clock,
      @DataSource("sharing") javax.sql.DataSource source,
      @Channel("sharing-events-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<String> out) {
    this.plane =
        new ControlPlane(
            "sharing", config.node(), source, json, clock, new ChannelSender(out), Map.of());
  }

  void start(@Observes StartupEvent started) {
    plane.start(List.of(), List.of());
  }

  void stop(@Observes ShutdownEvent stopping) {
    plane.close();
  }

  public ControlPlane plane() {
    return plane;
  }
}
