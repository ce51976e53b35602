package io.homecloud.standalone.killed;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.standalone.Script;
import io.homecloud.standalone.killed.Api.Answer;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two nodes of one installation: whoever is asked, the one that has the disk does it. Both are here
 * on one machine; the databases are those of node a.
 */
class NodesStoryIT {
  /** A node says once a minute that it is there. */
  private static final Duration SOON = Duration.ofMinutes(3);

  private static final int MEGABYTES = 300;
  private static final String BACKUP = "/api/backup/v1/";
  private static final String GROUPS = "/api/sharing/v1/groups";

  private final LoopDisks disksOfA = new LoopDisks();
  private final LoopDisks disksOfB = new LoopDisks();
  private final Path cache = Script.STORY_CACHE;
  private final Sharing sharingOfB = Sharing.at(disksOfB.directory());
  private final Server a = server("a", Sharing.at(disksOfA.directory()));
  private final Server b = server("b", sharingOfB);

  private Server server(String node, Sharing sharing) {
    return new Server(sharing.data(), cache, sharing.environment(), "").named(node);
  }

  @AfterEach
  void nothingIsLeft() {
    b.end();
    a.end();
    disksOfB.close();
    disksOfA.close();
  }

  @BeforeEach
  void bothAreUp() throws Exception {
    Path disk = disksOfA.disk(2L << 30);
    a.launch();
    Api api = a.api();
    api.must("pools", "home", Map.of("disks", List.of(disk.toString())));
    api.must("volumes", "docs", Map.of("pool", "home"));
    // What the operator of several nodes gives each of them.
    for (String shared : List.of("installation-id", "secrets/sign-in.json")) {
      Path copy = disksOfB.directory().resolve(shared);
      Files.createDirectories(copy.getParent());
      Files.copy(disksOfA.directory().resolve(shared), copy);
    }
    b.with(a.databases());
    b.launch();
    b.api();
  }

  @Test
  void whatIsAskedOfTheWrongNodeIsDoneByTheRightOne() throws Exception {
    // Given
    Api viaA = a.api();
    Path photos = photos();

    // When: everything of node b is asked of node a
    farVolume(viaA);
    upload(viaA, photos, "volumes/films/files/photos.tar");

    // Then: it is on the disk of b, and a tells of it and brings it
    JsonNode volume = viaA.get("volumes/films");
    Path mounted = Path.of(volume.path("status").path("mountPath").asText());
    assertThat(mounted).startsWith(disksOfB.directory()).isDirectoryContaining("glob:**photos.tar");
    assertThat(volume.path("status").path("used").asText()).isNotEmpty();
    assertThat(names(viaA, "volumes")).contains("docs", "films");
    assertThat(sum(download(viaA, "volumes/films/files/photos.tar"))).isEqualTo(sum(photos));
    assertThat(range(viaA, "volumes/films/files/photos.tar")).isEqualTo(1000);

    // When: back to before
    viaA.must("snapshots", "before", Map.of("volume", "films"));
    done(viaA.send(Request.delete("volumes/films/files/photos.tar")));
    Answer task =
        viaA.send(Request.post("volumes/films/rollback?wait=60s", Map.of("snapshot", "before")));
    // Then
    assertThat(task.body().path("state").asText()).as("%s", task).isEqualTo("Completed");
    assertThat(mounted.resolve("photos.tar")).hasSameBinaryContentAs(photos);

    // When: one goes to a node that it was not passed to
    String strayed =
        curl(
            viaA,
            "volumes/films/files/photos.tar",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "-H",
            "Homecloud-Node: b");
    // Then
    assertThat(strayed).isEqualTo("421");

    // When: b goes without a word
    b.killAlone();
    // Then: who asks is told which node is away, and the rest goes on
    Answer away = viaA.send(Request.get("volumes/films/files/photos.tar"));
    assertThat(away.status()).as("%s", away).isEqualTo(503);
    assertThat(away.body().path("type").asText()).endsWith(":node-away");
    assertThat(away.body().path("detail").asText()).contains("Node b is away");
    assertThat(viaA.get("volumes/films").path("metadata").path("name").asText()).isEqualTo("films");
    done(viaA.send(Request.upload("volumes/docs/files/note.txt", "goes on")));

    // When: it is back
    b.launch();
    b.api();
    // Then
    within(
        SOON,
        () ->
            assertThat(viaA.send(Request.get("volumes/films/files/?limit=1")).status())
                .isEqualTo(200));
    assertThat(b.api().send(Request.upload("volumes/docs/files/b.txt", "of b")).status())
        .isEqualTo(201);
    done(viaA.send(Request.delete("volumes/films?wait=60s")));
    assertThat(mounted.resolve("photos.tar")).doesNotExist();
    assertThat(viaA.all("trash").stream().map(one -> one.path("spec").path("volume").asText()))
        .contains("films");
  }

  @Test
  void peopleSharesAndBackupsAreOfTheWholeInstallation() throws Exception {
    // Given
    Api viaA = a.api();
    Api viaB = b.api();
    farVolume(viaA);

    // When: node a is told who lives here and what is shared of node b
    sharingOfB.wish(viaA, "films");
    // Then: node b serves it, and lets in who got the password at node a
    Path photo = disksOfA.directory().resolve("photo.jpg");
    Files.writeString(photo, "of the sea");
    within(SOON, () -> assertThat(sharingOfB.put(Sharing.By.SMB, photo, "photo.jpg")).isTrue());
    assertThat(viaA.send(Request.get("volumes/films/files/photo.jpg")).status()).isEqualTo(200);
    for (Api api : List.of(viaA, viaB)) {
      assertThat(
              api.send(
                      Request.post(
                          "/api/sharing/v1/sign-in",
                          Map.of("account", "alice", "password", Sharing.PASSWORD)))
                  .status())
          .isEqualTo(200);
    }

    // And what one node refuses is refused in its words by the one that was asked
    Answer tooShort =
        viaA.send(
            Request.put("/api/sharing/v1/accounts/alice/password", Map.of("password", "short")));
    assertThat(tooShort.status()).as("%s", tooShort).isEqualTo(422);

    // When: node a is told to copy it, to a directory of its own
    Path near = Files.createDirectories(disksOfA.directory().resolve("copies"));
    Path far = Files.createDirectories(disksOfB.directory().resolve("copies"));
    repository(viaA, "near", near, "a");
    Map<String, Object> plan =
        new HashMap<>(Map.of("repository", "near", "sources", List.of(Map.of("volume", "films"))));
    Answer refused = viaA.send(wish("plans", "films", plan));
    // Then
    assertThat(refused.status()).as("%s", refused).isEqualTo(422);
    assertThat(refused.body().path("detail").asText()).contains("node a", "node b");

    // When: to one of node b
    repository(viaA, "far", far, "b");
    plan.put("repository", "far");
    done(viaA.send(wish("plans", "films", plan)));
    Answer run = viaA.send(Request.post(BACKUP + "plans/films/run?wait=60s", Map.of()));
    // Then: it is copied there, and read from here
    assertThat(run.status()).as("%s", run).isEqualTo(200);
    String name = run.body().path("metadata").path("name").asText();
    assertThat(viaA.send(Request.get(BACKUP + "runs/" + name + "/files/films/photo.jpg")).status())
        .isEqualTo(200);

    // When: there is a copy of the other node's too
    done(viaA.send(Request.upload("volumes/docs/files/photo-of-us.jpg", "of us")));
    plan.put("repository", "near");
    plan.put("sources", List.of(Map.of("volume", "docs")));
    done(viaA.send(wish("plans", "docs", plan)));
    done(viaA.send(Request.post(BACKUP + "plans/docs/run?wait=60s", Map.of())));
    // Then: whoever is asked finds both, a page at a time too
    for (Api api : List.of(viaA, viaB)) {
      within(
          SOON,
          () ->
              assertThat(found(api, "search?name=photo"))
                  .containsExactly("a docs/photo-of-us.jpg", "b films/photo.jpg"));
      assertThat(found(api, "search?name=*of-us*&limit=1"))
          .containsExactly("a docs/photo-of-us.jpg");
      assertThat(found(api, "search?name=photo&node=b")).containsExactly("b films/photo.jpg");
      JsonNode first = search(api, "search?name=photo&limit=1");
      String next = first.path("metadata").path("continue").asText();
      assertThat(found(api, "search?name=photo&limit=1")).containsExactly("a docs/photo-of-us.jpg");
      assertThat(found(api == viaA ? viaB : viaA, "search?name=photo&limit=1&continue=" + next))
          .containsExactly("b films/photo.jpg");
      assertThat(first.has("away")).isFalse();
    }

    // When
    done(viaA.send(Request.delete("volumes/films/files/photo.jpg")));
    Answer restored =
        viaA.send(
            Request.post(
                BACKUP + "restores?wait=60s",
                Map.of(
                    "metadata", Map.of("name", "photo"),
                    "spec", Map.of("run", name, "paths", List.of("films/photo.jpg")))));
    // Then
    assertThat(restored.status()).as("%s", restored).isEqualTo(201);
    assertThat(viaA.send(Request.get("volumes/films/files/photo.jpg")).status()).isEqualTo(200);

    // When: node b, which looks after a group, is not there
    done(
        viaB.send(
            Request.post(
                GROUPS + "?wait=60s",
                Map.of("metadata", Map.of("name", "family"), "spec", Map.of()))));
    b.stop();
    Answer changed =
        viaA.send(
            Request.patch(
                GROUPS + "/family?wait=60s", Map.of("spec", Map.of("displayName", "All of us"))));
    // Then: node a does it, and says whose copies it has not looked at
    assertThat(changed.status()).as("%s", changed).isEqualTo(200);
    assertThat(search(viaA, "search?name=photo").path("away"))
        .extracting(JsonNode::asText)
        .containsExactly("b");
    assertThat(found(viaA, "search?name=photo")).containsExactly("a docs/photo-of-us.jpg");

    // When: the database of backup is lost, and node a has from the pools what was in it
    forgetBackups();
    within(
        SOON,
        () -> assertThat(viaA.send(Request.get(BACKUP + "plans/films")).status()).isEqualTo(200));
    b.launch();
    b.api();
    // Then: everything is of node b again
    within(
        SOON,
        () ->
            assertThat(
                    viaA.send(Request.get(BACKUP + "runs/" + name + "/files/films/photo.jpg"))
                        .status())
                .isEqualTo(200));
    Answer again = viaA.send(Request.post(BACKUP + "plans/films/run?wait=60s", Map.of()));
    assertThat(again.status()).as("%s", again).isEqualTo(200);
  }

  private static JsonNode search(Api api, String asked) throws Exception {
    Answer answer = api.send(Request.get(BACKUP + asked));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    return answer.body();
  }

  /** Node and path of each. */
  private static List<String> found(Api api, String asked) throws Exception {
    return search(api, asked)
        .path("items")
        .valueStream()
        .map(hit -> hit.path("node").asText() + " " + hit.path("text").asText())
        .toList();
  }

  private void forgetBackups() throws Exception {
    Map<String, String> databases = a.databases();
    try (Connection connection =
            DriverManager.getConnection(
                databases.get("HOMECLOUD_DB_URL"),
                databases.get("HOMECLOUD_DB_USER"),
                databases.get("HOMECLOUD_DB_PASSWORD"));
        Statement statement = connection.createStatement()) {
      for (String table : List.of("task", "resource", "kept_document", "node")) {
        int _ = statement.executeUpdate("delete from backup." + table);
      }
    }
  }

  @Test
  void aPoolIsCarriedFromNodeToNode() throws Exception {
    // Given: a pool that was given away, and another of its name on the other node meanwhile
    Api viaA = a.api();
    Path disk = farVolume(viaA);
    done(viaA.send(Request.post("pools/far/export", Map.of())));
    Path another = disksOfA.disk(1L << 30);
    viaA.must("pools", "far", Map.of("disks", List.of(another.toString()), "node", "a"));

    // When: a disk is named by a path, which each node has
    Path blank = disksOfA.disk(1L << 30);
    Answer made =
        viaA.send(
            Request.post(
                "pools",
                Map.of(
                    "metadata",
                    Map.of("name", "blank"),
                    "spec",
                    Map.of("disks", List.of(blank.toString())))));
    Answer taken =
        viaA.send(Request.post("pools/adopt", Map.of("disks", List.of(disk.toString()))));
    // Then
    assertThat(made.status()).as("%s", made).isEqualTo(422);
    assertThat(made.body().path("detail").asText()).contains("spec.node");
    assertThat(taken.status()).as("%s", taken).isEqualTo(422);
    assertThat(taken.body().path("detail").asText()).contains("?node=");

    // When
    Request adopt =
        Request.post("pools/adopt?node=b&wait=30s", Map.of("disks", List.of(disk.toString())));
    Answer refused = viaA.send(adopt);
    Answer adopted =
        viaA.send(
            Request.post(
                "pools/adopt?node=b&wait=30s",
                Map.of("disks", List.of(disk.toString()), "as", "farther")));

    // Then
    assertThat(refused.status()).as("%s", refused).isEqualTo(409);
    assertThat(refused.body().path("type").asText()).endsWith(":name-taken");
    assertThat(adopted.status()).as("%s", adopted).isEqualTo(201);
    assertThat(viaA.get("pools/farther").path("spec").path("node").asText()).isEqualTo("b");
    within(
        SOON,
        () ->
            assertThat(viaA.send(Request.get("volumes/films/files/?limit=1")).status())
                .isEqualTo(200));
    assertThat(viaA.get("disks?node=b").path("items").findValuesAsText("pool")).contains("farther");
  }

  private Path farVolume(Api api) throws Exception {
    Path disk = disksOfB.disk(2L << 30);
    api.must("pools", "far", Map.of("disks", List.of(disk.toString()), "node", "b"));
    api.must("volumes", "films", Map.of("pool", "far"));
    return disk;
  }

  private static void repository(Api api, String name, Path directory, String node)
      throws Exception {
    done(
        api.send(
            Request.post(
                BACKUP + "repositories",
                Map.of(
                    "metadata", Map.of("name", name),
                    "spec",
                        Map.of(
                            "engine",
                            "rsync",
                            "url",
                            directory.resolve("here").toUri().toString(),
                            "node",
                            node)))));
  }

  private static Request wish(String kind, String name, Map<String, ?> spec) {
    return Request.post(BACKUP + kind, Map.of("metadata", Map.of("name", name), "spec", spec));
  }

  private static void done(Answer answer) {
    assertThat(answer.acknowledged()).as("%s", answer).isTrue();
  }

  private Path photos() throws Exception {
    Path file = disksOfA.directory().resolve("photos.tar");
    Script.tool(
        "dd", "if=/dev/urandom", "of=" + file, "bs=1M", "count=" + MEGABYTES, "status=none");
    return file;
  }

  private void upload(Api api, Path file, String path) {
    assertThat(curl(api, path, "-T", file.toString(), "-w", "%{http_code}", "-o", "/dev/null"))
        .isEqualTo("201");
  }

  private Path download(Api api, String path) {
    Path copy = disksOfA.directory().resolve("copy");
    String _ = curl(api, path, "-f", "-o", copy.toString());
    return copy;
  }

  private static int range(Api api, String path) {
    return Integer.parseInt(
        curl(api, path, "-f", "-r", "500-1499", "-w", "%{size_download}", "-o", "/dev/null"));
  }

  private static String curl(Api api, String path, String... options) {
    return Script.tool(
        Stream.of(
                List.of("curl", "-sS", "-H", "Authorization: Bearer " + api.token()),
                List.of(options),
                List.of(api.url(path)))
            .flatMap(List::stream)
            .toArray(String[]::new));
  }

  private static String sum(Path file) {
    return Script.tool("sha256sum", file.toString()).split(" ", 2)[0];
  }

  private static List<String> names(Api api, String kind) throws Exception {
    return api.all(kind).stream().map(one -> one.path("metadata").path("name").asText()).toList();
  }
}
