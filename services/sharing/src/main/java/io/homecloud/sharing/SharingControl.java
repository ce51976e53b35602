package io.homecloud.sharing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.sign.EndedSignIns;
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
  private final PeopleFeature people;

  SharingControl(
      SharingConfig config,
      ObjectMapper json,
      Clock clock,
      EndedSignIns ended,
      @DataSource("sharing") javax.sql.DataSource source,
      @Channel("sharing-events-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<String> out) {
    this.plane =
        new ControlPlane(
            "sharing", config.node(), source, json, clock, new ChannelSender(out), Map.of());
    this.people = new PeopleFeature(config, plane, ended);
  }

  void start(@Observes StartupEvent started) {
    plane.start(people.reconcilers(), List.of());
  }

  void stop(@Observes ShutdownEvent stopping) {
    plane.close();
  }

  public ControlPlane plane() {
    return plane;
  }

  public PeopleFeature people() {
    return people;
  }
}
