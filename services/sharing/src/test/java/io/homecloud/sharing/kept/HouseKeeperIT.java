package io.homecloud.sharing.kept;

import static io.homecloud.sharing.share.Houses.SHARES;
import static io.homecloud.sharing.share.Houses.STORAGE;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.patch;
import static io.homecloud.sharing.share.Houses.post;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.Houses.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.events.database.Signal;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of sharing is on the pools, beside a storage with a real one. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = ShareHouse.class, restrictToAnnotatedClass = true)
class HouseKeeperIT {
  private static final String ACCOUNTS = "/api/sharing/v1/accounts";
  private static final String GROUPS = "/api/sharing/v1/groups";
  private static final String DOCUMENT = STORAGE + "/documents/sharing/house";
  private static final String PASSWORD_SET = "status.conditions.find{it.type=='PasswordSet'}";
  private static final String KEPT = "/api/sharing/v1/kept";
  private static final ObjectMapper JSON = new ObjectMapper();

  @Inject
  @DataSource("sharing")
  javax.sql.DataSource database;

  @Inject SharingControl control;

  @BeforeEach
  void makePool() {
    Houses.pool("home");
  }

  private static Response made(String kind, String name, String spec) {
    return post(kind + "?wait=2m", "{'metadata':{'name':'%s'},'spec':%s}".formatted(name, spec))
        .statusCode(201)
        .extract()
        .response();
  }

  private static Path document(String pool, String installation) {
    return ShareHouse.disks()
        .directory()
        .resolve("pools/" + pool + "/.homecloud/documents/sharing.house." + installation + ".json");
  }

  private static JsonNode kept() throws IOException {
    Path id = ShareHouse.disks().directory().resolve("installation-id");
    return JSON.readTree(Files.readString(document("home", Files.readString(id).strip())));
  }

  private static List<String> names(JsonNode list) {
    return list.valueStream().map(one -> one.path("name").asText()).toList();
  }

  /** As it is when nothing of it was ever written. */
  private void loseDatabase() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          delete from resource; delete from posix_identity; delete from kept_document;
          alter sequence posix_id restart\
          """);
    }
  }

  @Test
  void peopleAndSharesComeBackWithTheirNumbersAfterALostDatabase() throws Exception {
    // Given
    var _ = volume("home", "family");
    made(ACCOUNTS, "gone", "{}");
    asking().delete(ACCOUNTS + "/gone?wait=2m").then().statusCode(204);
    Response parents = made(GROUPS, "parents", "{'displayName':'Eltern'}");
    Response anna =
        made(
            ACCOUNTS, "anna", "{'displayName':'Anna','groups':['parents'],'role':'administrator'}");
    String password = "correct horse 42";
    asking()
        .body(Map.of("password", password))
        .put(ACCOUNTS + "/anna/password")
        .then()
        .statusCode(204);
    share(
            "family",
            "{'volume':'family','protocols':['smb'],'access':[{'group':'parents','level':'write'}]}")
        .statusCode(201);
    eventually(() -> {
      assertThat(names(kept().path("content").path("shares"))).contains("family");
      assertThat(kept().path("content").path("accounts").findValuesAsText("id"))
          .contains(anna.path("status.uid").toString());
    });
    assertThat(kept().toString()).doesNotContain(password).doesNotContainIgnoringCase("hash");

    // When: somebody is faster than the pools
    loseDatabase();
    made(ACCOUNTS, "early", "{}");

    // Then
    eventually(() -> {
      Response back = asking().get(ACCOUNTS + "/anna");
      assertThat(back.statusCode()).isEqualTo(200);
      assertThat(back.<String>path("metadata.uid")).isEqualTo(anna.path("metadata.uid"));
      assertThat(back.<Integer>path("status.uid")).isEqualTo(anna.<Integer>path("status.uid"));
      assertThat(back.<String>path("spec.role")).isEqualTo("administrator");
      assertThat(asking().get(GROUPS + "/parents").<Integer>path("status.gid"))
          .isEqualTo(parents.<Integer>path("status.gid"));
      assertThat(
              asking()
                  .get(SHARES + "/family")
                  .<String>path("status.conditions.find{it.type=='Ready'}.status"))
          .isEqualTo("True");
    });
    asking()
        .body(Map.of("account", "anna", "password", password))
        .post("/api/sharing/v1/sign-in")
        .then()
        .statusCode(200);
    assertThat(asking().get(ACCOUNTS + "/anna").<String>path(PASSWORD_SET + ".status"))
        .isEqualTo("True");
    // Nobody has the number of anybody else, not even of who went before.
    int highest = anna.path("status.uid");
    eventually(() ->
        assertThat(asking().get(ACCOUNTS + "/early").<Integer>path("status.uid"))
            .isGreaterThan(highest));
    assertThat(made(ACCOUNTS, "late", "{}").<Integer>path("status.uid")).isGreaterThan(highest);
    eventually(() ->
        assertThat(names(kept().path("content").path("accounts")))
            .contains("anna", "early", "late")
            .doesNotContain("gone"));
  }

  @Test
  void sharesComeBackWhereTheirVolumesAreWhoeverReadsThePools() throws Exception {
    // Given
    var _ = volume("home", "carried");
    share("carried", "{'volume':'carried','protocols':['smb'],'guests':'read'}").statusCode(201);
    eventually(() -> assertThat(names(kept().path("content").path("shares"))).contains("carried"));

    // When: the volume is another node's by then
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "update known_volume set node = 'attic', seen_at = now() where name = 'carried'");
    }
    String uid = asking().get(SHARES + "/carried").path("metadata.uid");
    Set<String> heard = ConcurrentHashMap.newKeySet();
    control.plane().database().subscribe(Signal.Topic.WISH, heard::add);
    loseDatabase();
    made(ACCOUNTS, "wakes-it", "{}");

    // Then that node hears of it too, which nobody else tells
    eventually(() -> assertThat(heard).contains(uid));
    eventually(() -> {
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement();
          ResultSet found =
              statement.executeQuery(
                  "select node from resource where kind = 'Share' and name = 'carried'")) {
        assertThat(found.next()).isTrue();
        assertThat(found.getString(1)).isEqualTo("attic");
      }
    });
  }

  @Test
  void whoComesBackWithoutAPasswordSaysWhatToDo() throws Exception {
    // Given
    made(ACCOUNTS, "carla", "{'role':'administrator'}");
    asking()
        .body(Map.of("password", "before the loss"))
        .put(ACCOUNTS + "/carla/password")
        .then()
        .statusCode(204);
    eventually(() -> assertThat(names(kept().path("content").path("accounts"))).contains("carla"));
    String uid = asking().get(ACCOUNTS + "/carla").path("metadata.uid");

    // When: the database is lost, and the secrets with it
    Files.delete(ShareHouse.disks().directory().resolve("secrets/accounts/" + uid + ".json"));
    loseDatabase();
    made(ACCOUNTS, "wakes-it-too", "{}");

    // Then
    eventually(() -> {
      Response back = asking().get(ACCOUNTS + "/carla");
      assertThat(back.<String>path(PASSWORD_SET + ".reason")).isEqualTo("PasswordLost");
      assertThat(back.<String>path(PASSWORD_SET + ".message"))
          .contains("PUT /api/sharing/v1/accounts/carla/password", "./homecloud token");
    });
    signIn("before the loss").then().statusCode(401);
    patch(ACCOUNTS + "/carla?wait=2m", "{'spec':{'displayName':'Carla'}}").statusCode(200);
    assertThat(asking().get(ACCOUNTS + "/carla").<String>path(PASSWORD_SET + ".reason"))
        .isEqualTo("PasswordLost");

    // When: the machine's own token, which is no account's
    asking()
        .body(Map.of("password", "after the loss"))
        .put(ACCOUNTS + "/carla/password")
        .then()
        .statusCode(204);

    // Then
    signIn("after the loss").then().statusCode(200).body("role", equalTo("administrator"));
    eventually(() ->
        assertThat(asking().get(ACCOUNTS + "/carla").<String>path(PASSWORD_SET + ".reason"))
            .isEqualTo("Set"));
  }

  private static Response signIn(String password) {
    return given()
        .contentType(ContentType.JSON)
        .body(Map.of("account", "carla", "password", password))
        .post("/api/sharing/v1/sign-in");
  }

  @Test
  void whatIsNoUsableWishOnAPoolIsPassedOver() throws Exception {
    // Given
    made(GROUPS, "friends", "{}");
    eventually(() -> assertThat(names(kept().path("content").path("groups"))).contains("friends"));
    JsonNode good = kept();
    ObjectNode content = good.path("content").deepCopy();
    ObjectNode friends =
        content
            .path("groups")
            .valueStream()
            .filter(group -> group.path("name").asText().equals("friends"))
            .map(group -> (ObjectNode) group)
            .findFirst()
            .orElseThrow();
    var accounts = content.withArray("accounts");
    account(accounts.addObject(), "root", "{}");
    account(accounts.addObject(), "no name", "{}");
    account(accounts.addObject(), "two-lines", "{\"displayName\":\"a\\nb\"}");
    account(accounts.addObject(), "stranger", "{\"groups\":[\"nobody-knows\"]}");
    account(accounts.addObject(), "usable", "{\"unknown\":1}").put("id", 7);
    account(accounts.addObject(), "clustered", "{\"passwordSecretRef\":{\"name\":\"hers\"}}");
    var shares = content.withArray("shares");
    account(shares.addObject(), "global", "{\"volume\":\"x\",\"protocols\":[\"smb\"]}");
    account(
        shares.addObject(),
        "outside",
        "{\"volume\":\"x\",\"path\":\"../..\",\"protocols\":[\"smb\"]}");
    friends.put("id", 2_000_000_000);
    content.put("nextId", Integer.MAX_VALUE);

    // When
    ObjectNode body = JSON.createObjectNode().put("revision", good.path("revision").asLong() + 9);
    body.set("content", content);
    asking().body(body.toString()).put(DOCUMENT).then().statusCode(200);
    made(GROUPS, "wakes-it", "{}");

    // Then
    eventually(() ->
        assertThat(asking().get(ACCOUNTS + "/usable").<Integer>path("status.uid"))
            .isBetween(20_000, 1_000_000_000));
    // What its password was kept in is not here.
    eventually(() -> {
      Response clustered = asking().get(ACCOUNTS + "/clustered");
      assertThat(clustered.<Object>path("spec.passwordSecretRef")).isNull();
      assertThat(clustered.<String>path(PASSWORD_SET + ".reason")).isEqualTo("PasswordLost");
    });
    for (String name : List.of("root", "two-lines", "stranger")) {
      assertThat(asking().get(ACCOUNTS + "/" + name).statusCode()).isEqualTo(404);
    }
    for (String name : List.of("global", "outside")) {
      assertThat(asking().get(SHARES + "/" + name).statusCode()).isEqualTo(404);
    }
    eventually(() ->
        assertThat(kept().path("revision").asLong())
            .isGreaterThan(good.path("revision").asLong() + 9));
  }

  @Test
  void thatOfAnotherInstallationGivesNobodyAnythingUntilAnAdministratorSaysSo() throws Exception {
    // Given: a pool that comes from elsewhere
    var disk = ShareHouse.disks().disk(256L << 20);
    post(
            STORAGE + "/pools?wait=2m",
            "{'metadata':{'name':'visitor'},'spec':{'disks':['%s']}}".formatted(disk))
        .statusCode(201);
    var _ = volume("home", "private");
    made(ACCOUNTS, "resident", "{}");
    String theirs = "7f2c3f5e-0d7c-4a55-9d5e-3f1f6d7a4b21";
    ObjectNode content = JSON.createObjectNode().put("format", 1).put("nextId", 900_000_000);
    account(content.withArray("accounts").addObject(), "intruder", "{\"role\":\"administrator\"}");
    account(content.withArray("accounts").addObject(), "resident", "{\"role\":\"administrator\"}");
    account(
            content.withArray("shares").addObject(),
            "open",
            "{\"volume\":\"private\",\"protocols\":[\"smb\"],\"guests\":\"write\"}")
        .put("createdAt", "-999999999-01-01T00:00:00Z")
        .put("createdBy", "no\u0000body");
    ObjectNode note =
        JSON.createObjectNode()
            .put("format", 1)
            .put("installation", theirs)
            .put("service", "sharing")
            .put("name", "house")
            .put("revision", 1L << 40);
    note.set("content", content);
    Files.createDirectories(document("visitor", theirs).getParent());
    Files.writeString(document("visitor", theirs), note.toString());
    post(STORAGE + "/pools/visitor/export", "").statusCode(200);

    // When
    post(STORAGE + "/pools/adopt?wait=2m", "{'disks':['%s']}".formatted(disk)).statusCode(201);

    // Then: it can be looked at, and does nothing
    eventually(() ->
        asking()
            .get(KEPT)
            .then()
            .statusCode(200)
            .body("accounts.name", hasItems("intruder", "resident"))
            .body("shares[0].spec.guests", equalTo("write")));
    made(GROUPS, "later", "{}");
    eventually(() -> assertThat(names(kept().path("content").path("groups"))).contains("later"));
    asking().get(ACCOUNTS + "/intruder").then().statusCode(404);
    asking().get(SHARES + "/open").then().statusCode(404);
    given()
        .auth()
        .oauth2(TestTokens.member("resident"))
        .contentType(ContentType.JSON)
        .post(KEPT + "/restore")
        .then()
        .statusCode(403);

    // When
    int number = asking().get(ACCOUNTS + "/resident").path("status.uid");
    Response taken = asking().post(KEPT + "/restore");

    // Then: what was here stays as it is
    assertThat(taken.statusCode()).isEqualTo(200);
    assertThat(taken.<String>path("items.find{it.name=='resident'}.reason")).contains("its name");
    assertThat(taken.<String>path("items.find{it.name=='intruder'}.reason")).isEmpty();
    assertThat(asking().get(ACCOUNTS + "/resident").<String>path("spec.role")).isEqualTo("member");
    assertThat(asking().get(ACCOUNTS + "/resident").<Integer>path("status.uid")).isEqualTo(number);
    assertThat(asking().get(ACCOUNTS + "/intruder").<String>path("metadata.createdBy"))
        .isEqualTo("unknown");
    asking().get(SHARES + "/open").then().statusCode(200);
    asking().delete(SHARES + "/open?wait=2m").then().statusCode(204);
  }

  private static ObjectNode account(ObjectNode item, String name, String spec) throws IOException {
    item.put("uid", java.util.UUID.randomUUID().toString()).put("name", name).put("generation", 1);
    item.set("spec", JSON.readTree(spec));
    return item;
  }
}
