package io.homecloud.sharing.leaving;

import static io.homecloud.sharing.share.Houses.SHARES;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.patch;
import static io.homecloud.sharing.share.Houses.post;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.Houses.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.nullValue;

import io.homecloud.sharing.samba.OpenClient;
import io.homecloud.sharing.samba.SmbClient;
import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.RealServersHouse;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Somebody comes, and somebody leaves, with clients of real servers. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = RealServersHouse.class, restrictToAnnotatedClass = true)
class LeavingIT {
  private static final String API = "/api/sharing/v1";
  private static final String ALICE = API + "/accounts/alice";
  private static final String LINK = API + "/guest-links/for-grandma";
  private static final String PASSWORD = "correct horse 42";
  private static final String NFS_AS_CARL = "'nfs':{'clients':['127.0.0.1'],'as':'carl'},";

  @Test
  void whatSomebodyHasIsNamedAndGoesToWhomItIsGiven() throws Exception {
    // Given
    Houses.pool("home");
    Path volume = volume("home", "house");
    account("alice");
    int bob = account("bob").path("status.uid");
    String everybody =
        "'access':[{'account':'alice','level':'write'},{'account':'bob','level':'read'}]";
    share(
            "dens",
            "{'volume':'house','path':'dens','protocols':['smb'],'homes':true," + everybody + "}")
        .statusCode(201);
    share(
            "docs",
            "{'volume':'house','path':'docs','protocols':['smb','nfs'],'nfs':{'clients':['127.0.0.1'],'as':'alice'},"
                + everybody
                + "}")
        .statusCode(201);
    Path letter = Files.writeString(ShareHouse.disks().directory().resolve("letter"), "dear diary");
    assertThat(smb("alice").run("dens", "put " + letter + " letter.txt; mkdir deep").ok()).isTrue();
    // What is no file of theirs is not touched, wherever a link leads.
    Files.createSymbolicLink(volume.resolve("dens/alice/deep/away"), Path.of("/etc/hostname"));
    Object hostname = Files.getAttribute(Path.of("/etc/hostname"), "unix:uid");
    String token = signIn("alice").path("token");
    for (var link : Map.of("for-grandma", "docs", "to-my-own", "dens").entrySet()) {
      as(token)
          .body(
              "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"share\":\"%s\",\"mode\":\"view\"}}"
                  .formatted(link.getKey(), link.getValue()))
          .post(API + "/guest-links")
          .then()
          .statusCode(201);
    }
    OpenClient connected = new OpenClient(smb("alice"), "docs").type("ls");
    OpenClient other = new OpenClient(smb("bob"), "dens").type("ls");
    eventually(() -> assertThat(sessions()).contains("alice", "bob"));

    // When, Then: nobody decided
    asking()
        .delete(ALICE)
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:account-has-things"))
        .body("has.shares", contains("dens", "docs"))
        .body("has.nfs", contains("docs"))
        .body("has.homes", contains("dens"))
        .body("has.guestLinks", contains("for-grandma", "to-my-own"))
        .body("has.signIns", equalTo(1))
        .body("has.sessions", greaterThan(0));
    asking().delete(ALICE + "?files=give:bob").then().statusCode(409);
    asking()
        .delete(ALICE + "?files=keep&links=revoke")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:account-in-use"));
    as(token).get(API + "/me").then().statusCode(200);

    // When
    asking().delete(ALICE + "?files=give:bob&links=give:bob&wait=2m").then().statusCode(204);

    // Then: it is bob's
    assertThat(volume.resolve("dens/bob/alice/letter.txt")).hasContent("dear diary");
    for (String moved : List.of("", "letter.txt", "deep")) {
      assertThat(Files.getAttribute(volume.resolve("dens/bob/alice/" + moved), "unix:uid"))
          .isEqualTo(bob);
    }
    assertThat(Files.getAttribute(Path.of("/etc/hostname"), "unix:uid")).isEqualTo(hostname);
    share("docs")
        .body("spec.access.account.unique()", contains("bob"))
        .body("spec.nfs.as", equalTo("bob"));
    assertThat(smb("bob").run("dens", "get alice/letter.txt " + letter + ".bob").ok()).isTrue();
    as(signIn("bob").path("token"))
        .get(LINK)
        .then()
        .statusCode(200)
        .body("metadata.createdBy", equalTo("bob"));
    // One into her own directory leads nowhere: bob's has other files.
    eventually(() -> asking().get(API + "/guest-links/to-my-own").then().statusCode(404));
    // And she is nowhere any more
    as(token).get(API + "/me").then().statusCode(401);
    assertThat(smb("alice").run("docs", "ls").ok()).isFalse();
    eventually(() -> assertThat(sessions()).doesNotContain("alice"));
    assertThat(connected.type("ls").end()).containsAnyOf("NT_STATUS", "the client ended");
    assertThat(other.type("ls").end()).doesNotContain("NT_STATUS").contains("alice");

    // When: somebody else gets the name
    account("alice");
    share("docs").body("spec.access.account.unique()", contains("bob"));
    as(signIn("alice").path("token"))
        .get(API + "/guest-links")
        .then()
        .statusCode(200)
        .body("items", empty());

    // Then: what nobody is given goes with the account, and files stay
    asking().delete(ALICE + "?wait=2m").then().statusCode(204);
    asking().delete(API + "/accounts/bob?files=keep").then().statusCode(409);
    asking().delete(SHARES + "/docs?wait=2m").then().statusCode(204);
    asking().delete(API + "/accounts/bob?files=keep&links=revoke&wait=2m").then().statusCode(204);
    eventually(() -> asking().get(LINK).then().statusCode(404));
    assertThat(volume.resolve("dens/bob/alice/letter.txt")).hasContent("dear diary");
  }

  @Test
  void aShareIsReadyOnceSomebodyWhoMayUseItCanSignIn() {
    // Given
    Houses.pool("home");
    volume("home", "cellar");
    newcomer("carl");
    String wish = "{'volume':'cellar','path':'%s','protocols':['smb','webdav'%s],";
    String carls = "'access':[{'account':'carl','level':'write'}]";

    // When
    post(
            SHARES + "?wait=1s",
            "{'metadata':{'name':'wine'},'spec':" + wish.formatted("wine", "") + carls + "}}")
        .statusCode(202);

    // Then
    eventually(() -> assertThat(Houses.reason("wine")).isEqualTo("NobodyCanUseIt"));
    share("wine")
        .body("status.urls.smb", nullValue())
        .body("status.urls.webdav", nullValue())
        .body(
            "status.conditions.find{it.type=='Ready'}.message",
            containsString("carl. Set one: PUT /api/sharing/v1/accounts/carl/password."));
    assertThat(smb("carl").run("wine", "ls").ok()).isFalse();
    // Machines need no password, and guests none either
    share("cider", wish.formatted("cider", ",'nfs'") + NFS_AS_CARL + carls + "}")
        .statusCode(201)
        .body("status.urls.smb", nullValue())
        .body("status.urls.nfs", containsString("nfs://"))
        .body("status.conditions.find{it.type=='Degraded'}.reason", equalTo("NobodyCanUseIt"));
    share("water", wish.formatted("water", "") + "'guests':'read'," + carls + "}").statusCode(201);

    // When
    password("carl");

    // Then
    eventually(() -> assertThat(Houses.reason("wine")).isEqualTo("Ready"));
    share("wine").body("status.urls.webdav", containsString("/dav/wine/"));
    assertThat(smb("carl").run("wine", "mkdir red").ok()).isTrue();
    eventually(
        () -> share("cider").body("status.conditions.find{it.type=='Degraded'}", nullValue()));

    // When
    patch(API + "/accounts/carl?wait=2m", "{'spec':{'disabled':true}}").statusCode(200);

    // Then
    for (String share : List.of("wine", "cider")) {
      eventually(() -> assertThat(Houses.reason(share)).isEqualTo("NobodyCanUseIt"));
      asking().delete(SHARES + "/" + share + "?wait=2m").then().statusCode(204);
    }
    assertThat(Houses.reason("water")).isEqualTo("Ready");
    asking().delete(SHARES + "/water?wait=2m").then().statusCode(204);
    asking().delete(API + "/accounts/carl?wait=2m").then().statusCode(204);
  }

  @Test
  void whatWentIntoTheTrashWithSomebodyComesBackFromThere() throws Exception {
    // Given
    Houses.pool("home");
    Path volume = volume("home", "flat");
    account("dora");
    int emil = account("emil").path("status.uid");
    share(
            "rooms",
            "{'volume':'flat','path':'rooms','protocols':['smb'],'homes':true,"
                + "'access':[{'account':'dora','level':'write'},{'account':'emil','level':'write'}]}")
        .statusCode(201);
    Path note = Files.writeString(ShareHouse.disks().directory().resolve("note"), "dear emil");
    assertThat(smb("dora").run("rooms", "put " + note + " note.txt").ok()).isTrue();

    // When
    asking().delete(API + "/accounts/dora?files=trash&wait=2m").then().statusCode(204);

    // Then: nobody is let in, and whoever is called so later gets nothing of it
    assertThat(volume.resolve("rooms/dora")).doesNotExist();
    share("rooms").body("spec.access.account", contains("emil"));
    String homes = API + "/left-homes";
    Response left = asking().get(homes);
    left.then()
        .body("items.share", contains("rooms"))
        .body("items.account", contains("dora"))
        .body("items[0].goneAt", greaterThan(left.<String>path("items[0].leftAt")));
    String give = homes + "/rooms/" + left.path("items[0].id") + "/give";

    // When, Then
    for (String wrong : List.of(give.replace("rooms", "docks"), homes + "/rooms/..%2Femil/give")) {
      asking().body("{\"to\":\"emil\"}").post(wrong).then().statusCode(404);
    }
    asking().body("{\"to\":\"nobody-here\"}").post(give).then().statusCode(404);
    asking().body("{}").post(give).then().statusCode(400);
    asking().body("{\"to\":\"emil\"}").post(give).then().statusCode(204);
    asking().body("{\"to\":\"emil\"}").post(give).then().statusCode(404);
    assertThat(smb("emil").run("rooms", "get dora/note.txt " + note + ".back").ok()).isTrue();
    assertThat(Path.of(note + ".back")).hasContent("dear emil");
    assertThat(Files.getAttribute(volume.resolve("rooms/emil/dora/note.txt"), "unix:uid"))
        .isEqualTo(emil);
    asking().get(homes).then().body("items", empty());
    asking().delete(SHARES + "/rooms?wait=2m").then().statusCode(204);
    asking().delete(API + "/accounts/emil?wait=2m").then().statusCode(204);
  }

  private static Response newcomer(String name) {
    return post(API + "/accounts?wait=2m", "{'metadata':{'name':'%s'},'spec':{}}".formatted(name))
        .statusCode(201)
        .extract()
        .response();
  }

  private static void password(String name) {
    asking()
        .body(Map.of("password", PASSWORD))
        .put(API + "/accounts/" + name + "/password")
        .then()
        .statusCode(204);
  }

  private static Response account(String name) {
    Response made = newcomer(name);
    password(name);
    return made;
  }

  private static Response signIn(String name) {
    return given()
        .contentType(ContentType.JSON)
        .body(Map.of("account", name, "password", PASSWORD))
        .post(API + "/sign-in");
  }

  private static RequestSpecification as(String token) {
    return given().auth().oauth2(token).contentType(ContentType.JSON);
  }

  private static List<String> sessions() {
    return asking().get(API + "/sessions").path("items.session.account");
  }

  private static SmbClient smb(String name) {
    int port = ConfigProvider.getConfig().getValue("HOMECLOUD_SMB_PORT", Integer.class);
    return SmbClient.as(port, name, PASSWORD);
  }
}
