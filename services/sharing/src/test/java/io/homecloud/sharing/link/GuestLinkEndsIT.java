package io.homecloud.sharing.link;

import static io.homecloud.sharing.Told.told;
import static io.homecloud.sharing.link.Guests.LINKS;
import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.link;
import static io.homecloud.sharing.link.Guests.page;
import static io.homecloud.sharing.link.Guests.path;
import static io.homecloud.sharing.link.Guests.reason;
import static io.homecloud.sharing.link.Guests.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.not;

import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What ends a link, also for who is using it just then, and what is told and written of it. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class GuestLinkEndsIT {
  private static final long LARGE = 256L << 20;

  @Inject SharingControl control;

  private Path photos = Path.of("/");

  @BeforeEach
  void aShareWithFiles() throws IOException {
    photos = Guests.photos();
    Path large = photos.resolve("film.mp4");
    if (!Files.exists(large)) {
      try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
        file.setLength(LARGE);
      }
    }
  }

  /** A link of somebody who may read a share of the photos; its path. */
  private static String linkOf(String account) {
    Houses.account(account, "{}");
    Houses.share(
            "of-" + account,
            "{'volume':'photos','protocols':['webdav'],'access':[{'account':'%s','level':'read'}]}"
                .formatted(account))
        .statusCode(201);
    return path(
        wish(
            TestTokens.member(account),
            "by-" + account,
            "'spec':{'share':'of-%s','paths':['film.mp4']}".formatted(account)));
  }

  /** A download of which the beginning has come. */
  private static InputStream begun(HttpClient client, String link)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(Guests.host() + link + "/f/film.mp4?download")).build();
    InputStream body = client.send(request, BodyHandlers.ofInputStream()).body();
    assertThat(body.readNBytes(1 << 20)).hasSize(1 << 20);
    return body;
  }

  /**
   * It may have been under way already, but most of it does not come, to one who takes twenty
   * seconds for it.
   */
  private static void assertBreaksOff(InputStream download) throws InterruptedException {
    long read = 1 << 20;
    byte[] piece = new byte[1 << 16];
    try (download) {
      for (int more = download.read(piece); more >= 0; more = download.read(piece)) {
        read += more;
        Thread.sleep(5);
      }
    } catch (IOException e) {
      assertThat(read).isLessThan(LARGE);
      return;
    }
    throw new AssertionError("it came to an end as if nothing were amiss, after " + read);
  }

  @Test
  void whatIsTakenBackEndsForWhoIsDownloadingToo() throws Exception {
    // Given
    String link = link("revoked", "{'share':'photos','paths':['film.mp4']}");
    try (HttpClient client = HttpClient.newHttpClient()) {
      InputStream download = begun(client, link);

      // When
      Houses.asking().delete(LINKS + "/revoked?wait=2m").then().statusCode(204);

      // Then
      assertBreaksOff(download);
    }
    guest().get(link).then().statusCode(404);
  }

  @Test
  void aLinkEndsWhenItsMakerIsNotLetIntoTheShareAnyMore() throws Exception {
    // Given
    String link = linkOf("ben");
    try (HttpClient client = HttpClient.newHttpClient()) {
      InputStream download = begun(client, link);

      // When
      Houses.patch(Houses.SHARES + "/of-ben?wait=2m", "{'spec':{'access':[]}}").statusCode(200);

      // Then
      eventually(() -> assertThat(reason("by-ben")).isEqualTo("RightLost"));
      assertBreaksOff(download);
    }
    guest().get(link).then().statusCode(404);
    Houses.patch(
            Houses.SHARES + "/of-ben?wait=2m",
            "{'spec':{'access':[{'account':'ben','level':'read'}]}}")
        .statusCode(200);
    eventually(() -> assertThat(reason("by-ben")).isEqualTo("Ready"));
    guest().get(link).then().statusCode(200);
  }

  @Test
  void aLinkThatAnotherInstanceLooksAfterEndsForWhoIsDownloadingHere() throws Exception {
    // Given
    String link = linkOf("eve");
    of("by-eve", "elsewhere");
    try (HttpClient client = HttpClient.newHttpClient()) {
      InputStream download = begun(client, link);

      // When
      Houses.patch(Houses.SHARES + "/of-eve?wait=2m", "{'spec':{'access':[]}}").statusCode(200);

      // Then
      assertBreaksOff(download);
      assertThat(reason("by-eve")).isEqualTo("Ready");
    } finally {
      of("by-eve", control.plane().node());
    }
  }

  /** Has another node look after that link. */
  private void of(String link, String node) {
    control
        .plane()
        .database()
        .useTransaction(transaction ->
            transaction
                .handle()
                .execute(
                    "update resource set node = ?, revision = nextval('revision') where kind = 'GuestLink' and name = ?",
                    node,
                    link));
  }

  @Test
  void aLinkEndsWhenItsMakerIsDisabledOrGone() throws Exception {
    // Given
    String link = linkOf("cleo");
    try (HttpClient client = HttpClient.newHttpClient()) {
      InputStream download = begun(client, link);

      // When
      Houses.patch(SharingKinds.API + "/accounts/cleo?wait=2m", "{'spec':{'disabled':true}}")
          .statusCode(200);

      // Then
      eventually(() -> assertThat(reason("by-cleo")).isEqualTo("RightLost"));
      assertBreaksOff(download);
    }
    guest().get(link).then().statusCode(404);

    // When
    String another = linkOf("dora");
    guest().get(another).then().statusCode(200);
    Houses.asking()
        .delete(SharingKinds.API + "/accounts/dora?wait=2m&files=keep&links=revoke")
        .then()
        .statusCode(204);

    // Then
    guest().get(another).then().statusCode(404);
    eventually(() ->
        Houses.asking().get(SharingKinds.API + "/guest-links/by-dora").then().statusCode(404));
  }

  @Test
  void aLinkDoesNotOpenTheFilesOfAnotherShareThatGotTheName() throws IOException {
    // Given
    String spec = "{'volume':'%s','path':'%s','protocols':['webdav'],'access':[]}";
    Files.createDirectories(photos.resolve("ours/theirs"));
    Files.writeString(photos.resolve("ours/letter.txt"), "for you");
    Files.writeString(photos.resolve("ours/theirs/letter.txt"), "not for you");
    Path diary = Houses.volume("home", "diary");
    Files.createDirectories(diary.resolve("ours"));
    Files.writeString(diary.resolve("ours/letter.txt"), "not for you either");
    Houses.share("letters", spec.formatted("photos", "ours")).statusCode(201);
    String link = link("letter", "{'share':'letters','paths':['letter.txt']}");
    guest().get(link).then().statusCode(200).body(containsString("for you"));

    // When: the share is moved, and moved back
    Houses.patch(Houses.SHARES + "/letters", "{'spec':{'path':'ours/theirs'}}").statusCode(200);

    // Then
    guest().get(link).then().statusCode(404);
    eventually(() -> assertThat(reason("letter")).isEqualTo("ShareMoved"));
    Houses.patch(Houses.SHARES + "/letters", "{'spec':{'volume':'diary','path':'ours'}}")
        .statusCode(200);
    guest().get(link).then().statusCode(404);
    Houses.patch(Houses.SHARES + "/letters?wait=2m", "{'spec':{'volume':'photos'}}")
        .statusCode(200);
    eventually(() -> assertThat(reason("letter")).isEqualTo("Ready"));
    guest().get(link).then().statusCode(200).body(containsString("for you"));

    // When: there is another share of the same files
    Houses.asking().delete(Houses.SHARES + "/letters?wait=2m").then().statusCode(204);
    eventually(() -> assertThat(reason("letter")).isEqualTo("ShareGone"));
    Houses.share("letters", spec.formatted("photos", "ours")).statusCode(201);

    // Then
    guest().get(link).then().statusCode(404);
    eventually(() -> assertThat(reason("letter")).isEqualTo("ShareGone"));
  }

  @Test
  void whoGuessesIsLockedOutAlone() {
    // Given
    String guessed =
        path(wish("guessed", "'spec':{'share':'photos','paths':['summer']},'password':'Kühe 7'"));
    String beside =
        path(wish("beside", "'spec':{'share':'photos','paths':['summer']},'password':'Kühe 7'"));
    for (int i = 0; i < 10; i++) {
      guess("198.51.100.7", guessed, "no " + i, 401);
    }

    // When, Then
    guess("198.51.100.7", guessed, "Kühe 7", 429);
    guess("198.51.100.8", guessed, "Kühe 7", 303);
    guess("198.51.100.7", beside, "Kühe 7", 303);
    List<String> lines =
        Houses.asking()
            .get(LINKS + "/guessed/log")
            .path("items.collect{it.what + ' ' + it.address}");
    assertThat(lines).containsExactly("opened 198.51.100.8", "locked 198.51.100.7");
    told("io.homecloud.guest-link.locked.v1", "198.51.100.7");
    told("io.homecloud.guest-link.used.v1", "198.51.100.8");
  }

  @Test
  void anotherPasswordIsAskedOfThoseTooWhoCameInBefore() {
    // Given
    String link = link("asks", "{'share':'photos','paths':['summer']}");
    guest().get(link).then().body(containsString("note.txt"));

    // When
    password("asks", "{\"password\":\"first\"}").then().statusCode(204);
    Response first = unlocked(link, "first");
    password("asks", "{\"password\":\"second\"}").then().statusCode(204);

    // Then
    guest().cookies(first.cookies()).get(link).then().body(not(containsString("note.txt")));
    assertThat(unlocked(link, "first").statusCode()).isEqualTo(401);
    Response second = unlocked(link, "second");
    guest().cookies(second.cookies()).get(link).then().body(containsString("note.txt"));
    password("asks", "{}").then().statusCode(400);
    password("asks", "{\"password\":\"\"}").then().statusCode(422);
    password("nobody", "{\"password\":\"first\"}").then().statusCode(404);
    Houses.asking().delete(LINKS + "/asks/password").then().statusCode(204);
    guest().get(link).then().body(containsString("note.txt"));
  }

  private static Response password(String link, String body) {
    return Houses.asking()
        .contentType(ContentType.JSON)
        .body(body)
        .put(LINKS + "/" + link + "/password");
  }

  private static Response unlocked(String link, String password) {
    return page().contentType(ContentType.URLENC).formParam("password", password).post(link);
  }

  /** From an address, as the front tells it. */
  private static void guess(String address, String link, String password, int status) {
    page()
        .header("X-Forwarded-For", address)
        .contentType(ContentType.URLENC.withCharset(UTF_8))
        .formParam("password", password)
        .post(link)
        .then()
        .statusCode(status);
  }

  @Test
  void aLinkWhoseTimeIsOverSaysSoAndIsTold() {
    // Given
    String[] made = {""};
    eventually(() ->
        made[0] =
            link(
                "over",
                "{'share':'photos','expiresAt':'%s'}".formatted(Instant.now().plusSeconds(10))));
    String link = made[0];

    // When
    eventually(() -> assertThat(reason("over")).isEqualTo("Expired"));

    // Then
    guest().get(link).then().statusCode(410).body(containsString("expired"));
    guest().get(link + "/f/film.mp4?download").then().statusCode(410);
    told("io.homecloud.guest-link.created.v1", "over");
    told("io.homecloud.guest-link.expired.v1", "over");
  }

  @Test
  void whatIsDeletedIsSaidToBeGone() throws IOException {
    // Given
    Path gone = Files.writeString(photos.resolve("gone.txt"), "soon gone");
    String link = link("gone", "{'share':'photos','paths':['gone.txt']}");
    String several = link("gone-of-two", "{'share':'photos','paths':['gone.txt','summer']}");
    guest().get(link).then().statusCode(200).body(containsString("soon gone"));

    // When
    Files.delete(gone);

    // Then
    guest().get(link).then().statusCode(404).body(containsString("not there any more"));
    for (String how : new String[] {"", "?raw", "?download", "?zip"}) {
      guest().get(link + "/f/gone.txt" + how).then().statusCode(404).contentType("text/html");
    }
    guest()
        .get(several)
        .then()
        .statusCode(200)
        .body(containsString("summer"))
        .body(not(containsString("gone.txt")));
  }

  @Test
  void noLinkIsMadeToFilesThatAreAway() throws IOException {
    // Given
    Path attic = Houses.volume("home", "attic");
    Files.writeString(attic.resolve("chest.txt"), "old coins");
    Houses.share("attic", "{'volume':'attic','protocols':['webdav'],'access':[]}").statusCode(201);
    String before = link("chest", "{'share':'attic','paths':['chest.txt']}");
    Files.setAttribute(Files.createDirectory(attic.resolve("box")), "unix:uid", 1000);
    String box = link("box", "{'share':'attic','paths':['box'],'mode':'upload'}");
    Houses.trash("attic");
    eventually(() -> assertThat(Houses.reason("attic")).isEqualTo("VolumeTrashed"));

    // When
    Response refused = wish("chest-too", "'spec':{'share':'attic','paths':['chest.txt']}");

    // Then
    refused
        .then()
        .statusCode(409)
        .body("type", endsWith("share-not-ready"))
        .body("detail", containsString("make the link when they are"));
    Houses.asking().get(LINKS + "/chest-too").then().statusCode(404);
    guest().get(before).then().statusCode(503).body(containsString("not there just now"));
    Guests.page().body("x").put(box + "/files/x.txt").then().statusCode(503);
  }
}
