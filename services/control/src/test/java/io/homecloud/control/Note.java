package io.homecloud.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.Status;
import io.homecloud.events.EventName;
import io.homecloud.events.Fact;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The smallest kind there is, for tests: so many copies of a text. */
public final class Note {
  public static final Kind<Spec, Observed> KIND =
      new Kind<>("Note", "notes", Spec.class, Observed.class);

  /** The same thing after it was thrown away. */
  public static final Kind<Spec, Observed> WASTE =
      new Kind<>("Waste", "waste", Spec.class, Observed.class);

  private Note() {}

  /** What is wished. */
  public record Spec(String text, int copies) {}

  /** What is. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Observed(int copies, long observedGeneration, List<Condition> conditions)
      implements Status {}

  /** Told when all copies are there. */
  @EventName("note.written.v1")
  public record Written(UUID uid, long generation) implements Fact {}

  public static ResourceStore.Draft<Spec> draft(String name, String node, Spec spec) {
    return new ResourceStore.Draft<>(
        UUID.randomUUID(), new Name(name), node, null, Map.of(), spec, "tester");
  }

  public static Observed ready(Resource<Spec, Observed> note, Clock clock) {
    return new Observed(
        note.spec().copies(),
        note.metadata().generation(),
        conditions(note, clock).ready().build());
  }

  public static Observed notReady(Resource<Spec, Observed> note, Clock clock, String reason) {
    return new Observed(
        0,
        note.metadata().generation(),
        conditions(note, clock).notReady(reason, "It is not there yet.").build());
  }

  private static Conditions conditions(Resource<Spec, Observed> note, Clock clock) {
    return new Conditions(note.conditions(), note.metadata().generation(), clock);
  }
}
