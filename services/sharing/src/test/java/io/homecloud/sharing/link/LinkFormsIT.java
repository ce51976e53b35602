package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.LINKS;
import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.link;
import static io.homecloud.sharing.link.Guests.page;
import static io.homecloud.sharing.link.Guests.wish;
import static io.homecloud.sharing.share.Houses.share;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import io.homecloud.control.Quantity;
import io.homecloud.sharing.SharingKinds;
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
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links as they are wished for, and the forms of their pages. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class LinkFormsIT {
  private static Path photos = Path.of("/");

  @BeforeEach
  void aShareWithFiles() throws IOException {
    photos = Guests.photos();
  }

  @Test
  void aFormWithoutAScriptBringsFilesToo() {
    // Given
    String link =
        link(
            "form",
            "{'share':'photos','paths':['in-box'],'mode':'upload','limits':{'bytes':'100Ki','types':['txt']}}");
    var cookies = guest().get(link).cookies();

    // When
    Response answer =
        page()
            .cookies(cookies)
            .multiPart("file", "eins.txt", "eins".getBytes(UTF_8))
            .multiPart("file", "zwei.exe", "zwei".getBytes(UTF_8))
            .multiPart("file", "drei.txt", new byte[200_000])
            .multiPart("file", "vier.txt", "vier".getBytes(UTF_8))
            .post(link + "/upload");

    // Then
    answer
        .then()
        .statusCode(200)
        .body(containsString("“eins.txt” has arrived."))
        .body(containsString("“zwei.exe” was not taken. Only files of these kinds"))
        .body(containsString("That is more than this link takes"))
        .body(containsString("“vier.txt” has arrived."));
    assertThat(photos.resolve("in-box/eins.txt")).hasContent("eins");
    assertThat(photos.resolve("in-box/vier.txt")).hasContent("vier");
    assertThat(photos.resolve("in-box/drei.txt")).doesNotExist();
    assertThat(photos.resolve("in-box/zwei.exe")).doesNotExist();
  }

  @Test
  void whoseDropBoxItIsSeesOnceWhatHasComeSince() {
    // Given
    Houses.account("ottilie", "{}");
    share(
            "ottilies",
            "{'volume':'photos','protocols':['webdav'],'access':[{'account':'ottilie','level':'write'}]}")
        .statusCode(201);
    String link =
        Guests.path(
            wish(
                TestTokens.member("ottilie"),
                "ottilies-box",
                "'spec':{'share':'ottilies','paths':['in-box'],'mode':'upload'}"));
    var cookies =
        page()
            .contentType(ContentType.URLENC)
            .formParam("account", "ottilie")
            .formParam("password", "correct horse 42")
            .post("/sign-in")
            .cookies();
    guest().cookies(cookies).get("/links").then().body(not(containsString("new file")));

    // When
    page()
        .cookies(guest().get(link).cookies())
        .multiPart("file", "five.txt", "five".getBytes(UTF_8))
        .multiPart("file", "six.txt", "six".getBytes(UTF_8))
        .post(link + "/upload")
        .then()
        .statusCode(200);

    // Then
    guest().cookies(cookies).get("/links").then().body(containsString("2 new files"));
    guest().cookies(cookies).get("/links").then().body(not(containsString("new file")));
  }

  @Test
  void ofMoreThanAHouseholdChoosesAtOnceNoSentenceIsKept() {
    // Given
    String link = link("flood", "{'share':'photos','paths':['in-box'],'mode':'upload'}");
    var cookies = guest().get(link).cookies();
    String part =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\".a\"\r\n\r\n\r\n";

    // When
    Response answer =
        page()
            .cookies(cookies)
            .contentType("multipart/form-data; boundary=x")
            .body((part.repeat(20_000) + "--x--\r\n").getBytes(UTF_8))
            .post(link + "/upload");

    // Then
    answer.then().statusCode(200).body(containsString("More than 500 at once are not taken"));
    assertThat(answer.asString().split("was not taken", -1)).hasSizeLessThanOrEqualTo(501);
  }

  @Test
  void aMemberMakesALinkAndTakesItBackOnAPage() {
    // Given
    String accounts = SharingKinds.API + "/accounts";
    Houses.post(accounts + "?wait=2m", "{'metadata':{'name':'anna'},'spec':{}}").statusCode(201);
    Houses.asking()
        .body("{\"password\":\"correct horse 42\"}")
        .put(accounts + "/anna/password")
        .then()
        .statusCode(204);
    share(
            "annas",
            "{'volume':'photos','protocols':['webdav'],'access':[{'account':'anna','level':'read'}]}")
        .statusCode(201);
    guest().get("/links").then().statusCode(303).header("Location", containsString("/sign-in"));
    var cookies =
        page()
            .contentType(ContentType.URLENC)
            .formParam("account", "anna")
            .formParam("password", "correct horse 42")
            .formParam("to", "//evil.example/")
            .post("/sign-in")
            .then()
            .statusCode(303)
            .header("Location", org.hamcrest.Matchers.equalTo(Guests.host() + "/"))
            .extract()
            .cookies();
    guest()
        .cookies(cookies)
        .get("/links")
        .then()
        .statusCode(200)
        .body(containsString("annas"))
        .body(not(containsString(">photos<")));

    // When
    Response made =
        page()
            .cookies(cookies)
            .contentType(ContentType.URLENC)
            .formParam("title", "<b>Fest</b>")
            .formParam("share", "annas")
            .formParam("mode", "download")
            .formParam("paths", "summer")
            .formParam("days", "3")
            .post("/links");

    // Then
    made.then()
        .statusCode(201)
        .body(containsString("&lt;b&gt;Fest"))
        .body(containsString("data:image/svg+xml"));
    var url = java.util.regex.Pattern.compile("/g/[A-Za-z0-9_-]{27}").matcher(made.asString());
    assertThat(url.find()).isTrue();
    guest().get(url.group()).then().statusCode(200).body(containsString("note.txt"));
    changes(cookies, url.group());
    page()
        .cookies(cookies)
        .contentType(ContentType.URLENC)
        .formParam("title", "x")
        .formParam("share", "annas")
        .formParam("mode", "upload")
        .formParam("days", "nine")
        .post("/links")
        .then()
        .statusCode(422)
        .body(containsString("days"));
    page()
        .cookies(cookies)
        .contentType(ContentType.URLENC)
        .formParam("title", "x")
        .formParam("share", "annas")
        .formParam("mode", "upload")
        .formParam("days", "9")
        .post("/links")
        .then()
        .statusCode(403);
    String name =
        Houses.asking().get(LINKS).path("items.find{it.metadata.createdBy=='anna'}.metadata.name");
    given()
        .cookies(cookies)
        .redirects()
        .follow(false)
        .contentType(ContentType.URLENC)
        .formParam("x", "")
        .header("Origin", "http://evil.example")
        .post("/links/" + name + "/revoke")
        .then()
        .statusCode(403);
    page()
        .cookies(cookies)
        .contentType(ContentType.URLENC)
        .formParam("x", "")
        .post("/links/" + name + "/revoke")
        .then()
        .statusCode(303);
    Eventually.eventually(() -> guest().get(url.group()).then().statusCode(404));
  }

  /** By the form in the list: password and expiry, each by itself. */
  private static void changes(Map<String, String> cookies, String link) {
    String name =
        Houses.asking().get(LINKS).path("items.find{it.metadata.createdBy=='anna'}.metadata.name");
    var visit = guest().get(link).cookies();
    Map<String, String> asks = Map.of("until", "2099-01-31", "password", " Kühe 7 ");
    change(cookies, name, asks).then().statusCode(303);
    guest().cookies(visit).get(link).then().body(not(containsString("note.txt")));
    assertThat(Houses.asking().get(LINKS + "/" + name).<String>path("spec.expiresAt"))
        .startsWith("2099-0");
    Response opened =
        page()
            .contentType(ContentType.URLENC.withCharset(UTF_8))
            .formParam("password", "Kühe 7")
            .post(link);
    opened.then().statusCode(303);
    guest().cookies(opened.cookies()).get(link).then().body(containsString("note.txt"));
    change(cookies, name, Map.of("until", "2001-01-31"))
        .then()
        .statusCode(422)
        .body(containsString("still to come"));
    for (String never : new String[] {"+999999999-12-31", "+12027-01-31", "-999999999-01-01"}) {
      change(cookies, name, Map.of("until", never)).then().statusCode(422);
    }
    change(cookies, name, Map.of("until", "9999-12-31")).then().statusCode(303);
    guest().cookies(cookies).get("/links").then().body(containsString("31 December 9999"));
    change(cookies, name, Map.of("until", "", "open", "yes")).then().statusCode(303);
    guest().get(link).then().body(containsString("note.txt"));
    assertThat(Houses.asking().get(LINKS + "/" + name).<String>path("spec.expiresAt")).isNull();
    change(Map.of(), name, asks).then().statusCode(303).header("Location", containsString("sign"));
  }

  private static Response change(
      Map<String, String> cookies, String name, Map<String, String> fields) {
    return page()
        .cookies(cookies)
        .contentType(ContentType.URLENC.withCharset(UTF_8))
        .formParams(fields)
        .post("/links/" + name + "/change");
  }

  @Test
  void whatIsPressedOnAPageThatWasOpenForLongIsDone() {
    // Given: of the cookies of a sign-in that which is kept for longer than a quarter of an hour
    Houses.account("olga", "{}");
    share(
            "olgas",
            "{'volume':'photos','protocols':['webdav'],'access':[{'account':'olga','level':'read'}]}")
        .statusCode(201);
    Map<String, String> kept =
        kept(
            page()
                .contentType(ContentType.URLENC)
                .formParams(Map.of("account", "olga", "password", "correct horse 42"))
                .post("/sign-in"));

    // When
    Response made =
        page()
            .cookies(kept)
            .contentType(ContentType.URLENC)
            .formParams(Map.of("title", "Old page", "share", "olgas", "mode", "view"))
            .post("/links");

    // Then
    made.then().statusCode(201).body(containsString("Your link is ready"));
    assertThat(made.cookie("homecloud")).isNotEmpty();
    String name =
        Houses.asking().get(LINKS).path("items.find{it.metadata.createdBy=='olga'}.metadata.name");

    // When
    Response changed = change(kept(made), name, Map.of("until", "2099-01-31"));
    // Then
    changed.then().statusCode(303).header("Location", not(containsString("sign-in")));
    assertThat(Houses.asking().get(LINKS + "/" + name).<String>path("spec.expiresAt"))
        .startsWith("2099-0");

    // When
    Response missed =
        page()
            .cookies(kept(changed))
            .contentType(ContentType.URLENC)
            .formParam("x", "")
            .post("/links/nobodys/revoke");
    // Then
    missed
        .then()
        .statusCode(404)
        .body(containsString("There is none of the guest-links called nobodys"));

    // When
    Response revoked =
        page()
            .cookies(kept(missed))
            .contentType(ContentType.URLENC)
            .formParam("x", "")
            .post("/links/" + name + "/revoke");
    // Then
    revoked.then().statusCode(303).header("Location", not(containsString("sign-in")));
    Eventually.eventually(() -> Houses.asking().get(LINKS + "/" + name).then().statusCode(404));
    guest().cookies(revoked.cookies()).get("/links").then().statusCode(200);
  }

  private static Map<String, String> kept(Response answer) {
    return Map.of("homecloud-refresh", answer.cookie("homecloud-refresh"));
  }

  @Test
  void passwordsThatAreTriedAtOnceAreCountedToo() throws InterruptedException {
    // Given
    String link =
        Guests.path(wish("tried", "'spec':{'share':'photos','paths':['summer']},'password':'x'"));
    List<Callable<Integer>> guesses =
        IntStream.range(0, 30)
            .<Callable<Integer>>mapToObj(i ->
                () ->
                    page()
                        .contentType(ContentType.URLENC)
                        .formParam("password", "no " + i)
                        .post(link)
                        .statusCode())
            .toList();

    // When
    List<Integer> answers;
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      answers = all.invokeAll(guesses).stream().map(Future::resultNow).toList();
    }

    // Then
    assertThat(answers).filteredOn(code -> code == 401).hasSize(10);
    assertThat(answers).filteredOn(code -> code == 429).hasSize(20);
  }

  @Test
  void aFormSaysHowMuchGuestsMayBring() {
    // Given
    LinkForm form =
        new LinkForm(
            "x", "photos", "upload", "in-box", "", "", "1,5 GB", "30", "*.jpg, .MP4 jpg", "");
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    // When
    LinkLimits limits = form.spec(now).limitsOrNone();

    // Then
    assertThat(limits)
        .isEqualTo(new LinkLimits(new Quantity(1_500_000_000), 30, List.of("jpg", "mp4")));
    assertThat(
            new LinkForm("x", "photos", "view", "", "", "", "2 GB", "3", "jpg", "")
                .spec(now)
                .limits())
        .isNull();
    LinkForm binary = new LinkForm("x", "photos", "upload", "", "", "", "2 kib", "", "", "");
    assertThat(binary.spec(now).limitsOrNone().bytes()).isEqualTo(new Quantity(2048));
    LinkForm senseless = new LinkForm("x", "photos", "upload", "", "", "", "lots", "", "", "");
    assertThatThrownBy(() -> senseless.spec(now)).hasMessageContaining("500 MB or 2 GB");
  }

  @ParameterizedTest
  @CsvSource({
    "application/x-www-form-urlencoded, %zz=%",
    "application/x-www-form-urlencoded, password=%E0%A4%A",
    "application/x-www-form-urlencoded, password=%00",
    "application/x-www-form-urlencoded, =====&&&==",
    "multipart/form-data, password",
    "multipart/form-data; boundary=x, --x",
    "multipart/form-data; boundary=x, nothing of the kind",
    "text/plain, password",
    "application/json, {}",
    "x, y"
  })
  void formsThatAreNoneAreAnswered(String type, String body) throws Exception {
    // Given
    String link =
        link("odd-" + Integer.toHexString((type + body).hashCode()), "{'share':'photos'}");
    for (String path : new String[] {"", "/zip", "/upload", "/f/x"}) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(Guests.host() + link + path))
              .timeout(Duration.ofMinutes(2))
              .header("Content-Type", type)
              .header("Origin", Guests.host())
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();

      // When
      HttpResponse<String> answer;
      try (HttpClient client = HttpClient.newHttpClient()) {
        answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      }

      // Then
      assertThat(answer.statusCode()).as(path).isBetween(200, 499);
      assertThat(answer.body()).doesNotContain("Exception").doesNotContain("io.homecloud");
    }
  }

  @Test
  void wishesThatMakeNoSenseAreRefused() {
    for (String spec :
        new String[] {
          "{'share':'photos','paths':['../x']}",
          "{'share':'photos','paths':['/etc']}",
          "{'share':'photos','paths':['a','a']}",
          "{'share':'photos','mode':'upload','paths':['a','b']}",
          "{'share':'photos','mode':'upload','paths':['secret.txt']}",
          "{'share':'photos','maxUses':0}",
          "{'share':'photos','limits':{'files':1}}",
          "{'share':'photos','mode':'upload','limits':{'types':['.*']}}",
          "{'share':'photos','expiresAt':'2001-01-01T00:00:00Z'}",
          "{'share':'photos','expiresAt':'+1000000000-12-31T23:59:59Z'}"
        }) {
      assertThat(wish("senseless", "'spec':" + spec).statusCode()).as(spec).isEqualTo(422);
    }
    String link = link("sensible", "{'share':'photos','paths':['summer']}");
    for (String end : new String[] {"-1000000000-01-01T00:00:00Z", "+10000-06-01T00:00:00Z"}) {
      Houses.patch(LINKS + "/sensible", "{'spec':{'expiresAt':'" + end + "'}}").statusCode(422);
    }
    guest().get(link).then().statusCode(200);
    assertThat(wish("senseless", "'spec':{'share':'none'}").statusCode()).isEqualTo(404);
    assertThat(wish("senseless", "'spec':{'share':'photos','paths':['no/where']}").asString())
        .contains("file-not-found", "no/where");
    assertThat(wish("senseless", "'spec':{'share':'photos'},'password':''").statusCode())
        .isEqualTo(422);
  }
}
