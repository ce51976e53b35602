package io.homecloud.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.TestTokens;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** How tests ask storage and backup over HTTP. A body may be written with single quotes. */
public final class Asking {
  public static final String STORAGE = "/api/storage/v1";
  public static final String API = BackupKinds.API;

  private static final Duration LONG = Duration.ofMinutes(2);

  private Asking() {}

  public static RequestSpecification asking() {
    return given()
        .urlEncodingEnabled(false)
        .auth()
        .oauth2(TestTokens.administrator())
        .contentType(ContentType.JSON);
  }

  public static String freshName() {
    return "n" + UUID.randomUUID().toString().substring(0, 13);
  }

  public static Response post(String path, String body) {
    return asking().body(body.replace('\'', '"')).post(path);
  }

  /** Wishes for something and waits until it is ready. */
  public static Response made(String kind, String name, String spec) {
    Response answer = wish(kind, name, spec);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(201);
    return answer;
  }

  public static Response wish(String kind, String name, String spec) {
    return post(kind + "?wait=120s", "{'metadata':{'name':'%s'},'spec':%s}".formatted(name, spec));
  }

  /** Makes the pool that the tests share, once. */
  public static synchronized void pool() {
    if (asking().get(STORAGE + "/pools/home").statusCode() == 404) {
      Path disk = BackupHouse.disks().disk(2L << 30);
      var _ = made(STORAGE + "/pools", "home", "{'disks':['%s']}".formatted(disk));
    }
  }

  /** Makes a volume; where it is mounted. */
  public static Path volume(String name) {
    pool();
    return Path.of(
        made(STORAGE + "/volumes", name, "{'pool':'home','owner':'1000:1000'}")
            .<String>path("status.mountPath"));
  }

  /** A new file system in a file, mounted. */
  public static Path target(String type, long bytes) {
    Path disk = BackupHouse.disks().disk(bytes);
    String _ =
        type.equals("btrfs")
            ? Shell.must("mkfs.btrfs", "-q", disk.toString())
            : Shell.must("mkfs." + type, "-q", disk.toString());
    return BackupHouse.disks().mount(disk);
  }

  /** Makes a repository in that directory; where it is. */
  public static Path repository(String name, Path above) {
    Path root = above.resolve("copies of " + name);
    var _ =
        made(
            API + "/repositories",
            name,
            "{'engine':'rsync','url':'%s'}"
                .formatted(root.toUri().toString().replaceAll("/$", "")));
    return root;
  }

  /** A plan of all of a volume. */
  public static void plan(String name, String repository, String volume, String more) {
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%s','sources':[{'volume':'%s'}]%s}"
                .formatted(repository, volume, more));
  }

  /** A run now, which is not waited for; its name. */
  public static String order(String plan) {
    Response answer = asking().body("").post(API + "/plans/" + plan + "/run");
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(202);
    return answer.path("metadata.name");
  }

  /** A run now that has ended; as it is then. */
  public static Response run(String plan) {
    return ended("runs", order(plan));
  }

  public static Response ended(String kind, String name) {
    Eventually.within(
        LONG, () -> assertThat(state(kind, name)).isIn("Completed", "Failed", "Cancelled"));
    return asking().get(API + "/" + kind + "/" + name);
  }

  /** The names of a plan's runs. */
  public static List<String> runs(String plan) {
    return asking().get(API + "/runs?plan=" + plan).path("items.metadata.name");
  }

  /** Waits until a plan has so many runs, all of them complete. */
  static void completed(String plan, int count) {
    Eventually.within(
        LONG,
        () -> {
          Response all = asking().get(API + "/runs?plan=" + plan);
          List<String> states = all.path("items.status.state");
          assertThat(states).as(all.asString()).hasSize(count).containsOnly("Completed");
        });
  }

  public static String state(String kind, String name) {
    String state = asking().get(API + "/" + kind + "/" + name).path("status.state");
    return state == null ? "" : state;
  }

  public static String reason(Response resource) {
    return resource.path("status.conditions.find{it.type=='Ready'}.reason");
  }

  /** Patches a plan's spec; what is not said stays. */
  public static void change(String plan, String spec) {
    asking()
        .body("{\"spec\":" + spec.replace('\'', '"') + "}")
        .patch(API + "/plans/" + plan)
        .then()
        .statusCode(200);
  }

  public static String condition(Response resource, String type, String what) {
    return resource.path("status.conditions.find{it.type=='%s'}.%s".formatted(type, what));
  }

  public static Response shown(String name) {
    return asking().get(API + "/runs/" + name);
  }

  public static String message(Response resource) {
    return resource.path("status.conditions.find{it.type=='Ready'}.message");
  }

  /**
   * The names of the snapshots that backup has taken and not given back, but for those that the
   * next run of a plan needs.
   */
  public static List<String> snapshots() {
    Set<String> last = new HashSet<>();
    Map<String, Map<String, Object>> newest = new HashMap<>();
    List<Map<String, Object>> runs =
        asking().get(API + "/runs?limit=1000").path("items.findAll{it.status.state=='Completed'}");
    runs.forEach(run -> newest.merge(part(run, "spec", "plan"), run, Asking::later));
    newest.values().forEach(run -> last.add(part(run, "metadata", "uid")));
    List<Map<String, Object>> all =
        asking()
            .get(STORAGE + "/snapshots?limit=1000&labelSelector=homecloud.io/made-by=backup")
            .path("items.metadata");
    return all.stream()
        .filter(snapshot -> !last.contains(part(snapshot, "labels", "homecloud.io/backup-run")))
        .map(snapshot -> String.valueOf(snapshot.get("name")))
        .toList();
  }

  /** The names of the snapshots that were taken for a run and not given back. */
  public static List<String> snapshotsOf(Response run) {
    return asking()
        .get(
            STORAGE
                + "/snapshots?labelSelector=homecloud.io/backup-run="
                + run.<String>path("metadata.uid"))
        .path("items.metadata.name");
  }

  /** One of a test whose clock is ahead is the older one. */
  private static Map<String, Object> later(Map<String, Object> a, Map<String, Object> b) {
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    return Stream.of(a, b)
        .max(
            Comparator.comparing((Map<String, Object> run) -> !at(run).isAfter(tomorrow))
                .thenComparing(Asking::at))
        .orElseThrow();
  }

  private static Instant at(Map<String, Object> run) {
    return Instant.parse(part(run, "spec", "at"));
  }

  private static String part(Map<String, Object> resource, String part, String field) {
    return resource.get(part) instanceof Map<?, ?> fields ? String.valueOf(fields.get(field)) : "";
  }

  /** A file in a volume. */
  public static void file(Path volume, String name, String content) throws IOException {
    Path file = volume.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** An RFC 9457 problem of that type that says something to people. */
  public static void assertProblem(Response answer, int status, String word) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
    assertThat(answer.contentType()).startsWith("application/problem+json");
    assertThat(answer.<String>path("type")).isEqualTo("urn:homecloud:problem:" + word);
    assertThat(answer.<String>path("detail")).hasSizeGreaterThan(12).matches("(?s).*[.})]");
  }

  /** What a zip file has, each with its content; directories end with a slash. */
  public static Map<String, String> zipped(byte[] bytes) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return files;
  }

  /** How it is now; it is looked at again after that. */
  static Response lookedAt(BackupControl control, String path) {
    Response now = asking().get(path);
    control.plane().wake(UUID.fromString(now.path("metadata.uid")));
    return now;
  }
}
