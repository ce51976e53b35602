package io.homecloud.standalone.killed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.testkit.EventSchemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a consumer heard that began before the first event and drops what it has heard already. */
final class ToldEvents {
  private final Map<UUID, Event> byId = new HashMap<>();
  private final Map<UUID, List<String>> stories = new HashMap<>();

  /**
   * Hears them all; of each subject they must come in order without gaps, but again is allowed.
   *
   * @param messages of the topic from its beginning
   */
  ToldEvents(List<String> messages) throws EventCodec.MalformedEvent {
    Map<UUID, Long> last = new HashMap<>();
    for (String message : messages) {
      Event event = EventCodec.read(message);
      assertThat(EventSchemas.violations(message)).as(message).isEmpty();
      long before = last.getOrDefault(event.subject(), 0L);
      assertThat(event.sequence()).as(message).isBetween(1L, before + 1);
      last.put(event.subject(), Math.max(before, event.sequence()));
      Event known = byId.putIfAbsent(event.id(), event);
      if (known == null) {
        assertThat(event.sequence()).as("two of one number: %s", message).isEqualTo(before + 1);
        stories.computeIfAbsent(event.subject(), _ -> new ArrayList<>()).add(event.type());
      } else {
        assertThat(event).isEqualTo(known);
      }
    }
  }

  /** What was told of each subject makes up how it is now. */
  void assertTell(Observed now) {
    now.pools().forEach(pool -> assertThat(story(pool)).startsWith(told("pool.created")));
    for (JsonNode volume : now.volumes()) {
      assertThat(story(volume)).startsWith(told("volume.created"));
      assertThat(whereabouts(volume)).isIn(told("volume.created"), told("volume.restored"));
    }
    for (JsonNode entry : now.trash()) {
      assertThat(story(entry)).startsWith(told("volume.created"));
      assertThat(whereabouts(entry)).isEqualTo(told("volume.trashed"));
    }
    now.snapshots()
        .forEach(snapshot -> assertThat(story(snapshot)).containsExactly(told("snapshot.created")));
    for (JsonNode task : now.tasks()) {
      boolean completed = task.path("state").asText().equals("Completed");
      assertThat(stories.get(UUID.fromString(task.path("id").asText())))
          .as(task.toString())
          .containsExactly(
              told("task.started"), told(completed ? "task.completed" : "task.failed"));
    }
    for (JsonNode disk : now.disks()) {
      assertThat(stories.get(UUID.fromString(disk.path("uid").asText())))
          .as(disk.toString())
          .containsExactly(told("disk.attached"));
    }
    assertChanges(now.volumes());
    assertChanges(now.trash());
    assertToldOncePer("rollback", "volume.rolled-back", now);
    assertToldOncePer("scrub", "pool.scrub-completed", now);
    assertGone(now);
  }

  /** Each wish was waited for, or inspected, before the next one of that volume. */
  private void assertChanges(List<JsonNode> volumes) {
    for (JsonNode volume : volumes) {
      assertThat(count(story(volume), told("volume.changed")))
          .as(volume.toString())
          .isGreaterThanOrEqualTo(volume.path("metadata").path("generation").asLong() - 1);
    }
  }

  /** A fact that was never written leaves no gap; the task that was to tell it is still known. */
  private void assertToldOncePer(String action, String fact, Observed now) {
    Map<UUID, Long> done = new HashMap<>();
    for (JsonNode task : now.tasks()) {
      if (task.path("action").asText().equals(action)
          && task.path("state").asText().equals("Completed")) {
        done.merge(UUID.fromString(task.path("resource").path("uid").asText()), 1L, Long::sum);
      }
    }
    Map<UUID, Long> heard = new HashMap<>();
    stories.forEach((subject, story) -> heard.put(subject, count(story, told(fact))));
    heard.values().removeIf(times -> times == 0);
    assertThat(heard).as(fact).isEqualTo(done);
  }

  private static long count(List<String> story, String type) {
    return story.stream().filter(type::equals).count();
  }

  /** Nothing is said to be there that is not. */
  private void assertGone(Observed now) {
    List<String> there = new ArrayList<>(Observed.uids(now.volumes()));
    there.addAll(Observed.uids(now.snapshots()));
    there.addAll(Observed.uids(now.trash()));
    stories.forEach((subject, story) -> {
      // A pool that is given away and adopted is told of again each time.
      long most = 1 + count(story, told("pool.exporting"));
      assertThat(story.stream().filter(type -> type.endsWith(".created.v1")).count())
          .as("%s", subject)
          .isLessThanOrEqualTo(most);
      if (!there.contains(subject.toString()) && story.contains(told("snapshot.created"))) {
        assertThat(story).containsExactly(told("snapshot.created"), told("snapshot.deleted"));
      }
      if (!there.contains(subject.toString()) && story.contains(told("volume.created"))) {
        assertThat(story).endsWith(told("volume.trashed"), told("volume.purged"));
      }
    });
  }

  private List<String> story(JsonNode resource) {
    List<String> story = stories.get(UUID.fromString(Observed.uid(resource)));
    assertThat(story).as(resource.toString()).isNotNull();
    return story == null ? List.of() : story;
  }

  /** The last that says where a volume went. */
  private String whereabouts(JsonNode volume) {
    return story(volume).stream()
        .filter(type -> type.matches(".*[.](created|trashed|restored)[.]v1"))
        .reduce("", (_, last) -> last);
  }

  private static String told(String what) {
    return "io.homecloud." + what + ".v1";
  }
}
