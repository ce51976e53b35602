package io.homecloud.standalone.killed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.standalone.killed.VolumeState.Where;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Everything that the API tells at one time, with the files where it says that they are. */
record Observed(
    List<JsonNode> pools,
    List<JsonNode> volumes,
    List<JsonNode> snapshots,
    List<JsonNode> trash,
    List<JsonNode> disks,
    List<JsonNode> tasks) {
  private static final Set<String> ENDED = Set.of("Completed", "Failed", "Cancelled");

  static Observed by(Api api) throws IOException, InterruptedException {
    // First: what a task did that has ended by now is in everything that is read after it.
    List<JsonNode> tasks = api.all("tasks");
    return new Observed(
        api.all("pools"),
        api.all("volumes"),
        api.all("snapshots"),
        api.all("trash"),
        api.all("disks"),
        tasks);
  }

  /** Nothing is under way, and nothing is other than it was wished. */
  void assertSettled() {
    assertThat(
            Stream.of(pools, volumes, snapshots, trash)
                .flatMap(List::stream)
                .filter(one -> !ready(one) || one.path("metadata").has("deletionTimestamp")))
        .isEmpty();
    assertThat(tasks.stream().filter(task -> !ENDED.contains(task.path("state").asText())))
        .isEmpty();
  }

  static boolean ready(JsonNode resource) {
    JsonNode status = resource.path("status");
    boolean ready = false;
    for (JsonNode condition : status.path("conditions")) {
      ready |=
          condition.path("type").asText().equals("Ready")
              && condition.path("status").asText().equals("True");
    }
    return ready
        && status.path("observedGeneration").equals(resource.path("metadata").path("generation"));
  }

  static String uid(JsonNode resource) {
    return resource.path("metadata").path("uid").asText();
  }

  static String name(JsonNode resource) {
    return resource.path("metadata").path("name").asText();
  }

  static List<String> uids(List<JsonNode> resources) {
    return resources.stream().map(Observed::uid).toList();
  }

  Optional<JsonNode> pool(String name) {
    return named(pools, name);
  }

  Optional<JsonNode> liveVolume(String name) {
    return named(volumes, name);
  }

  Optional<JsonNode> trashed(String name) {
    return trash.stream()
        .filter(entry -> entry.path("spec").path("volume").asText().equals(name))
        .findFirst();
  }

  Optional<JsonNode> snapshot(String name) {
    return named(snapshots, name);
  }

  private static Optional<JsonNode> named(List<JsonNode> resources, String name) {
    return resources.stream().filter(one -> name(one).equals(name)).findFirst();
  }

  VolumeState volumeState(String name) throws IOException {
    Optional<JsonNode> live = liveVolume(name);
    Optional<JsonNode> trashed = trashed(name);
    if (live.isPresent()) {
      assertThat(trashed).isEmpty();
      String place = live.get().path("status").path("mountPath").asText();
      assertThat(place).as("where %s is", name).startsWith("/");
      return state(Where.LIVE, live.get(), live.get().path("spec"), Path.of(place));
    }
    if (trashed.isPresent()) {
      JsonNode spec = trashed.get().path("spec").path("spec");
      Path root = root(spec.path("pool").asText());
      Path place = root.resolve("@trash").resolve(uid(trashed.get()));
      return state(Where.TRASHED, trashed.get(), spec, place);
    }
    return VolumeState.NONE;
  }

  /** Where a pool is mounted. */
  Path root(String pool) {
    return Path.of(pool(pool).orElseThrow().path("status").path("mountPath").asText());
  }

  /** Those that a pool is wished with; everything on it is kept so. */
  PoolOperations.Profiles profiles(String name) {
    JsonNode pool = pool(name).orElseThrow();
    PoolOperations.Profiles wished =
        new PoolOperations.Profiles(
            pool.path("spec").path("dataProfile").asText(),
            pool.path("spec").path("metadataProfile").asText());
    for (JsonNode group : pool.path("status").path("profiles")) {
      assertThat(group.path("profile").asText())
          .as(pool.path("status").path("profiles").toString())
          .isEqualTo(
              group.path("kind").asText().equals("data") ? wished.data() : wished.metadata());
    }
    return wished;
  }

  private static VolumeState state(Where where, JsonNode resource, JsonNode spec, Path place)
      throws IOException {
    return new VolumeState(
        where, labels(resource), spec.path("quota").asText(""), FilesOf.directory(place));
  }

  SnapshotState snapshotState(String name) throws IOException {
    Optional<JsonNode> there = snapshot(name);
    return there.isEmpty()
        ? SnapshotState.NONE
        : new SnapshotState(
            true,
            there.get().path("spec").path("pinned").asBoolean(),
            labels(there.get()),
            FilesOf.directory(Path.of(there.get().path("status").path("path").asText())));
  }

  static Map<String, String> labels(JsonNode resource) {
    Map<String, String> labels = new TreeMap<>();
    resource
        .path("metadata")
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }
}
