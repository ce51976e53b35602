package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.LINKS;
import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.link;
import static io.homecloud.sharing.link.Guests.page;
import static io.homecloud.sharing.link.Guests.wish;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a link opens for a guest, and for nobody else. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class GuestLinksIT {
  private static Path photos = Path.of("/");

  @BeforeEach
  void aShareWithFiles() throws IOException {
    photos = Guests.photos();
  }

  @Test
  void aGuestLooksAndDownloads() {
    // Given
    String link =
        link("looks", "{'share':'photos','paths':['summer'],'displayName':'Am See & so'}");

    // When
    Response first = guest().get(link);

    // Then
    first
        .then()
        .statusCode(200)
        .contentType("text/html")
        .header("Content-Security-Policy", containsString("default-src 'none'"))
        .body(containsString("Am See &amp; so"))
        .body(containsString("note.txt"))
        .body(not(containsString("link.txt")))
        .body(not(containsString("secret")));
    guest()
        .get(link + "/f/summer/lake%20%26%20sea")
        .then()
        .statusCode(200)
        .body(containsString("Bötchen #1.jpg"));
    Response picture = guest().get(link + "/f/summer/lake%20%26%20sea/B%C3%B6tchen%20%231.jpg?raw");
    picture
        .then()
        .statusCode(200)
        .contentType("image/jpeg")
        .header("X-Content-Type-Options", equalTo("nosniff"));
    guest()
        .header("Range", "bytes=2-4")
        .get(link + "/f/summer/note.txt?download")
        .then()
        .statusCode(206)
        .header("Content-Range", equalTo("bytes 2-4/10"))
        .header("Content-Disposition", containsString("attachment"))
        .body(equalTo("234"));
  }

  @Test
  void aLinkIsSaidOnceAndItsPictureIsTheSame() throws Exception {
    // When
    Response made = Guests.wish("said-once", "'spec':{'share':'photos','paths':['summer']}");

    // Then
    made.then().statusCode(201);
    String url = made.path("url");
    assertThat(QrReader.text(made.path("qr"))).isEqualTo(url);
    String token = url.substring(url.lastIndexOf('/') + 1);
    for (String later : new String[] {LINKS + "/said-once", LINKS}) {
      String answer = Houses.asking().get(later).then().statusCode(200).extract().asString();
      assertThat(answer).contains("said-once").doesNotContain(token, "\"url\"", "\"qr\"");
    }
  }

  @Test
  void whoGoesOnWithAFileThatHasChangedGetsAllOfIt() throws IOException {
    // Given
    Path file = Files.writeString(photos.resolve("summer/changing.txt"), "the first one");
    String link = link("changing", "{'share':'photos','paths':['summer']}");
    String url = link + "/f/summer/changing.txt?download";
    String tag = guest().get(url).header("ETag");
    guest()
        .header("Range", "bytes=4-")
        .header("If-Range", tag)
        .get(url)
        .then()
        .statusCode(206)
        .body(equalTo("first one"));

    // When
    Files.writeString(file, "the second one");
    Response answer = guest().header("Range", "bytes=4-").header("If-Range", tag).get(url);

    // Then
    answer.then().statusCode(200).body(equalTo("the second one"));
  }

  @Test
  void nothingThatPeopleStoreIsRunHere() {
    // Given
    String link = link("inert", "{'share':'photos','paths':['summer']}");

    // When
    Response raw = guest().get(link + "/f/summer/page.html?raw");

    // Then
    raw.then()
        .statusCode(200)
        .contentType("application/octet-stream")
        .header("Content-Disposition", containsString("attachment"))
        .header("Content-Security-Policy", containsString("sandbox"));
  }

  @Test
  void aLinkShowsWhatItIsToAndNothingBeside() {
    // Given
    String link = link("narrow", "{'share':'photos','paths':['summer/lake & sea']}");

    // When, Then
    for (String path :
        new String[] {
          "secret.txt",
          "summer",
          "summer/note.txt",
          "summer/lake%20%26%20sea/../note.txt",
          "summer/lake%20%26%20sea/%2e%2e/note.txt",
          "summer/lake%20%26%20sea%2f..%2fnote.txt",
          "summer/lake%20%26%20sea/..%2f..%2fsecret.txt",
          "%00",
          "..",
          "../../etc/passwd"
        }) {
      for (String how : new String[] {"", "?raw", "?download", "?zip"}) {
        Response answer = guest().get(link + "/f/" + path + how);
        // A path that leads back to the link itself shows its first page.
        assertThat(answer.statusCode()).as(path + how).isIn(200, 400, 404);
        assertThat(answer.contentType()).as(path + how).matches("text/html.*|.*problem.*");
        assertThat(answer.asString()).doesNotContain("0123456789").doesNotContain("business");
      }
    }
    String all = link("links", "{'share':'photos','paths':['summer']}");
    guest().get(all + "/f/summer/link.txt?raw").then().statusCode(404);
  }

  @Test
  void aDirectoryIsOneZip() throws IOException {
    // Given
    String link = link("zipped", "{'share':'photos','paths':['summer']}");

    // When
    Response zip = guest().get(link + "/f/summer?zip");

    // Then
    zip.then().statusCode(200).contentType("application/zip");
    Set<String> names = new HashSet<>();
    try (ZipInputStream in =
        new ZipInputStream(new ByteArrayInputStream(zip.asByteArray()), UTF_8)) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    assertThat(names).anyMatch(name -> name.endsWith("lake & sea/Bötchen #1.jpg"));
    String view = link("viewed", "{'share':'photos','paths':['summer'],'mode':'view'}");
    guest().get(view + "/f/summer?zip").then().contentType("text/html");
    guest().get(view + "/f/summer/note.txt?download").then().contentType("text/html");
  }

  @Test
  void whoMayOnlyLookGetsNoFileThatIsNotShown() throws IOException {
    // Given
    Path papers = Files.createDirectories(photos.resolve("papers"));
    Files.writeString(papers.resolve("contract.docx"), "signed");
    String view = link("no-files", "{'share':'photos','paths':['papers','summer'],'mode':'view'}");
    String download = link("files", "{'share':'photos','paths':['papers']}");

    // When
    Response raw = guest().get(view + "/f/papers/contract.docx?raw");

    // Then
    raw.then().statusCode(404).body(not(containsString("signed")));
    guest().get(view + "/f/summer/page.html?raw").then().statusCode(404);
    guest().get(view + "/f/papers/contract.docx").then().statusCode(200);
    guest().get(view + "/f/summer/note.txt?raw").then().body(equalTo("0123456789"));
    guest().get(download + "/f/papers/contract.docx?raw").then().body(equalTo("signed"));
  }

  @Test
  void whatGuestsLookAtIsInTheLogOnceForEachLook() {
    // Given
    String link = link("watched", "{'share':'photos','paths':['summer'],'mode':'view'}");
    String picture = link + "/f/summer/lake%20%26%20sea/B%C3%B6tchen%20%231.jpg";

    // When
    for (int part = 0; part < 3; part++) {
      guest().header("Range", "bytes=" + part + "-" + part).get(picture + "?raw");
    }
    guest().get(picture).then().statusCode(200);
    guest().get(link + "/f/summer/note.txt").then().statusCode(200);

    // Then
    List<Map<String, String>> lines =
        Houses.asking().get(LINKS + "/watched/log").path("items.findAll{it.what=='viewed'}");
    assertThat(lines)
        .extracting(line -> line.get("path"))
        .containsExactlyInAnyOrder("summer/lake & sea/Bötchen #1.jpg", "summer/note.txt");
  }

  @Test
  void aProgramWithoutCookiesIsOneVisitorAndAFileInPartsOneDownload() {
    // Given
    String link = link("in-parts", "{'share':'photos','paths':['summer']}");
    String note = link + "/f/summer/note.txt?download";

    // When
    for (int part = 0; part < 5; part++) {
      guest()
          .header("X-Forwarded-For", "198.51.100.21")
          .header("Range", "bytes=" + part + "-" + part)
          .get(note)
          .then()
          .statusCode(206);
    }

    // Then
    assertThat(did("in-parts")).containsExactlyInAnyOrder("opened", "downloaded");

    // When
    guest().header("X-Forwarded-For", "198.51.100.21").get(note).then().statusCode(200);
    guest().header("X-Forwarded-For", "198.51.100.22").get(link).then().statusCode(200);
    // Then
    assertThat(did("in-parts"))
        .containsExactlyInAnyOrder("opened", "downloaded", "downloaded", "opened");
    Eventually.eventually(
        () -> Houses.asking().get(LINKS + "/in-parts").then().body("status.uses", equalTo(2)));
  }

  private static List<String> did(String link) {
    return Houses.asking().get(LINKS + "/" + link + "/log").path("items.what");
  }

  @Test
  void aWishIsReplacedAsAWholeAndTheLinkStays() {
    // Given
    String link = link("replaced", "{'share':'photos','paths':['summer'],'maxUses':1}");
    String wish =
        "{\"metadata\":{\"name\":\"replaced\"},\"spec\":{\"share\":\"photos\",\"paths\":[\"summer\"]}}";

    // When
    Response answer = Houses.asking().body(wish).put(LINKS + "/replaced?wait=2m");

    // Then
    answer.then().statusCode(200).body("spec.maxUses", nullValue());
    guest().get(link).then().statusCode(200).body(containsString("note.txt"));
    given()
        .auth()
        .oauth2(TestTokens.member("nobody-here"))
        .contentType(ContentType.JSON)
        .body(wish)
        .put(LINKS + "/replaced")
        .then()
        .statusCode(404);
  }

  @Test
  void aPasswordIsAskedForOnceAndGuessingIsLocked() {
    // Given
    Response made =
        wish("locked", "'spec':{'share':'photos','paths':['summer']},'password':'Kühe 7'");
    String link = made.<String>path("url").replaceFirst("^https?://[^/]+", "");
    assertThat(made.asString()).doesNotContain("Kühe");
    guest().get(link).then().statusCode(200).body(not(containsString("note.txt")));
    guest().get(link + "/f/summer/note.txt?raw").then().body(not(containsString("012345")));

    // When
    Response opened =
        page()
            .contentType(ContentType.URLENC.withCharset(UTF_8))
            .formParam("password", "Kühe 7")
            .post(link);

    // Then
    opened.then().statusCode(303);
    guest().cookies(opened.cookies()).get(link).then().body(containsString("note.txt"));
    guest()
        .cookies(opened.cookies())
        .get(link + "/f/summer/note.txt?raw")
        .then()
        .body(equalTo("0123456789"));
    guest()
        .cookie("homecloud-visit", "9999999999.AAAA")
        .get(link)
        .then()
        .body(not(containsString("note.txt")));
    for (int i = 0; i < 10; i++) {
      page()
          .contentType(ContentType.URLENC)
          .formParam("password", "no " + i)
          .post(link)
          .then()
          .statusCode(401);
    }
    Response after =
        page()
            .contentType(ContentType.URLENC.withCharset(UTF_8))
            .formParam("password", "Kühe 7")
            .post(link);
    after.then().statusCode(429);
    assertThat(Integer.parseInt(after.header("Retry-After"))).isBetween(800, 901);
    assertThat(
            Houses.asking().get(LINKS + "/locked/log").<java.util.List<String>>path("items.what"))
        .contains("locked", "opened");
  }

  @Test
  void aVisitCountsOnceAndALookOfAMessengerNotAtAll() {
    // Given
    String link = link("counted", "{'share':'photos','paths':['summer'],'maxUses':1}");
    guest().get(link).then().statusCode(200).body(containsString("only so many times"));

    // When
    Response opened = page().contentType(ContentType.URLENC).formParam("x", "").post(link);

    // Then
    opened.then().statusCode(303);
    guest().cookies(opened.cookies()).get(link).then().body(containsString("note.txt"));
    guest().cookies(opened.cookies()).get(link).then().statusCode(200);
    // Whoever comes by a link on another site has no cookie until the button on ours is pressed.
    page()
        .cookies(opened.cookies())
        .contentType(ContentType.URLENC)
        .formParam("x", "")
        .post(link)
        .then()
        .statusCode(303);
    assertThat(opened.detailedCookies().asList().getFirst().getSameSite()).isEqualTo("Lax");
    page().contentType(ContentType.URLENC).formParam("x", "").post(link).then().statusCode(410);
    Eventually.eventually(() ->
        Houses.asking()
            .get(LINKS + "/counted")
            .then()
            .body("status.uses", equalTo(1))
            .body("status.conditions.find{it.type=='Ready'}.reason", equalTo("UsedUp")));
  }

  @Test
  void whoAsksOnlyWhetherThereIsSomethingDownloadsNothing() {
    // Given
    String link = link("asked", "{'share':'photos','paths':['summer']}");

    // When
    for (int i = 0; i < 50; i++) {
      guest().head(link + "/f/summer/note.txt?download").then().statusCode(200);
      guest().head(link + "/f/summer?zip").then().statusCode(200);
      guest().head(link + "/f/summer/nothing?download").then().statusCode(404);
    }

    // Then
    List<String> did = Houses.asking().get(LINKS + "/asked/log").path("items.what");
    assertThat(did).doesNotContain("downloaded");
    guest().get(link + "/f/summer/note.txt?download").then().statusCode(200);
  }

  @Test
  void anAddressThatAGuestMadeUpIsNothingAndNotAway() {
    // Given
    String link = link("made-up", "{'share':'photos','paths':['summer']}");

    // When / Then
    guest().get(link + "/f/summer?from=x").then().statusCode(200);
    guest()
        .get(link + "/f/summer/" + "a".repeat(255).concat("/").repeat(16))
        .then()
        .statusCode(404);
  }

  @Test
  void whatIsNoLinkOpensNothingAndWhoMayNotReadMakesNone() {
    // Given
    String link = link("short", "{'share':'photos'}");
    guest().get(link).then().statusCode(200);

    // When, Then
    guest().get("/g/AAAAAAAAAAAAAAAAAAAAAAAAAAA").then().statusCode(404);
    guest().get("/g/..%2f..%2fetc").then().statusCode(404);
    String nobody = TestTokens.member("nobody-here");
    given()
        .auth()
        .oauth2(nobody)
        .contentType(ContentType.JSON)
        .body("{\"metadata\":{\"name\":\"mine\"},\"spec\":{\"share\":\"photos\"}}")
        .post(LINKS)
        .then()
        .statusCode(404)
        .body("detail", equalTo("You have no share called photos."));
    given().auth().oauth2(nobody).get(LINKS + "/short").then().statusCode(404);
  }

  @Test
  void aDropBoxTakesWhatItMayAndShowsNothing() throws IOException {
    // Given
    String link =
        link(
            "box",
            "{'share':'photos','paths':['in-box'],'mode':'upload','limits':{'bytes':'1Ki','files':3,'types':['txt','jpg']}}");
    Response first = guest().get(link);
    first
        .then()
        .statusCode(200)
        .body(containsString("At most 3 files"))
        .body(not(containsString("note.txt")));
    var cookies = first.cookies();

    // When
    Response brought =
        page()
            .cookies(cookies)
            .contentType(ContentType.BINARY)
            .body("hello".getBytes(UTF_8))
            .put(link + "/files/Gr%C3%BC%C3%9Fe.txt");
    Response again =
        page()
            .cookies(cookies)
            .contentType(ContentType.BINARY)
            .body("other".getBytes(UTF_8))
            .put(link + "/files/Gr%C3%BC%C3%9Fe.txt");

    // Then
    brought.then().statusCode(201);
    again.then().statusCode(201).body("name", equalTo("Grüße (2).txt"));
    assertThat(photos.resolve("in-box/Grüße.txt")).hasContent("hello");
    assertThat(photos.resolve("in-box/Grüße (2).txt")).hasContent("other");
    assertThat(Files.getAttribute(photos.resolve("in-box/Grüße.txt"), "unix:uid")).isEqualTo(1000);
    page()
        .cookies(cookies)
        .contentType(ContentType.BINARY)
        .body("x".getBytes(UTF_8))
        .put(link + "/files/run.exe")
        .then()
        .statusCode(409);
    page()
        .cookies(cookies)
        .contentType(ContentType.BINARY)
        .body(new byte[2000])
        .put(link + "/files/large.jpg")
        .then()
        .statusCode(409);
    page()
        .cookies(cookies)
        .contentType(ContentType.BINARY)
        .body("x".getBytes(UTF_8))
        .put(link + "/files/..%2f..%2fsecret.txt")
        .then()
        .statusCode(201);
    assertThat(photos.resolve("in-box/secret.txt")).hasContent("x");
    assertThat(photos.resolve("secret.txt")).hasContent("nobody's business");
    page()
        .cookies(cookies)
        .contentType(ContentType.BINARY)
        .body("x".getBytes(UTF_8))
        .put(link + "/files/fourth.txt")
        .then()
        .statusCode(409);
    guest().cookies(cookies).get(link + "/f/in-box").then().statusCode(404);
    Eventually.eventually(
        () -> Houses.asking().get(LINKS + "/box").then().body("status.files", equalTo(3)));
  }
}
