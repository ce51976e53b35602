package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.link;
import static io.homecloud.sharing.link.Guests.path;
import static io.homecloud.sharing.link.Guests.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.BrowserPage;
import io.homecloud.testkit.InABrowser;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The pages as people see and use them, in a real browser at a plain address of the home network.
 * Leaves pictures of them in {@code target/pages}, to be looked at.
 */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class PagesInABrowserIT extends InABrowser {
  private static final String NEXT_YEAR = "2099-01-01T18:00:00Z";

  private static Path work;
  private Path photos = Path.of("/");

  @BeforeAll
  static void makeRoom() throws IOException {
    work = Files.createDirectories(ShareHouse.disks().directory().resolve("browser"));
  }

  @BeforeEach
  void aPage() throws IOException {
    page.dark(false);
    photos = Guests.photos();
    new Lake(page).fill(photos.resolve("lake"));
  }

  private static String at(String path) {
    return at(RestAssured.port, path);
  }

  private static String lake(String name, String more) {
    return link(
        name,
        "{'share':'photos','paths':['lake'],'displayName':'Summer at the lake','expiresAt':'%s'%s}"
            .formatted(NEXT_YEAR, more));
  }

  @Test
  void aGuestListsLooksAndDownloads() throws IOException {
    // Given
    String link = lake("browsed", "");
    Path downloads = Files.createDirectories(work.resolve("downloads"));
    page.downloadsTo(downloads);

    // When
    page.open(at(link));

    // Then
    assertThat(page.text("h1")).isEqualTo("Summer at the lake");
    assertThat(page.text(".head p")).contains("8 items", "1 January 2099");
    assertThat(page.value("document.querySelectorAll('img.thumb').length").asInt()).isEqualTo(2);
    eventually(() ->
        assertThat(
                page.value(
                        "[...document.querySelectorAll('img.thumb')].every(i => i.naturalWidth === 192)")
                    .asBoolean())
            .isTrue());
    pictures("list");

    // When
    page.loading(() -> page.click("a[href$='evening.png']"));
    // Then
    assertThat(page.value("document.querySelector('img.preview').naturalWidth").asInt())
        .isEqualTo(960);
    assertThat(page.text(".trail")).contains("Summer at the lake");
    pictures("image");

    // When
    page.loading(() -> page.click(".beside .after"));
    // Then
    assertThat(page.text("h1")).isEqualTo("evil.html");

    // When
    page.open(at(link + "/f/lake/swimming.webm"));
    // Then
    eventually(() ->
        assertThat(page.value("document.querySelector('video').videoWidth").asInt())
            .isEqualTo(640));
    assertThat(page.value("document.querySelector('video').play().then(() => 'plays')").asText())
        .isEqualTo("plays");
    eventually(() ->
        assertThat(page.value("document.querySelector('video').currentTime").asDouble())
            .isPositive());
    pictures("video");

    // When
    page.open(at(link + "/f/lake/Gr%C3%BC%C3%9Fe.txt"));
    // Then
    assertThat(page.text("pre.preview")).isEqualTo("Schöne Grüße vom See <b>!</b>\n\nBis bald.");
    pictures("text");

    // When
    page.click("a[href$='?download']");
    // Then
    eventually(
        () -> assertThat(downloads.resolve("Grüße.txt")).content(UTF_8).startsWith("Schöne"));

    // When
    page.open(at(link));
    page.click("input[value='evening.png']");
    page.click("input[value='swimming.webm']");
    assertThat(page.text(".bar button")).isEqualTo("Download chosen");
    pictures("chosen");
    page.click(".bar button");
    // Then
    eventually(() -> assertThat(zipped(downloads)).hasSize(3));
    assertThat(page.complaints()).isEmpty();
  }

  private static List<String> zipped(Path downloads) throws IOException {
    try (var zip = new java.util.zip.ZipFile(downloads.resolve("lake.zip").toFile())) {
      return zip.stream().map(java.util.zip.ZipEntry::getName).toList();
    }
  }

  @Test
  void nothingThatIsStoredIsRunEvenWhenItIsOpenedByItself() {
    // Given
    String link = lake("inactive", "");
    List<String> rawOf = List.of("evil.html", "evil.svg");

    // When
    for (String name : rawOf) {
      page.open(at(link + "/f/lake/" + name));
      assertThat(page.text(".stage")).contains("not shown here");
    }

    // Then
    assertThat(page.value("document.title").asText()).doesNotContain("taken");
    for (String name : rawOf) {
      String told =
          page.value(
                  "fetch('%s').then(a => a.headers.get('content-type') + ' ' + a.headers.get('content-disposition') + ' ' + a.headers.get('content-security-policy'))"
                      .formatted(link + "/f/lake/" + name + "?raw"))
              .asText();
      assertThat(told).startsWith("application/octet-stream attachment").contains("sandbox");
    }
    assertThat(
            page.value(
                    "new Promise(done => { const s = document.createElement('script'); s.src = '%s'; s.onload = () => done('run'); s.onerror = () => done('refused'); document.head.append(s); })"
                        .formatted(link + "/f/lake/evil.html?raw"))
                .asText())
        .isEqualTo("refused");
    assertThat(
            page.value(
                    "new Promise(done => { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.head.append(s); setTimeout(() => done(window.ran === true), 50); })")
                .asBoolean())
        .isFalse();
    assertThat(page.complaints()).anyMatch(line -> line.contains("Content Security Policy"));
  }

  @Test
  void everythingButProgressWorksWithoutScripts() throws IOException {
    // Given
    String link =
        path(
            wish(
                "scriptless",
                "'spec':{'share':'photos','paths':['lake'],'displayName':'Nur für euch','maxUses':3},'password':'Kühe 7'"));
    String box =
        link(
            "scriptless-box",
            "{'share':'photos','paths':['in-box'],'mode':'upload','displayName':'Party'}");
    Path downloads = Files.createDirectories(work.resolve("scriptless"));
    Path mine = Files.writeString(work.resolve("Äpfel.txt"), "mine");
    page.downloadsTo(downloads);
    page.scripts(false);

    // When
    page.open(at(link));
    pictures("password");
    page.type("#password", "wrong");
    page.loading(() -> page.click("form button"));
    // Then
    assertThat(page.text(".warn")).contains("not the password");

    // When
    page.type("#password", "Kühe 7");
    page.loading(() -> page.click("form button"));
    // Then
    assertThat(page.text("h1")).isEqualTo("Nur für euch");
    page.loading(() -> page.click("a[href$='evening.png']"));
    assertThat(page.value("document.querySelector('img.preview').naturalWidth").asInt())
        .isEqualTo(960);
    page.loading(() -> page.click(".trail a"));
    page.click("input[value='evening.png']");
    page.click(".bar button");
    eventually(() -> assertThat(zipped(downloads)).contains("lake/evening.png"));

    // When
    page.open(at(box));
    page.choose("#file", mine);
    page.loading(() -> page.click("#upload button"));
    // Then
    assertThat(page.text(".said")).isEqualTo("“Äpfel.txt” has arrived.");
    assertThat(photos.resolve("in-box/Äpfel.txt")).hasContent("mine");
    pictures("brought");
    assertThat(page.complaints()).filteredOn(line -> !line.contains("status of 401")).isEmpty();
  }

  /** In pieces, and too small for them. */
  @ParameterizedTest
  @CsvSource({"24, 12, 33", "6, 3, 10"})
  void anUploadThatIsCutOffGoesOnWhereItWas(int size, int cut, int most) throws IOException {
    // Given
    String box =
        link(
            "resumed-" + size,
            "{'share':'photos','paths':['in-box'],'mode':'upload','displayName':'Films of the party','limits':{'bytes':'1Gi','files':9}}");
    byte[] film = new byte[size << 20];
    new Random(size).nextBytes(film);
    String name = "film-" + size + ".bin";
    Path large = Files.write(work.resolve(name), film);
    Path small = Files.writeString(work.resolve("small-%d.txt".formatted(size)), "small");
    try (CuttableTunnel tunnel = new CuttableTunnel(RestAssured.port)) {
      page.open(at(tunnel.port(), box));
      pictures("box");
      page.choose("#file", large, small);

      // When
      tunnel.cutAfter(cut << 20);
      page.click("#upload button");

      // Then
      eventually(() -> {
        assertThat(tunnel.isCut()).isTrue();
        assertThat(page.text("#progress li .state")).startsWith("Interrupted");
      });
      pictures("interrupted");
      tunnel.mend();
      eventually(() ->
          assertThat(page.value("document.querySelectorAll('#progress .done').length").asInt())
              .isEqualTo(2));
      pictures("arrived");
      assertThat(tunnel.sent()).as("nothing but a piece comes again").isLessThan((long) most << 20);
    }
    assertThat(photos.resolve("in-box/" + name)).hasBinaryContent(film);
    assertThat(photos.resolve("in-box/small-%d.txt".formatted(size))).hasContent("small");
    assertThat(photos.resolve("in-box/film-%d (2).bin".formatted(size))).doesNotExist();
    assertThat(page.complaints())
        .filteredOn(line -> !line.contains("net::ERR_") && !line.contains("status of 409"))
        .isEmpty();
  }

  @Test
  void anUploadGoesOnWhenTheFileIsChosenAgainAfterThePageWasClosed() throws IOException {
    // Given
    String box = link("closed", "{'share':'photos','paths':['in-box'],'mode':'upload'}");
    byte[] film = new byte[24 << 20];
    new Random(7).nextBytes(film);
    Path large = Files.write(work.resolve("closed.bin"), film);
    try (CuttableTunnel tunnel = new CuttableTunnel(RestAssured.port)) {
      page.open(at(tunnel.port(), box));
      page.choose("#file", large);
      tunnel.cutAfter(20 << 20);
      page.click("#upload button");
      eventually(() -> assertThat(page.text("#progress li .state")).startsWith("Interrupted"));

      // When
      tunnel.mend();
      page.open(at(tunnel.port(), box));
      page.choose("#file", large);
      page.click("#upload button");

      // Then
      eventually(() -> assertThat(page.text("#progress .done .state")).contains("arrived"));
      assertThat(tunnel.sent()).as("nothing but a piece comes again").isLessThan(33L << 20);
    }
    assertThat(photos.resolve("in-box/closed.bin")).hasBinaryContent(film);
    assertThat(photos.resolve("in-box/closed (2).bin")).doesNotExist();
  }

  @Test
  void whatIsNotTakenIsSaidInASentence() throws IOException {
    // Given
    String box =
        link(
            "refusing",
            "{'share':'photos','paths':['in-box'],'mode':'upload','limits':{'bytes':'1Ki','types':['txt']}}");
    Path large = Files.write(work.resolve("large.txt"), new byte[2000]);
    page.open(at(box));

    // When
    page.choose("#file", large);
    page.click("#upload button");

    // Then
    eventually(() ->
        assertThat(page.text("#progress .failed .state"))
            .contains("more than this link takes: at most 1.0 KB together"));
    pictures("refused");
  }

  @Test
  void aMemberMakesALinkLooksAfterItAndTakesItBack() throws IOException {
    // Given
    Houses.account("emma", "{'displayName':'Emma'}");
    Houses.share(
            "emmas",
            "{'volume':'photos','protocols':['webdav'],'access':[{'account':'emma','level':'write'}]}")
        .statusCode(201);
    page.scripts(false);

    // When
    page.open(at("/links"));
    pictures("sign-in");
    page.type("#account", "emma");
    page.type("#password", "correct horse 42");
    page.loading(() -> page.click("form button"));
    // Then
    assertThat(page.text("h1")).isEqualTo("Links for guests");
    pictures("no-links");

    // When
    page.select("#share", "emmas");
    page.type("#title", "Summer at the lake");
    page.type("#paths", "lake");
    page.loading(() -> page.click("form.card > button"));
    // Then
    String url = page.text(".secret");
    assertThat(url).matches(at("/g/[A-Za-z0-9_-]{27}"));
    assertThat(page.value("document.querySelector('.qr').naturalWidth").asInt()).isPositive();
    pictures("new-link");
    BrowserPage guest = browser.page();
    guest.open(url);
    assertThat(guest.text("h1")).isEqualTo("Summer at the lake");

    // When
    page.click("input[value='upload']");
    page.select("#share", "emmas");
    page.type("#title", "Bring your films");
    page.type("#paths", "in-box");
    page.type("#uses", "20");
    page.type("#bytes", "2 GB");
    page.type("#files", "30");
    page.type("#types", "txt, .JPG");
    pictures("new-box");
    page.loading(() -> page.click("form.card > button"));
    String box = page.text(".secret");
    guest.open(box);
    guest.loading(() -> guest.click("form button"));
    Path film = Files.writeString(work.resolve("guest.txt"), "of a guest");
    guest.choose("#file", film);
    guest.click("#upload button");
    eventually(() -> assertThat(guest.text("#progress .done .state")).contains("arrived"));
    // Then
    eventually(() -> {
      page.open(at("/links"));
      assertThat(page.text(".links")).contains("1 of 20 visitors", "1 file", "1 visitor");
    });
    for (int link = 1; link <= 2; link++) {
      page.click(".links li:nth-child(" + link + ") summary");
    }
    assertThat(page.text(".links"))
        .contains("brought in-box/guest.txt", "opened")
        .contains("at most 30 files and 2.0 GB", "only txt, jpg");
    pictures("links");

    // When
    page.click(".links li:first-child details:last-of-type summary");
    page.select(".links li:first-child input[name=until]", "2099-01-31");
    page.type(".links li:first-child input[name=password]", "Kühe 7");
    pictures("change");
    page.loading(() -> page.click(".links li:first-child .change button"));
    // Then
    assertThat(page.text(".links li:first-child")).contains("until 31 January 2099");
    eventually(() -> {
      page.open(at("/links"));
      assertThat(page.text(".links li:first-child")).contains("with a password");
    });

    // When
    for (int link = 1; link <= 2; link++) {
      page.click(".links li summary.danger");
      pictures("taking-back");
      page.loading(() -> page.click(".links li button.danger"));
    }
    // Then
    assertThat(page.text(".empty")).contains("no links");
    guest.open(url);
    assertThat(guest.text("h1")).isEqualTo("There is no such link");
    assertThat(guest.complaints()).filteredOn(line -> !line.contains("status of 404")).isEmpty();
    page.loading(() -> page.click("header button"));
    assertThat(page.text("h1")).isEqualTo("Sign in");
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void aMemberChangesTheOwnPassword() {
    // Given
    Houses.account("frida", "{}");
    page.scripts(false);
    page.open(at("/sign-in/password"));
    page.type("#account", "frida");
    page.type("#password", "correct horse 42");
    page.loading(() -> page.click("form button"));
    assertThat(page.text("h1")).isEqualTo("Your password");
    pictures("own-password");

    // When
    newPassword("wrong horse 42", "Kühe auf dem Berg", "Kühe auf dem Berg");
    // Then
    assertThat(page.text(".warn")).contains("is not the password until now");

    // When
    newPassword("correct horse 42", "Kühe auf dem Berg", "Kühe auf der Alm");
    // Then
    assertThat(page.text(".warn")).contains("not written the same twice");

    // When
    newPassword("correct horse 42", "Kühe auf dem Berg", "Kühe auf dem Berg");
    // Then
    assertThat(page.text("h1")).isEqualTo("It is your password now");
    pictures("own-password-changed");
    page.loading(() -> page.click("main a"));
    assertThat(page.text("h1")).isEqualTo("Hello frida");
    assertThat(signedIn("frida", "correct horse 42")).isEqualTo(401);
    assertThat(signedIn("frida", "Kühe auf dem Berg")).isEqualTo(200);
    page.loading(() -> page.click(".account a"));
    assertThat(page.text("h1")).isEqualTo("Your password");
    assertThat(page.complaints()).filteredOn(line -> !line.contains("status of 422")).isEmpty();
  }

  private static int signedIn(String account, String password) {
    return Houses.asking()
        .body(Map.of("account", account, "password", password))
        .post("/api/sharing/v1/sign-in")
        .statusCode();
  }

  private void newPassword(String current, String wished, String again) {
    page.type("#current", current);
    page.type("#password", wished);
    page.type("#again", again);
    page.loading(() -> page.click("form.card > button"));
  }
}
