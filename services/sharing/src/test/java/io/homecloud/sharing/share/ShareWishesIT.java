package io.homecloud.sharing.share;

import static io.homecloud.sharing.share.Houses.SHARES;
import static io.homecloud.sharing.share.Houses.STORAGE;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.patch;
import static io.homecloud.sharing.share.Houses.post;
import static io.homecloud.sharing.share.Houses.reason;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.Houses.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.homecloud.control.Name;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.serving.Grant;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which shares can be wished for, and for whom. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = ShareHouse.class, restrictToAnnotatedClass = true)
class ShareWishesIT {
  @Inject SharingControl control;

  @BeforeEach
  void makeVolume() {
    RestAssured.enableLoggingOfRequestAndResponseIfValidationFails();
    Houses.pool("home");
    if (asking().get(STORAGE + "/volumes/all").statusCode() == 404) {
      volume("home", "all");
    }
  }

  @Test
  void aGroupThatHasRightsStaysUntilTheyAreTakenFromIt() {
    // Given
    String groups = "/api/sharing/v1/groups";
    post(groups + "?wait=2m", "{'metadata':{'name':'readers'},'spec':{}}").statusCode(201);
    share(
            "read",
            "{'volume':'all','path':'read','protocols':['smb'],'guests':'read','access':[{'group':'readers','level':'read'}]}")
        .statusCode(201);
    // When
    ValidatableResponse refused = asking().delete(groups + "/readers").then();
    // Then
    refused
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:group-in-use"))
        .body("shares", equalTo(List.of("read")));
    patch(SHARES + "/read?wait=2m", "{'spec':{'access':[]}}").statusCode(200);
    asking().delete(groups + "/readers?wait=2m").then().statusCode(204);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          global    | 'volume':'all','protocols':['smb']                                        | 422 | name-reserved
          globals   | 'volume':'all','protocols':['smb']                                        | 422 | name-reserved
          homes     | 'volume':'all','protocols':['smb']                                        | 422 | name-reserved
          printers  | 'volume':'all','protocols':['smb']                                        | 422 | name-reserved
          Photos    | 'volume':'all','protocols':['smb']                                        | 400 | name-invalid
          IPC$      | 'volume':'all','protocols':['smb']                                        | 400 | name-invalid
          x         | 'volume':'none','protocols':['smb']                                       | 404 | volume-not-found
          x         | 'protocols':['smb']                                                       | 400 | body-invalid
          x         | 'volume':'all'                                                            | 422 | value-invalid
          x         | 'volume':'all','protocols':['ftp']                                        | 400 | body-invalid
          x         | 'volume':'all','protocols':['smb'],'path':'../x'                          | 422 | share-path-invalid
          x         | 'volume':'all','protocols':['smb'],'path':'a/../../x'                     | 422 | share-path-invalid
          x         | 'volume':'all','protocols':['smb'],'path':'/etc'                          | 422 | share-path-invalid
          x         | 'volume':'all','protocols':['smb'],'path':'a//b'                          | 422 | share-path-invalid
          x         | 'volume':'all','protocols':['smb'],'path':'a\\u0000b'                     | 400 | body-invalid
          x         | 'volume':'all','protocols':['smb'],'path':'a\\nb'                         | 422 | share-path-invalid
          x         | 'volume':'all','protocols':['smb'],'displayName':'a\\n[global]'           | 422 | value-invalid
          x         | 'volume':'all','protocols':['smb'],'access':[{'account':'nobody-here','level':'read'}] | 404 | account-not-found
          x         | 'volume':'all','protocols':['smb'],'access':[{'group':'nobody-here','level':'read'}]   | 404 | group-not-found
          x         | 'volume':'all','protocols':['smb'],'access':[{'level':'read'}]            | 400 | body-invalid
          x         | 'volume':'all','protocols':['smb'],'access':[{'account':'a','group':'b','level':'read'}] | 400 | body-invalid
          x         | 'volume':'all','protocols':['smb'],'access':[{'account':'a','level':'none'}] | 400 | body-invalid
          x         | 'volume':'all','protocols':['nfs']                                        | 422 | value-invalid
          x         | 'volume':'all','protocols':['nfs'],'nfs':{'clients':[],'as':'a'}          | 422 | value-invalid
          x         | 'volume':'all','protocols':['nfs'],'nfs':{'clients':['10.0.0.0/8']}       | 422 | value-invalid
          x         | 'volume':'all','protocols':['nfs'],'nfs':{'clients':['example.org'],'as':'a'} | 422 | value-invalid
          x         | 'volume':'all','protocols':['nfs'],'nfs':{'clients':['10.0.0.0/33'],'as':'a'} | 422 | value-invalid
          x         | 'volume':'all','protocols':['nfs'],'nfs':{'clients':['1.2.3'],'as':'a'}   | 422 | value-invalid
          x         | 'volume':'all','protocols':['nfs'],'nfs':{'clients':['fd00::/120'],'as':'a'} | 422 | value-invalid
          x         | 'volume':'all','protocols':['nfs'],'nfs':{'clients':['::ffff:10.0.0.0/120'],'as':'a'} | 422 | value-invalid
          x         | 'volume':'all','protocols':['nfs'],'nfs':{'clients':['10.0.0.1; }'],'as':'a'} | 422 | value-invalid
          x         | 'volume':'all','protocols':['nfs'],'nfs':{'clients':['fd00::/8'],'as':'nobody-here'} | 404 | account-not-found
          x         | 'volume':'all','protocols':['smb'],'nfs':{'clients':['10.0.0.1'],'as':'a'} | 422 | not-together
          x         | 'volume':'all','protocols':['smb','nfs'],'homes':true,'nfs':{'clients':['10.0.0.1'],'as':'a'} | 422 | not-together
          x         | 'volume':'all','protocols':['smb'],'homes':true,'guests':'write'          | 422 | not-together
          x         | 'volume':'all','protocols':['webdav'],'timeMachine':true                  | 422 | not-together
          x         | 'volume':'all','protocols':['smb'],'timeMachine':true,'readOnly':true     | 422 | not-together
          x         | 'volume':'all','protocols':['smb'],'timeMachine':{'limit':'lots'}         | 400 | quantity-invalid
          x         | 'volume':'all','protocols':['webdav'],'recycleBin':{'days':3}             | 422 | not-together
          x         | 'volume':'all','protocols':['smb'],'recycleBin':{'days':0}                | 400 | body-invalid
          x         | 'volume':'all','protocols':['smb'],'recycleBin':'yes'                     | 400 | body-invalid
          x         | 'volume':'all','protocols':['webdav'],'smb':{'encryption':'required'}     | 422 | not-together
          x         | 'volume':'all','protocols':['smb'],'smb':{'minimum':'1'}                  | 400 | body-invalid
          x         | 'volume':'all','protocols':['smb'],'colour':'red'                         | 400 | body-invalid
          """)
  void whatCannotBeIsRefusedWithASentence(String name, String spec, int status, String word) {
    // When
    ValidatableResponse answer = share(name, "{" + spec + "}");
    // Then
    answer
        .statusCode(status)
        .body("type", equalTo("urn:homecloud:problem:" + word))
        .body("detail", org.hamcrest.Matchers.matchesPattern("(?s).{12,}[.})]"));
    asking().get(SHARES + "/x").then().statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"out", "in/side", "file"})
  void whereALinkIsOnTheWayNothingIsServed(String path) throws Exception {
    // Given
    Path volume = Path.of(asking().get(STORAGE + "/volumes/all").<String>path("status.mountPath"));
    if (!Files.exists(volume.resolve("out"), LinkOption.NOFOLLOW_LINKS)) {
      Files.createSymbolicLink(volume.resolve("out"), Path.of("/etc"));
      Files.createDirectory(volume.resolve("in"));
      Files.createSymbolicLink(volume.resolve("in/side"), Path.of("../in"));
      Files.writeString(volume.resolve("file"), "f");
    }
    String name = "link-" + path.replace('/', '-');
    // When
    post(
            SHARES + "?wait=1s",
            "{'metadata':{'name':'%s'},'spec':{'volume':'all','path':'%s','protocols':['smb']}}"
                .formatted(name, path))
        .statusCode(202);
    // Then
    eventually(() ->
        assertThat(reason(name)).isEqualTo(path.equals("file") ? "NotADirectory" : "LinkInPath"));
    assertThat(TestSharing.server(Protocol.SMB).share(name)).isEmpty();
    asking().delete(SHARES + "/" + name + "?wait=2m").then().statusCode(204);
  }

  @Test
  void everyWordOfAWishReachesTheServer() {
    // Given
    account("alice", "{'groups':[]}");
    post("/api/sharing/v1/groups?wait=2m", "{'metadata':{'name':'kids'},'spec':{}}")
        .statusCode(201);
    // When
    ValidatableResponse answer =
        share(
            "everything",
            """
            {'volume':'all','path':'über uns','protocols':['smb','nfs','webdav'],
            'access':[{'account':'alice','level':'write'},{'group':'kids','level':'read'}],'guests':'read',
            'nfs':{'clients':['192.168.1.0/24','fd00::1'],'as':'alice'},'recycleBin':true,'previousVersions':true,
            'timeMachine':{'limit':'500G'},'hidden':true,'smb':{'encryption':'required','minimum':'2.1'},
            'accessLog':true,'displayName':'Über uns'}\
            """);
    // Then
    answer
        .statusCode(201)
        .body("spec.recycleBin.days", equalTo(30))
        .body(
            "status.conditions.find{it.type=='RecycleBin'}.message",
            containsString("over NFS or WebDAV is gone for good"))
        .body(
            "status.conditions.find{it.type=='PreviousVersions'}.reason",
            equalTo("NotWhereGuestsCome"))
        .body("spec.timeMachine.limit", equalTo("500G"))
        .body("status.urls.nfs", containsString("nfs://cloud.test:"));
    ServedShare served = TestSharing.server(Protocol.NFS).share("everything").orElseThrow();
    assertThat(served.grants())
        .containsExactly(
            new Grant.ToAccount(new Name("alice"), Level.WRITE),
            new Grant.ToGroup(new Name("kids"), Level.READ));
    assertThat(served.guests()).isEqualTo(Level.READ);
    assertThat(java.util.Objects.requireNonNull(served.nfs()).clients())
        .containsExactly("192.168.1.0/24", "fd00::1");
    assertThat(served.recycleBinDays()).hasValue(30);
    assertThat(served.timeMachine()).hasValue(500_000_000_000L);
    assertThat(served.snapshots()).isNotNull();
    assertThat(served.hidden()).isTrue();
    assertThat(served.accessLog()).isTrue();
    patch(SHARES + "/everything?wait=2m", "{'spec':{'recycleBin':false,'timeMachine':null}}")
        .statusCode(200);
    assertThat(TestSharing.server(Protocol.SMB).share("everything").orElseThrow().recycleBinDays())
        .isEmpty();
  }

  @Test
  void eachHasAHomeThatIsMadeWhenTheyCome() throws Exception {
    // Given
    Path volume = volume("home", "people");
    account("bob", "{}");
    post("/api/sharing/v1/groups?wait=2m", "{'metadata':{'name':'family'},'spec':{}}")
        .statusCode(201);
    share(
            "house",
            """
            {'volume':'people','protocols':['smb'],'homes':true,
            'access':[{'account':'bob','level':'write'},{'group':'family','level':'write'}]}\
            """)
        .statusCode(201);
    // When
    int carol = account("carol", "{'groups':['family']}");
    account("dave", "{}");
    // Then
    eventually(() ->
        assertThat(house().homes().keySet())
            .containsExactlyInAnyOrder(new Name("bob"), new Name("carol")));
    assertThat(Files.getAttribute(volume.resolve("carol"), "unix:uid")).isEqualTo(carol);
    assertThat((int) Files.getAttribute(volume.resolve("carol"), "unix:mode") & 0777)
        .isEqualTo(0700);
    Path home = house().homes().get(new Name("carol"));
    assertThat(Files.getAttribute(home, "unix:uid")).isEqualTo(ServedShare.FILES_ID);
    patch("/api/sharing/v1/accounts/carol?wait=2m", "{'spec':{'disabled':true}}").statusCode(200);
    eventually(() -> assertThat(house().homes().keySet()).containsExactly(new Name("bob")));
    assertThat(home).doesNotExist();
    assertThat(volume.resolve("carol")).exists();
  }

  @Test
  void ofHomesThatBelongToOthersNothingIsServed() throws Exception {
    // Given: directories that somebody made who could write to all
    Path volume = volume("home", "flats");
    int ella = account("ella", "{}");
    share(
            "flats",
            "{'volume':'flats','protocols':['smb','webdav'],'access':[{'account':'ella','level':'write'}]}")
        .statusCode(201);
    Path flat = Files.createDirectory(volume.resolve("ella"));
    Files.setAttribute(flat, "unix:uid", 1000);
    // When
    patch(SHARES + "/flats?wait=1s", "{'spec':{'homes':true}}").statusCode(202);
    // Then
    eventually(() -> assertThat(reason("flats")).isEqualTo("NobodyCanUseIt"));
    ServedShare served = TestSharing.server(Protocol.SMB).share("flats").orElseThrow();
    assertThat(served.ofHomes()).isTrue();
    assertThat(served.directories()).isEmpty();
    share("flats")
        .body("status.conditions.find{it.type=='Degraded'}.reason", equalTo("HomeMissing"))
        .body(
            "status.conditions.find{it.type=='Degraded'}.message",
            containsString("ella belongs to user 1000"));
    Files.setAttribute(flat, "unix:uid", ella);
    patch(SHARES + "/flats?wait=2m", "{'spec':{'displayName':'Flats'}}").statusCode(200);
    asking().delete(SHARES + "/flats?wait=2m").then().statusCode(204);
  }

  private static ServedShare house() {
    return TestSharing.server(Protocol.SMB).share("house").orElseThrow();
  }

  private static int account(String name, String spec) {
    return Houses.account(name, spec).extract().path("status.uid");
  }

  @Test
  void whoLeavesIsAskedWhatBecomesOfTheirThings() {
    // Given
    String accounts = "/api/sharing/v1/accounts";
    for (String name : java.util.List.of("leaver", "stayer")) {
      post(accounts + "?wait=2m", "{'metadata':{'name':'" + name + "'},'spec':{}}").statusCode(201);
    }
    share(
            "left",
            "{'volume':'all','path':'left','protocols':['smb','nfs'],'access':["
                + "{'account':'leaver','level':'write'},{'account':'stayer','level':'read'}],"
                + "'nfs':{'clients':['10.0.0.1'],'as':'leaver'}}")
        .statusCode(201);
    // When, Then: machines that come in their name are somebody's to move
    asking()
        .delete(accounts + "/leaver?files=keep")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:account-in-use"))
        .body("shares[0]", equalTo("left"));
    patch(SHARES + "/left?wait=2m", "{'spec':{'nfs':{'as':'stayer'}}}").statusCode(200);
    // When, Then: nobody decided
    asking()
        .delete(accounts + "/leaver")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:account-has-things"))
        .body("has.shares[0]", equalTo("left"))
        .body("detail", containsString("files=keep"));
    for (String wrong : java.util.List.of("burn", "give:", "give:../x", "keep,give:stayer")) {
      asking().queryParam("files", wrong).delete(accounts + "/leaver").then().statusCode(400);
    }
    for (String nobody : java.util.List.of("leaver", "nobody-knows")) {
      asking().delete(accounts + "/leaver?files=give:" + nobody).then().statusCode(404);
    }
    // When, Then: files stay, and who has the name later gets nothing of it
    asking().delete(accounts + "/leaver?files=keep&wait=2m").then().statusCode(204);
    share("left")
        .body("spec.access.size()", equalTo(1))
        .body("spec.access[0].account", equalTo("stayer"));
    asking().delete(SHARES + "/left?wait=2m").then().statusCode(204);
  }

  @Test
  void whoNfsClientsActAsIsGoneOnceAnotherOneIsNamed() {
    // Given
    String nils = "/api/sharing/v1/accounts/nils";
    account("nils", "{}");
    account("nora", "{}");
    share(
            "machines",
            "{'volume':'all','path':'machines','protocols':['nfs'],'nfs':{'clients':['10.0.0.1'],'as':'nils'},"
                + "'access':[{'account':'nils','level':'write'},{'account':'nora','level':'write'}]}")
        .statusCode(201);
    // When: by kubectl, which lets nobody be asked
    var _ =
        control
            .plane()
            .resources()
            .requestDeletion(SharingKinds.ACCOUNT, new Name("nils"), Optional.empty());
    // Then
    eventually(() ->
        asking()
            .get(nils)
            .then()
            .body("status.conditions.find{it.type=='Ready'}.reason", equalTo("NfsClientsActAsIt"))
            .body("status.conditions.find{it.type=='Ready'}.message", containsString("machines")));
    assertThat(
            control
                .people()
                .accountFeature()
                .reconciler()
                .reconcile(
                    control
                        .plane()
                        .resources()
                        .find(SharingKinds.ACCOUNT, new Name("nils"))
                        .orElseThrow()))
        .isInstanceOf(Outcome.LookAgain.class);
    share("machines").body("spec.access.account", equalTo(List.of("nora")));
    patch(SHARES + "/machines?wait=2m", "{'spec':{'nfs':{'as':'nora'}}}").statusCode(200);
    eventually(() -> asking().get(nils).then().statusCode(404));
    asking().delete(SHARES + "/machines?wait=2m").then().statusCode(204);
  }

  @Test
  void aHomeOnAnotherNodeIsNamedAndNeitherGivenNorPutAway() {
    // Given
    String accounts = "/api/sharing/v1/accounts";
    account("olga", "{}");
    account("paul", "{}");
    volume("home", "far");
    share(
            "far",
            "{'volume':'far','protocols':['smb'],'homes':true,'access':[{'account':'olga','level':'write'}]}")
        .statusCode(201);
    carry("far", "attic");
    // When, Then
    asking().delete(accounts + "/olga").then().statusCode(409).body("has.homes[0]", equalTo("far"));
    for (String decision : List.of("trash", "give:paul")) {
      asking()
          .delete(accounts + "/olga?files=" + decision)
          .then()
          .statusCode(409)
          .body("type", equalTo("urn:homecloud:problem:account-in-use"))
          .body("detail", containsString("Share far is on node attic"));
    }
    asking().delete(accounts + "/paul?files=trash&wait=2m").then().statusCode(204);
    asking().delete(accounts + "/olga?files=keep&wait=2m").then().statusCode(204);
    carry("far", "testnode");
    asking().delete(SHARES + "/far?wait=2m").then().statusCode(204);
  }

  /** A volume and its share of the same name; what was told of them before counts no more. */
  private void carry(String name, String node) {
    control
        .plane()
        .database()
        .useTransaction(transaction -> {
          transaction
              .handle()
              .execute(
                  "update known_volume set node = ?, seen_at = now() where name = ?", node, name);
          transaction
              .handle()
              .execute(
                  "update resource set node = ?, revision = nextval('revision') where kind = 'Share' and name = ?",
                  node,
                  name);
        });
  }

  @Test
  void aMemberSeesTheSharesThatTheyMayReadAndNothingOfOthers() {
    // Given
    String accounts = "/api/sharing/v1/accounts";
    account("mia", "{}");
    account("noah", "{}");
    String both = "[{'account':'mia','level':'read'},{'account':'noah','level':'write'}]";
    share("both", "{'volume':'all','path':'both','protocols':['smb'],'access':" + both + "}")
        .statusCode(201);
    share(
            "veiled",
            "{'volume':'all','path':'v','protocols':['smb'],'hidden':true,'access':" + both + "}")
        .statusCode(201);
    share(
            "his-own",
            "{'volume':'all','path':'h','protocols':['smb'],'access':[{'account':'noah','level':'write'}]}")
        .statusCode(201);
    link(TestTokens.member("noah"), "his-link").statusCode(201);
    link(TestTokens.member("mia"), "her-link").statusCode(201);

    // When
    Response list = asMia().get("/api/sharing/v1/me/shares");

    // Then
    assertThat(list.statusCode()).isEqualTo(200);
    assertThat(list.<java.util.List<String>>path("items.metadata.name"))
        .contains("both")
        .doesNotContain("veiled", "his-own");
    assertThat(list.<String>path("items.find{it.metadata.name=='both'}.status.level"))
        .isEqualTo("read");
    assertThat(list.<String>path("items.find{it.metadata.name=='both'}.status.urls.smb"))
        .startsWith("smb://");
    assertThat(list.asString()).doesNotContain("noah", "volume", "path", "access");
    assertThat(
            asMia()
                .get("/api/sharing/v1/guest-links")
                .<java.util.List<String>>path("items.metadata.name"))
        .containsExactly("her-link");
    asMia().get("/api/sharing/v1/guest-links/his-link").then().statusCode(404);
    asMia().delete("/api/sharing/v1/guest-links/his-link").then().statusCode(404);
    for (String closed :
        java.util.List.of(
            "shares",
            "shares/both",
            "accounts",
            "accounts/noah",
            "accounts/mia",
            "groups",
            "sessions",
            "kept")) {
      asMia().get("/api/sharing/v1/" + closed).then().statusCode(403);
    }
    asMia().patch(SHARES + "/both").then().statusCode(403);
    // Who is disabled sees nothing any more
    patch(accounts + "/mia?wait=2m", "{'spec':{'disabled':true}}").statusCode(200);
    assertThat(asMia().get("/api/sharing/v1/me/shares").<java.util.List<String>>path("items"))
        .isEmpty();
    for (String gone : java.util.List.of("both", "veiled", "his-own")) {
      asking().delete(SHARES + "/" + gone + "?wait=2m").then().statusCode(204);
    }
  }

  private static RequestSpecification asMia() {
    return given().auth().oauth2(TestTokens.member("mia")).contentType(ContentType.JSON);
  }

  private static ValidatableResponse link(String token, String name) {
    return given()
        .auth()
        .oauth2(token)
        .contentType(ContentType.JSON)
        .body(
            "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"share\":\"both\",\"mode\":\"view\"}}"
                .formatted(name))
        .post("/api/sharing/v1/guest-links")
        .then();
  }
}
