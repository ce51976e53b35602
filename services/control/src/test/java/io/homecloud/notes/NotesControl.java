package io.homecloud.notes;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Note;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.events.Fact;
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

/** The service, assembled: its kinds, who acts on them, and the control plane that drives both. */
@ApplicationScoped
public class NotesControl {
  private final ControlPlane plane;
  private final NoteReconciler reconciler;
  private final ResourceApi<Note.Spec, Note.Observed> notes;

  NotesControl(
      NotesConfig config,
      ObjectMapper json,
      @DataSource("notes") javax.sql.DataSource source,
      @Channel("notes-events-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<String> out) {
    this.plane =
        new ControlPlane(
            "notes",
            config.node(),
            source,
            json,
            Clock.systemUTC(),
            new ChannelSender(out),
            Map.of(Fact.typeOf(Note.Written.class), new HeardNotes()));
    this.reconciler = new NoteReconciler(config.mostCopies(), plane.clock());
    this.notes =
        new ResourceApi<>(
            Note.KIND, NotesApi.PATH + "/notes", new NoteAdmission(config.node()), plane.room());
  }

  void start(@Observes StartupEvent started) {
    plane.start(List.of(reconciler), List.of(new Proofreading(plane.json())));
  }

  void stop(@Observes ShutdownEvent stopping) {
    plane.close();
  }

  public ControlPlane plane() {
    return plane;
  }

  public ResourceApi<Note.Spec, Note.Observed> notes() {
    return notes;
  }
}
