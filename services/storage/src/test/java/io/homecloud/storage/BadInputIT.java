package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.assertHelps;
import static io.homecloud.storage.Asking.assertProblem;
import static io.homecloud.storage.Asking.body;
import static io.homecloud.storage.Asking.freshName;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wished for, the answer is a problem that helps, and nothing of it stays. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class BadInputIT {
  private static final List<String> KINDS =
      List.of("pools", "volumes", "snapshots", "snapshot-schedules");
  private static final List<String> NAMES =
      List.of(
          "..",
          ".",
          "../../etc",
          "a/b",
          "/",
          "-rf",
          "--help",
          "a".repeat(64),
          "a".repeat(5000),
          "a\0b",
          "ünicode",
          "日本語",
          "\u202egnp",
          "a b",
          "a\nb",
          "",
          " ",
          "UPPER",
          "a.b",
          "a_b",
          "a-",
          ".homecloud",
          "$(id)",
          "a;id",
          "'\"");

  private static final String LONG = "a".repeat(64);
  private static final List<String> REFUSED =
      List.of(
          "pools|{'disks':[]}|422|too-few-disks",
          "pools|{'disks':['/dev/no-such-disk']}|404|disk-not-found",
          "pools|{'disks':['../../dev/null']}|404|disk-not-found",
          "pools|{'disks':['-rf']}|404|disk-not-found",
          "pools|{'disks':['/dev/null']}|404|disk-not-found",
          "pools|{'disks':['a'],'dataProfile':'raid5'}|422|profile-refused",
          "pools|{'disks':['a'],'metadataProfile':'raid6'}|422|profile-refused",
          "pools|{'disks':['a'],'dataProfile':'raid7'}|422|profile-refused",
          "pools|{'disks':['a'],'dataProfile':'-rf'}|422|profile-refused",
          "pools|{'disks':['a'],'dataProfile':'raid1'}|422|too-few-disks",
          "pools|{'disks':['a','b'],'dataProfile':'raid1c3'}|422|too-few-disks",
          "pools|{'disks':['a','b','c'],'dataProfile':'raid10'}|422|too-few-disks",
          "pools|{'disks':['a'],'node':'elsewhere'}|421|not-of-this-node",
          "volumes|{'pool':'no-such-pool'}|404|pool-not-found",
          "volumes|{'pool':'p','quota':'-1'}|400|quantity-invalid",
          "volumes|{'pool':'p','quota':'99Ei'}|400|quantity-invalid",
          "volumes|{'pool':'p','quota':'1e9'}|400|quantity-invalid",
          "volumes|{'pool':'p/../q'}|400|name-invalid",
          "snapshots|{'volume':'no-such-volume'}|404|volume-not-found",
          "snapshots|{'volume':'../x'}|400|name-invalid",
          "snapshot-schedules|{'volume':'no-such-volume','schedule':'0 3 * * *'}|404|volume-not-found",
          "snapshot-schedules|{'volume':'v','schedule':'every day'}|422|value-invalid",
          "snapshot-schedules|{'volume':'v','schedule':'0 3 * * *','timeZone':'Mars'}|422|value-invalid",
          "snapshot-schedules|{'volume':'v','schedule':'0 3 * * *','jitter':'99999h'}|422|value-invalid");

  private static @Nullable Everything before;

  @BeforeEach
  void look() {
    before = before == null ? Everything.now() : before;
  }

  @AfterEach
  void nothingStays() {
    assertThat(Everything.now()).isEqualTo(before);
  }

  /** A wish of a kind that would be granted, were it not for its name. */
  private static String spec(String kind) {
    return switch (kind) {
      case "pools" -> "{'disks':['/dev/null']}";
      case "volumes" -> "{'pool':'p'}";
      case "snapshots" -> "{'volume':'v'}";
      default -> "{'volume':'v','schedule':'0 3 * * *'}";
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"pools", "volumes", "snapshots", "snapshot-schedules"})
  void aNameThatIsNoLabelIsRefused(String kind) {
    for (String name : NAMES) {
      // When
      Response answer = asking().body(body(name, spec(kind))).post(API + "/" + kind);
      // Then
      assertProblem(answer, 400, name.indexOf('\0') < 0 ? "name-invalid" : "body-invalid");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pools", "volumes", "snapshots", "snapshot-schedules", "trash"})
  void aPathWithSuchANameLeadsNowhere(String kind) {
    for (String name :
        List.of("%2e%2e", "a%2fb", "a%00b", "%c3%bc", "%ff", "-rf", "A", "%20", "a%0ab", LONG)) {
      for (String way : List.of("GET ", "DELETE ", "PATCH ", "GET /files/x", "POST /restore")) {
        // When
        String[] parts = way.split(" ", 2);
        Response answer =
            asking()
                .body(body("x", spec(kind)))
                .request(parts[0], API + "/" + kind + "/" + name + parts[1]);
        // Then
        assertThat(answer.statusCode()).as(way + kind + name).isBetween(400, 499);
        assertHelps(answer);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pools", "volumes", "snapshots", "snapshot-schedules"})
  void aBodyThatIsNotWhatItShouldBeIsRefused(String kind) {
    bodies(kind)
        .forEach(body -> {
          // When
          Response answer = asking().body(body.replace('\'', '"')).post(API + "/" + kind);
          // Then
          assertProblem(answer, 400, "body-invalid");
        });
  }

  private static Stream<String> bodies(String kind) {
    Stream<String> every =
        Stream.of(
            "",
            "{",
            "null",
            "[]",
            "7",
            "'text'",
            "{} {}",
            "{}",
            "\ufeff{}",
            "{'metadata':{'name':'x'}}",
            "{'metadata':{'name':'x'},'spec':[]}",
            "{'metadata':{'name':7},'spec':{}}",
            "{'metadata':{'name':'x','owner':'me'},'spec':{}}",
            "{'metadata':{'name':'x','labels':{'a b':'c'}},'spec':{}}",
            "{'metadata':{'name':'x','labels':{'a':'" + "b".repeat(64) + "'}},'spec':{}}",
            "{'metadata':{'name':'x','name':'y'},'spec':{}}",
            "{'metadata':{'name':'x'},'spec':{},'admin':true}",
            "[".repeat(3000),
            "{'spec':".repeat(3000));
    Stream<String> specs =
        switch (kind) {
          case "pools" ->
              Stream.of(
                  "{'disks':'/dev/null'}",
                  "{'disks':[7]}",
                  "{'disks':[null]}",
                  "{'disks':['a'],'compression':'brotli'}",
                  "{'disks':['a'],'compression':'zstd:99'}",
                  "{'disks':['a'],'erase':'yes'}",
                  "{'disks':['a'],'mountOptions':'suid'}");
          case "volumes" ->
              Stream.of(
                  "{'pool':'p','owner':'root'}",
                  "{'pool':'p','owner':'-1:0'}",
                  "{'pool':'p','mode':'7777'}",
                  "{'pool':'p','mode':493}",
                  "{'pool':'p','noCow':'true'}",
                  "{'pool':'p','backend':'zfs'}",
                  "{'pool':'p','quotas':'1G'}",
                  "{'pool':'p','displayName':'a\\u0000b'}",
                  "{'quota':'1G'}");
          case "snapshots" -> Stream.of("{'volume':'v','pinned':1}", "{'pinned':true}");
          default ->
              Stream.of(
                  "{'volume':'v','schedule':['*']}",
                  "{'volume':'v'}",
                  "{'volume':'v','schedule':'0 3 * * *','retention':{'daily':-1}}",
                  "{'volume':'v','schedule':'0 3 * * *','retention':{'daily':99999999999}}");
        };
    return Stream.concat(every, specs.map(spec -> "{'metadata':{'name':'x'},'spec':" + spec + "}"));
  }

  @Test
  void whatCannotBeHasItsOwnType() {
    for (String row : REFUSED) {
      // When
      String[] part = row.split("\\|", -1);
      Response answer = asking().body(body(freshName(), part[1])).post(API + "/" + part[0]);
      // Then
      assertProblem(answer, Integer.parseInt(part[2]), part[3]);
    }
  }

  /** Longhorn is a backend of volumes, but not yet. */
  @Test
  void aBackendThatIsNotHereIsRefused() {
    // Given
    String pool = Asking.pool(128L << 20);
    before = Everything.now();
    // When
    Response answer =
        asking()
            .body(body(freshName(), "{'pool':'" + pool + "','backend':'longhorn'}"))
            .post(API + "/volumes");
    // Then
    assertProblem(answer, 422, "backend-unknown");
    assertThat(answer.<String>path("detail")).contains("Longhorn").contains("btrfs");
  }

  @Test
  void aNewNameIsHeldToTheSame() {
    for (String name : List.of("..", "a/b", "-rf", "a".repeat(64), "A", "")) {
      String as = "\"as\":\"" + name + "\"}";
      // When / Then
      assertProblem(
          asking().body("{\"disks\":[\"/dev/x\"]," + as).post(API + "/pools/adopt"),
          400,
          "name-invalid");
      assertProblem(asking().body("{" + as).post(API + "/trash/x/restore"), 400, "name-invalid");
    }
  }

  @Test
  void textThatNobodyCanReadIsRefused() {
    String pool = Asking.pool(128L << 20);
    String volume = Asking.volume(pool, "");
    before = Everything.now();
    for (String text : List.of("", " ", "\\u0007", "\\u202e", "\\ud800", "x".repeat(201))) {
      String name = ",'displayName':'" + text + "'}";
      for (Response answer :
          List.of(
              asking()
                  .body(body(freshName(), "{'pool':'" + pool + "'" + name))
                  .post(API + "/volumes"),
              asking()
                  .body(body(freshName(), "{'volume':'" + volume + "'" + name))
                  .post(API + "/snapshots"))) {
        // When / Then
        assertProblem(answer, 422, "value-invalid");
      }
    }
    String long4000 = "0 3 * * " + "1,".repeat(2000) + "1";
    assertProblem(
        asking()
            .body(body(freshName(), "{'volume':'" + volume + "','schedule':'" + long4000 + "'}"))
            .post(API + "/snapshot-schedules"),
        422,
        "value-invalid");
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() {
    // Given
    String large = body(freshName(), "{'pool':'p','displayName':'" + "x".repeat(1 << 20) + "'}");
    // When
    Response answer = asking().body(large).post(API + "/volumes");
    // Then
    assertProblem(answer, 413, "body-too-large");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/xml", "application/octet-stream"})
  void anotherContentTypeIsRefused(String type) {
    for (String kind : KINDS) {
      // When
      Response answer =
          asking()
              .contentType(type)
              .body(body(freshName(), spec(kind)).getBytes(java.nio.charset.StandardCharsets.UTF_8))
              .post(API + "/" + kind);
      // Then
      assertProblem(answer, 415, "media-type-unsupported");
    }
  }

  @Test
  void aPositionInTimeThatNoDatabaseHasIsRefused() {
    // Given
    String after = "1:+300000-01-01T00:00:00Z " + new UUID(0, 0);
    String forged =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(after.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    // When / Then
    assertProblem(asking().get(API + "/tasks?continue=" + forged), 400, "continue-invalid");
  }
}
