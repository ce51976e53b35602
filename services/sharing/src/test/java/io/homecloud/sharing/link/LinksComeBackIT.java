package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.LINKS;
import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.link;
import static io.homecloud.sharing.link.Guests.page;
import static io.homecloud.sharing.link.Guests.path;
import static io.homecloud.sharing.link.Guests.reason;
import static io.homecloud.sharing.link.Guests.wish;
import static io.homecloud.sharing.share.Houses.STORAGE;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.testkit.Eventually.eventually;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.homecloud.control.api.Idempotency;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Links of a database that was lost, from the document that a real pool keeps. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(
    value = ShareHouse.class,
    restrictToAnnotatedClass = true,
    initArgs = @ResourceArg(name = "HOMECLOUD_PUBLIC_URL", value = "https://cloud.example.org/"))
class LinksComeBackIT {
  private static final String SEALED = "content.links.find{it.name=='locked'}.opens.password";
  private static final String SUMMER = "'spec':{'share':'photos','paths':['summer']%s}";

  @Inject SharingControl control;

  @Inject
  @DataSource("sharing")
  javax.sql.DataSource database;

  private void loseDatabase(String wakes) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "delete from resource; delete from guest_link; delete from posix_identity; delete from kept_document");
    }
    Houses.post(SharingKinds.API + "/groups", "{'metadata':{'name':'" + wakes + "'},'spec':{}}")
        .statusCode(201);
  }

  private static Response kept() {
    return asking().get(STORAGE + "/documents/sharing/house");
  }

  private static Response visit(String link, String password) {
    return page().contentType(ContentType.URLENC).formParam("password", password).post(link);
  }

  @Test
  void whatIsRememberedOfARequestTellsNoPassword() throws Exception {
    // Given
    var _ = Guests.photos();
    String body =
        "{\"metadata\":{\"name\":\"once-more\"},\"spec\":{\"share\":\"photos\"},\"password\":\"apple pie\"}";
    String key = "once-more";

    // When
    for (int time = 0; time < 2; time++) {
      eventually(() ->
          given()
              .auth()
              .oauth2(TestTokens.token("root", List.of("administrator")))
              .header("Idempotency-Key", key)
              .contentType(ContentType.JSON)
              .body(body)
              .post(LINKS)
              .then()
              .statusCode(201));
    }

    // Then
    Idempotency.Key guessed = Idempotency.Key.of("root", key, LINKS, body);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet kept =
            statement.executeQuery("select request from idempotency where key = 'once-more'")) {
      assertThat(kept.next()).isTrue();
      assertThat(kept.getString(1)).isNotEqualTo(guessed.fingerprint());
    }
    asking().delete(LINKS + "/once-more?wait=2m").then().statusCode(204);
  }

  @Test
  void linksOpenWhatTheyOpenedBeforeAndOnesThatEndedStayEnded() throws Exception {
    // Given
    var _ = Guests.photos();
    Response made = wish("open", SUMMER.formatted(""));
    String open = path(made);
    assertThat(made.<String>path("url")).startsWith("https://cloud.example.org/g/");
    String locked = path(wish("locked", SUMMER.formatted("") + ",'password':'apple pie'"));
    String once = link("once", "{'share':'photos','paths':['summer'],'maxUses':1}");
    String revoked = path(wish("revoked", SUMMER.formatted("")));
    asking().delete(LINKS + "/revoked?wait=2m").then().statusCode(204);
    visit(once, "").then().statusCode(303);
    eventually(() ->
        kept()
            .then()
            .body("content.links.name", equalTo(List.of("locked", "once", "open")))
            .body("content.links.find{it.name=='once'}.opens.uses", equalTo(1)));
    assertThat(kept().asString())
        .doesNotContain("apple pie", "argon2", open.substring(open.lastIndexOf('/') + 1));
    String sealed = kept().path(SEALED);

    // When
    loseDatabase("afterwards");

    // Then
    eventually(() -> assertThat(reason("open")).isEqualTo("Ready"));
    eventually(() -> guest().get(open).then().statusCode(200).body(containsString("note.txt")));
    guest().get(locked).then().statusCode(200).body(containsString("password"));
    assertThat(visit(locked, "banana split").statusCode()).isNotEqualTo(303);
    visit(locked, "apple pie").then().statusCode(303);
    visit(once, "").then().statusCode(410);
    eventually(() -> assertThat(reason("once")).isEqualTo("UsedUp"));
    guest().get(revoked).then().statusCode(404);
    asking().get(LINKS + "/open").then().body("metadata.createdBy", equalTo("root"));
    // Else it would be written anew each time that somebody looks
    assertThat(kept().<String>path(SEALED)).isEqualTo(sealed);

    // When: the secrets are lost, too
    synchronized (control.keeper()) {
      // Else what it has read could be sealed anew in between.
      Files.delete(ShareHouse.disks().directory().resolve("secrets/guest-links.key"));
      loseDatabase("in-the-end");
    }

    // Then
    eventually(() -> assertThat(reason("locked")).isEqualTo("NoSecret"));
    guest().get(locked).then().statusCode(404);
    eventually(() -> guest().get(open).then().statusCode(200).body(containsString("note.txt")));

    // When: the share gets other files
    Houses.patch(Houses.SHARES + "/photos", "{'spec':{'path':'in-box'}}").statusCode(200);

    // Then
    guest().get(open).then().statusCode(404);
    eventually(() -> assertThat(reason("open")).isEqualTo("ShareMoved"));
  }
}
