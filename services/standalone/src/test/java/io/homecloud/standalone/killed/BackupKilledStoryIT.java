package io.homecloud.standalone.killed;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.host.path.RelativePath;
import io.homecloud.standalone.Script;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.Repeated;
import io.homecloud.testkit.tree.RandomHistory;
import io.homecloud.testkit.tree.TreeFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of everything, of the service alone and of rsync, at random instants while a plan
 * for btrfs and one for ext4 copy; by seeds as {@link KilledStoryIT}.
 */
class BackupKilledStoryIT {
  private static final String API = "/api/backup/v1/";
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int LONGEST_MILLIS = 1200;
  private static final List<String> PLANS = List.of("shared", "linked");
  private static final Set<String> ENDED = Set.of("Completed", "Failed", "Cancelled");

  private final Repeated repeated = Repeated.rounds(5, 60);
  private final Random random = repeated.random();
  private final LoopDisks disks = new LoopDisks();
  private final Server server = new Server(disks.directory(), Script.STORY_CACHE);

  @AfterEach
  void nothingIsLeft() {
    server.end();
    disks.close();
  }

  @Test
  void nothingHalfCountsNoSnapshotIsLeftAndTheNextRunIsComplete() throws Exception {
    // Given
    Path pool = disks.disk(3L << 30);
    List<Path> targets = List.of(target("btrfs"), target("ext4"));
    server.launch();
    Api api = server.api();
    api.must("pools", "home", Map.of("disks", List.of(pool.toString())));
    api.must("volumes", "docs", Map.of("pool", "home"));
    Path volume = Path.of(api.get("volumes/docs").path("status").path("mountPath").asText());
    List<Path> copies = new ArrayList<>();
    for (int i = 0; i < PLANS.size(); i++) {
      copies.add(targets.get(i).resolve("copies").resolve(PLANS.get(i)));
      plan(api, PLANS.get(i), targets.get(i).resolve("copies"));
    }
    try (RandomHistory history = new RandomHistory(random.nextLong(), volume)) {
      for (int round = 0; round < repeated.rounds(); round++) {
        history.steps(40);
        Path large = volume.resolve("large-" + random.nextInt(3));
        // The history may have a directory of that name by now.
        Script.tool(
            "sh",
            "-c",
            "rm -rf \"$1\"; head -c 40000000 /dev/urandom >\"$1\"",
            "sh",
            large.toString());

        // When
        for (String plan : PLANS) {
          Api.Answer ordered = api.send(Request.post(API + "plans/" + plan + "/run", Map.of()));
          assertThat(ordered.status()).as("%s", ordered).isEqualTo(202);
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
        api = kill(round, api);
        for (Path plan : copies) {
          assertNothingHalfCounts(plan);
        }

        // Then
        for (int i = 0; i < PLANS.size(); i++) {
          ended(api, PLANS.get(i));
          String name = complete(api, PLANS.get(i));
          assertThat(name).isNotEmpty();
          assertThat(
                  TreeFacts.differences(
                      TreeFacts.of(volume).restorable(),
                      TreeFacts.of(copies.get(i).resolve("latest").toRealPath().resolve("docs"))
                          .restorable()))
              .as("round %d, %s", round, PLANS.get(i))
              .isEmpty();
        }
        Api last = api;
        within(SOON, () -> assertThat(snapshots(last)).hasSize(1));
        for (Path plan : copies) {
          within(SOON, () -> assertOnlyComplete(plan));
        }
      }
    }
  }

  @Test
  void aRestoreThatIsKilledGoesOnAndBringsEverythingBack() throws Exception {
    // Given
    Path pool = disks.disk(3L << 30);
    Path copies = target("ext4").resolve("copies");
    server.launch();
    Api api = server.api();
    api.must("pools", "home", Map.of("disks", List.of(pool.toString())));
    api.must("volumes", "docs", Map.of("pool", "home"));
    Path volume = Path.of(api.get("volumes/docs").path("status").path("mountPath").asText());
    try (RandomHistory history = new RandomHistory(random.nextLong(), volume)) {
      history.steps(200);
    }
    Script.tool("sh", "-c", "head -c 20000000 /dev/urandom >\"$1\"/large", "sh", volume.toString());
    plan(api, "linked", copies);
    String run = complete(api, "linked");

    for (int round = 0; round < repeated.rounds(); round++) {
      // When
      String name = "back-" + round;
      Api.Answer ordered =
          api.send(
              Request.post(
                  API + "restores",
                  Map.of(
                      "metadata",
                      Map.of("name", name),
                      "spec",
                      Map.of(
                          "run",
                          run,
                          "target",
                          Map.of("newVolume", Map.of("name", name, "pool", "home"))))));
      assertThat(ordered.status()).as("%s", ordered).isIn(201, 202);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
      if (round % 2 == 0) {
        server.killEverything();
      } else {
        server.killAlone();
      }
      server.launch();
      api = server.api();

      // Then
      Api now = api;
      within(
          SOON,
          () -> {
            JsonNode restore = now.get(API + "restores/" + name);
            assertThat(state(restore)).as("%s", restore).isEqualTo("Completed");
          });
      Path back = Path.of(api.get("volumes/" + name).path("status").path("mountPath").asText());
      assertThat(TreeFacts.differences(inside(volume), inside(back)))
          .as("round %d", round)
          .isEmpty();
    }
  }

  /** Of a new volume the top is its own. */
  private static Map<RelativePath, String> inside(Path volume) {
    Map<RelativePath, String> facts = TreeFacts.of(volume).restorable();
    facts.remove(RelativePath.TOP);
    return facts;
  }

  private Path target(String type) {
    Path disk = disks.disk(3L << 30);
    Script.tool("mkfs." + type, "-q", disk.toString());
    return disks.mount(disk);
  }

  private static void plan(Api api, String name, Path root) throws Exception {
    must(api, "repositories", name, Map.of("engine", "rsync", "url", "file://" + root));
    must(
        api,
        "plans",
        name,
        Map.of("repository", name, "sources", List.of(Map.of("volume", "docs"))));
  }

  private static void must(Api api, String kind, String name, Map<String, ?> spec)
      throws Exception {
    Api.Answer answer =
        api.send(
            Request.post(
                API + kind + "?wait=60s", Map.of("metadata", Map.of("name", name), "spec", spec)));
    assertThat(answer.status()).as("%s", answer).isEqualTo(201);
  }

  /** In the first rounds one after another, then by chance. */
  private Api kill(int round, Api api) {
    switch (round < 3 ? round : random.nextInt(3)) {
      case 0 -> server.killEverything();
      case 1 -> server.killAlone();
      default -> {
        for (ProcessHandle rsync : rsyncs()) {
          boolean _ = rsync.destroyForcibly();
        }
        return api;
      }
    }
    server.launch();
    return server.api();
  }

  /** Those that copy to disks of this test. */
  private List<ProcessHandle> rsyncs() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().command().orElse("").endsWith("rsync"))
        .filter(process ->
            Stream.of(process.info().arguments().orElse(new String[0]))
                .anyMatch(word -> word.contains(disks.directory().toString())))
        .toList();
  }

  /** What has the name of a copy is one, also at this instant. */
  private static void assertNothingHalfCounts(Path plan) throws IOException {
    for (Path copy : entries(plan.resolve("runs"))) {
      String name = copy.getFileName().toString();
      if (name.endsWith("Z")) {
        assertThat(copy.resolve("homecloud-run.json")).exists();
      }
    }
  }

  private static void assertOnlyComplete(Path plan) throws IOException {
    assertThat(entries(plan.resolve("runs")))
        .extracting(path -> path.getFileName().toString())
        .filteredOn(name -> !name.startsWith("."))
        .allMatch(name -> name.endsWith("Z"));
  }

  private static List<Path> entries(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  private static void ended(Api api, String plan) {
    within(
        SOON,
        () ->
            assertThat(api.all(API + "runs"))
                .filteredOn(run -> run.path("spec").path("plan").asText().equals(plan))
                .allMatch(run -> ENDED.contains(state(run))));
  }

  /** What was ordered before the kill, or if that could not be, once more. */
  private static String complete(Api api, String plan) throws Exception {
    Api.Answer ordered = api.send(Request.post(API + "plans/" + plan + "/run?wait=60s", Map.of()));
    assertThat(ordered.status()).as("%s", ordered).isBetween(200, 202);
    String name = ordered.body().path("metadata").path("name").asText();
    within(
        SOON,
        () -> {
          JsonNode run = api.get(API + "runs/" + name);
          assertThat(state(run)).as("%s", run).isEqualTo("Completed");
        });
    return name;
  }

  private static String state(JsonNode run) {
    return run.path("status").path("state").asText();
  }

  private static List<JsonNode> snapshots(Api api) throws Exception {
    return api.all("snapshots");
  }
}
