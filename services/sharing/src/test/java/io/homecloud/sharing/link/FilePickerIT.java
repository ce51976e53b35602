package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.page;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How members choose what a link is to by looking, over HTTP and with real files. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class FilePickerIT {
  private static final Pattern URL = Pattern.compile("/g/[A-Za-z0-9_-]{27}");

  private static Map<String, String> ida = Map.of();
  private static Map<String, String> karl = Map.of();
  private Path photos = Path.of("/");

  @BeforeEach
  void aMemberAndFiles() throws IOException {
    photos = Guests.photos();
    if (ida.isEmpty()) {
      ida = member("ida");
      karl = member("karl");
      share(
              "idas",
              "{'volume':'photos','protocols':['webdav'],'access':[{'account':'ida','level':'write'},{'account':'karl','level':'read'}]}")
          .statusCode(201);
    }
  }

  private static Map<String, String> member(String name) {
    Houses.account(name, "{}");
    return page()
        .contentType(ContentType.URLENC)
        .formParam("account", name)
        .formParam("password", "correct horse 42")
        .post("/sign-in")
        .cookies();
  }

  /** What the page of links sends when the button beside the paths is pressed. */
  private static SentForm form(Map<String, String> who, String share, String mode, String paths) {
    return new SentForm(who, List.of())
        .with("title", "<i>\"Fest\"</i> & 'Kühe'")
        .with("share", share)
        .with("mode", mode)
        .with("paths", paths)
        .with("days", "3")
        .with("uses", "5")
        .with("bytes", "")
        .with("files", "")
        .with("types", "")
        .with("password", "Kühe \"7\"");
  }

  @Test
  void whatIsTickedInTwoFoldersComesBackIntoTheFormWithAllElse() {
    // Given
    SentForm typed = form(ida, "idas", "view", "secret.txt\r\nsummer");
    guest().get("/links").then().statusCode(303);
    guest().cookies(ida).get("/links").then().body(containsString("formaction=\"/links/choose\""));

    // When
    Response top = typed.send("/links/choose");
    SentForm first = SentForm.of(ida, top);
    Response summer = first.without("pick", "summer").with("in", "summer").send("/links/choose");
    SentForm second =
        SentForm.of(ida, summer)
            .with("pick", "summer/note.txt")
            .with("in", "summer/lake%20%26%20sea");
    Response lake = second.send("/links/choose");
    SentForm third = SentForm.of(ida, lake).with("pick", "summer/lake & sea/Bötchen #1.jpg");
    Response used = third.with("use", "").send("/links/chosen");

    // Then
    top.then()
        .statusCode(200)
        .header("Content-Security-Policy", containsString("form-action 'self'"))
        .header("Cache-Control", "private, no-cache");
    assertThat(first.all("pick")).containsExactly("summer", "secret.txt");
    summer.then().body(not(containsString("link.txt")));
    assertThat(SentForm.of(ida, summer).all("pick")).containsExactly("secret.txt");
    lake.then().body(containsString("value=\"summer/note.txt\" checked"));
    used.then()
        .statusCode(200)
        .header("Cache-Control", "no-store")
        .body(containsString("value=\"&lt;i&gt;&quot;Fest&quot;&lt;/i&gt; &amp; &#39;Kühe&#39;\""))
        .body(containsString("value=\"view\" checked"))
        .body(containsString("<option selected>idas"))
        .body(containsString(">secret.txt\nsummer/note.txt\nsummer/lake &amp; sea/Bötchen #1.jpg<"))
        .body(containsString("name=\"days\" type=\"number\" min=\"1\" max=\"3650\" value=\"3\""))
        .body(containsString("value=\"5\""))
        .body(containsString("value=\"Kühe &quot;7&quot;\""));
    third
        .send("/links/chosen")
        .then()
        .statusCode(200)
        .body(containsString(">secret.txt\r\nsummer</textarea>"));

    // When
    Response made =
        form(ida, "idas", "view", "secret.txt\nsummer/lake & sea/Bötchen #1.jpg").send("/links");
    // Then
    made.then().statusCode(201);
    var url = URL.matcher(made.asString());
    assertThat(url.find()).isTrue();
    page()
        .contentType("application/x-www-form-urlencoded; charset=utf-8")
        .body("password=K%C3%BChe+%227%22")
        .post(url.group())
        .then()
        .statusCode(303);
  }

  @Test
  void namesAreNotTrustedAndThoseThatNoFormCanHoldAreNotOffered() throws IOException {
    // Given
    Path odd = Files.createDirectories(photos.resolve("odd"));
    for (String name :
        new String[] {
          "a \"quoted\" <b>'&.txt", "two\nlines.txt", "blank.txt ", "tab\there", "in\nside/file.txt"
        }) {
      Files.createDirectories(odd.resolve(name).getParent());
      Files.writeString(odd.resolve(name), "x");
    }
    Houses.asking()
        .urlEncodingEnabled(false)
        .contentType("application/octet-stream")
        .body(new byte[1])
        .put(Houses.STORAGE + "/volumes/photos/files/odd/no%FFtext.txt")
        .then()
        .statusCode(201);
    SentForm typed = form(ida, "idas", "download", "").with("in", "odd");

    // When
    Response shown = typed.send("/links/choose");

    // Then
    String page = shown.asString();
    assertThat(page).doesNotContain("<b>").contains("no\uFFFDtext.txt").contains("two\nlines.txt");
    assertThat(page.split("type=\"checkbox\"", -1)).as("with the folder itself").hasSize(4);
    assertThat(page.split("cannot be chosen for its name", -1)).hasSize(5);
    assertThat(page)
        .contains("value=\"odd/a &quot;quoted&quot; &lt;b&gt;&#39;&amp;.txt\"")
        .contains("value=\"odd/in%0Aside\"");
    String inside =
        typed.without("in", "odd").with("in", "odd/in%0Aside").send("/links/choose").asString();
    assertThat(inside).contains("file.txt").doesNotContain("type=\"checkbox\"");

    // When
    SentForm sent = form(ida, "idas", "download", "").with("pick", "odd/a \"quoted\" <b>'&.txt");
    String paths = sent.with("use", "").send("/links/chosen").asString();
    // Then
    assertThat(paths).contains(">odd/a &quot;quoted&quot; &lt;b&gt;&#39;&amp;.txt</textarea>");
    form(ida, "idas", "download", "odd/a \"quoted\" <b>'&.txt")
        .send("/links")
        .then()
        .statusCode(201);
  }

  @Test
  void aLargeDirectoryComesInPagesAndALinkTakesItsMost() throws IOException {
    // Given
    Path many = Files.createDirectories(photos.resolve("many"));
    String longer = "-a name of more than a few characters";
    for (int i = 1000; i < 1620; i++) {
      Files.writeString(many.resolve(i + longer), "x");
    }
    Files.createDirectory(many.resolve("1999 folder"));

    // When
    Response first = form(ida, "idas", "download", "").with("in", "many").send("/links/choose");

    // Then
    String more = first.asString();
    assertThat(more.split("<li>", -1)).as("a page, and the folder itself").hasSize(502);
    String from =
        more.substring(more.indexOf("/links/choose?from=")).replaceFirst("\".*(?s:.)*", "");
    Response second =
        SentForm.of(ida, first).with("pick", "many/1000" + longer).with("in", "many").send(from);
    assertThat(second.asString().split("<li>", -1)).hasSize(123);
    assertThat(SentForm.of(ida, second).all("pick")).containsExactly("many/1000" + longer);
    assertThat(second.asString().indexOf("1999 folder"))
        .isLessThan(second.asString().indexOf("1600-a"));
    assertThat(second.asString()).doesNotContain("?from=");

    // When
    SentForm hundred = form(ida, "idas", "download", "");
    for (String name : IntStream.range(1000, 1101).mapToObj(i -> "many/" + i + longer).toList()) {
      hundred = hundred.with("pick", name);
    }
    Response all = hundred.with("use", "").send("/links/chosen");
    // Then
    all.then()
        .statusCode(200)
        .body(containsString("at most 100 files and folders"))
        .body(containsString("formaction=\"/links/chosen#new\""))
        .body(containsString("many/1099"))
        .body(not(containsString("many/1100")));
    form(ida, "idas", "download", String.join("\n", hundred.all("pick").subList(0, 100)))
        .send("/links")
        .then()
        .statusCode(201);
  }

  @Test
  void onlyWhoMayMakeTheLinkSeesWhatItCouldBeTo() throws IOException {
    // Given
    Map<String, String> lena = member("lena");
    ImageIO.write(
        new BufferedImage(400, 400, BufferedImage.TYPE_INT_RGB),
        "png",
        photos.resolve("square.png").toFile());
    String small = "/links/small/idas/square.png";

    // When, Then
    guest().cookies(karl).get(small).then().statusCode(200).contentType("image/jpeg");
    guest().cookies(lena).get(small).then().statusCode(404);
    guest().get(small).then().statusCode(404);
    guest().cookies(karl).get("/links/small/idas/secret.txt").then().statusCode(404);
    guest().cookies(karl).get("/links/small/idas/..%2Fsquare.png").then().statusCode(404);
    form(karl, "idas", "view", "").send("/links/choose").then().statusCode(200);
    form(karl, "idas", "upload", "")
        .send("/links/choose")
        .then()
        .statusCode(403)
        .body(containsString("that is not enough for this one"))
        .body(containsString("Kühe"));
    for (Map.Entry<Map<String, String>, String> other :
        List.of(Map.entry(lena, "idas"), Map.entry(karl, "photos"))) {
      form(other.getKey(), other.getValue(), "view", "")
          .send("/links/choose")
          .then()
          .statusCode(404)
          .body(not(containsString("secret.txt")));
    }
    form(karl, "none", "view", "").send("/links/choose").then().statusCode(404);
    form(karl, "No name", "view", "").send("/links/choose").then().statusCode(400);
    form(Map.of(), "idas", "view", "").send("/links/choose").then().statusCode(303);
    for (String page : new String[] {"choose", "chosen"}) {
      guest().cookies(karl).get("/links/" + page).then().statusCode(303);
      guest()
          .cookies(karl)
          .header("Origin", "http://evil.example")
          .contentType(ContentType.URLENC)
          .formParam("share", "idas")
          .post("/links/" + page)
          .then()
          .statusCode(403);
    }
  }

  @Test
  void noWayLeadsOutOfTheShareAndWhatIsGoneIsSaid() throws IOException {
    // Given
    Files.createDirectories(photos.resolve("inner/folder"));
    Files.writeString(
        Files.createDirectories(photos.resolve("inner/.recycle")).resolve("old"), "x");
    Files.createSymbolicLink(photos.resolve("inner/etc"), Path.of("/etc"));
    Files.createSymbolicLink(photos.resolve("inner/up"), Path.of(".."));
    share(
            "inner",
            "{'volume':'photos','path':'inner','protocols':['webdav'],'access':[{'account':'ida','level':'read'}]}")
        .statusCode(201);
    SentForm typed = form(ida, "inner", "view", "");

    // When, Then
    typed
        .send("/links/choose")
        .then()
        .statusCode(200)
        .body(containsString("folder"))
        .body(not(containsString("recycle")))
        .body(not(containsString("value=\"up\"")))
        .body(not(containsString("value=\"etc\"")));
    for (String in : new String[] {"..", "%2E%2E", "folder/../..", "/etc", "%00", "%"}) {
      typed
          .with("in", in)
          .send("/links/choose")
          .then()
          .statusCode(200)
          .body(containsString("folder"))
          .body(not(containsString("secret.txt")));
    }
    for (String in : new String[] {"up", "etc", ".recycle", "up/summer", "gone", "gone/deeper"}) {
      typed
          .with("in", in)
          .send("/links/choose")
          .then()
          .statusCode(404)
          .body(containsString("There is no folder “" + in + "” any more."))
          .body(containsString("value=\"folder\""))
          .body(not(containsString("secret.txt")));
    }
    typed.with("in", "").send("/links/choose?from=%2F%25").then().statusCode(200);
  }

  @Test
  void filesAreBroughtIntoOneFolder() {
    // When
    Response top = form(ida, "idas", "upload", "").send("/links/choose");
    Response two = form(ida, "idas", "upload", "summer\nin-box").send("/links/choose");
    Response used = SentForm.of(ida, two).with("use", "").send("/links/chosen");

    // Then
    top.then()
        .body(containsString("one folder"))
        .body(not(containsString("type=\"checkbox\"")))
        .body(containsString("secret.txt"))
        .body(not(containsString("value=\"secret.txt\"")));
    assertThat(SentForm.of(ida, top).all("pick")).containsExactly("");
    two.then().body(containsString("the first that you chose is kept"));
    used.then().body(containsString(">summer</textarea>"));
  }

  @Test
  void ofHomesEverybodySeesTheirOwn() throws IOException {
    // Given
    Houses.pool("home");
    Path house = Houses.volume("home", "choosers");
    String access =
        "'access':[{'account':'mira','level':'write'},{'account':'nils','level':'write'}]";
    Map<String, String> mira = member("mira");
    Map<String, String> nils = member("nils");
    share(
            "own",
            "{'volume':'choosers','path':'people','homes':true,'protocols':['webdav'],%s}"
                .formatted(access))
        .statusCode(201);
    Path home = house.resolve("people/mira");
    eventually(() -> assertThat(home).isDirectory());
    int uid = (int) Files.getAttribute(home, "unix:uid");
    Files.setAttribute(Files.writeString(home.resolve("diary.txt"), "dear diary"), "unix:uid", uid);

    // When
    Response hers = form(mira, "own", "view", "").send("/links/choose");
    Response his = form(nils, "own", "view", "").send("/links/choose");

    // Then
    hers.then()
        .statusCode(200)
        .body(containsString("value=\"diary.txt\""), not(containsString("nils")));
    his.then()
        .statusCode(200)
        .body(not(containsString("diary.txt")), not(containsString("value=\"mira")));
    for (String in : new String[] {"mira", "..", "people/mira"}) {
      form(nils, "own", "view", "")
          .with("in", in)
          .send("/links/choose")
          .then()
          .body(not(containsString("diary.txt")));
    }
  }
}
