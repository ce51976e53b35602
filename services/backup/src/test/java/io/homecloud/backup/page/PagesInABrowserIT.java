package io.homecloud.backup.page;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.change;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.nullValue;

import io.homecloud.backup.BackupHouse;
import io.homecloud.backup.Shell;
import io.homecloud.testkit.BrowserPage;
import io.homecloud.testkit.InABrowser;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The pages as people see and use them, in a real browser. Leaves pictures of them in {@code
 * target/pages}, to be looked at.
 */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class PagesInABrowserIT extends InABrowser {

  @BeforeEach
  void aPageOfSomebodyWhoIsSignedIn() {
    page.cookie(at("/"), "homecloud", TestTokens.administrator());
  }

  private static String at(String path) {
    return at(RestAssured.port, path);
  }

  @Test
  void aFileIsFoundDownloadedAndBroughtBackWithoutScripts() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "photos 2026/lake.jpg", "the lake");
    file(files, "photos 2026/Grüße & <b>küsse.txt", "greetings");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, ",'schedule':'0 0 29 2 *'");
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    file(files, "photos 2026/lake.jpg", "something else");
    Path downloads = Files.createDirectories(BackupHouse.disks().directory().resolve("downloads"));
    page.downloadsTo(downloads);
    page.scripts(false);

    // When
    page.open(at("/backups"));
    // Then
    assertThat(page.text("#plans")).contains(name, "Last good", "all is well", "1 copy");
    pictures("plans");

    // When
    page.loading(() -> page.click("a.name[href$='/" + name + "']"));
    // Then
    assertThat(page.text("#dates")).contains("files", "new");
    page.loading(() -> page.click("#dates form button"));
    assertThat(page.text("#dates")).contains("pinned", "Unpin");
    page.click("#dates summary");
    pictures("dates");

    // When
    page.loading(() -> page.click("#dates a[aria-label^='Log: how the run']"));
    // Then
    assertThat(page.text("#log")).contains(" begins.", "It is the first copy.", "is complete");
    assertThat(page.text("main")).contains("Download as zip", "pinned");
    pictures("run");
    page.click(".with-actions summary");
    assertThat(page.text(".with-actions .ask")).contains("as its plan says");
    page.loading(() -> page.click(".with-actions form button"));
    assertThat(page.text(".marks")).isEqualTo("completed");
    page.open(at("/backups/plans/" + name));

    // When
    page.loading(() -> page.click("#dates a.name"));
    page.loading(() -> page.click("a.entry[href$='/" + name + "']"));
    page.loading(() -> page.click("a.entry[href$='photos%202026']"));
    // Then
    assertThat(page.text(".files")).contains("lake.jpg", "Grüße & <b>küsse.txt");
    pictures("files");
    assertThat(page.has(".bar a[href$='photos%202026?zip']")).isTrue();

    // When
    page.click("a.get[href$='lake.jpg']");
    // Then
    eventually(() -> assertThat(downloads.resolve("lake.jpg")).hasContent("the lake"));

    // When
    page.click("input[value$='lake.jpg']");
    assertThat(page.text(".bar button")).isEqualTo("Restore chosen…");
    page.loading(() -> page.click(".bar button"));
    pictures("restore");
    page.loading(() -> page.click("form.card button"));
    // Then
    eventually(() -> {
      page.open(page.value("location.href").asText());
      assertThat(page.text("h1")).isEqualTo("It is back");
    });
    pictures("restored");
    String folder = Shell.in(files, "ls -d restored*");
    assertThat(files.resolve(folder).resolve("photos 2026/lake.jpg")).hasContent("the lake");
    assertThat(files.resolve("photos 2026/lake.jpg")).hasContent("something else");

    // When
    String restore = page.value("location.pathname").asText();
    page.open(at("/backups"));
    // Then
    assertThat(page.text("#restores li")).contains("photos 2026/lake.jpg", folder, "It is back");
    var _ =
        page.value(
            "(document.querySelector('main').prepend(document.querySelector('#restores')), 1)");
    pictures("restores");
    page.loading(() -> page.click("#restores a.name"));
    assertThat(page.value("location.pathname").asText()).isEqualTo(restore);

    // When
    change(name, "{'suspended':true}");
    page.open(at("/backups"));
    // Then
    String card = "#plans li:has(a.name[href$='/" + name + "'])";
    assertThat(page.text(card + " .mark.off")).startsWith("suspended: nothing is copied");
    assertThat(page.has(card + " .thumb.warn")).isTrue();
    page.click(card + " .mark.off");
    pictures("suspended");

    // When: over what is there
    page.open(at("/backups/search?name=" + name));
    eventually(() -> {
      page.open(at("/backups/search?name=lake.jp*"));
      assertThat(page.has("#found a")).isTrue();
    });
    pictures("found");
    Files.delete(downloads.resolve("lake.jpg"));
    page.click("#found a[aria-label^='Download lake.jpg']");
    eventually(() -> assertThat(downloads.resolve("lake.jpg")).hasContent("the lake"));
    page.loading(() -> page.click("#found button"));
    assertThat(page.text("form.card .log")).isEqualTo(name + "/photos 2026/lake.jpg");
    page.click("input[value='over']");
    page.loading(() -> page.click("form.card button"));
    // Then
    assertThat(page.text(".warn")).contains("sure");
    pictures("sure");

    // When
    page.click("input[name='sure']");
    page.loading(() -> page.click("form.card button"));
    // Then
    eventually(() -> assertThat(files.resolve("photos 2026/lake.jpg")).hasContent("the lake"));
    assertThat(page.complaints()).filteredOn(line -> !line.contains("status of 422")).isEmpty();
  }

  @Test
  void aRunIsSeenUntilItHasEndedAndWhatIsWrongIsSaid() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    for (int i = 0; i < 3000; i++) {
      file(files, i + ".txt", "file " + i);
    }
    Path disk = target("ext4", 200L << 20);
    Path _ = repository(name, disk);
    plan(name, name, name, "");
    page.open(at("/backups/plans/" + name));
    assertThat(page.text(".empty")).contains("no copy yet");

    // When
    page.loading(() -> page.click(".with-actions button"));
    // Then
    eventually(() -> assertThat(page.text("#dates")).contains("3,00", "files"));
    eventually(() -> assertThat(page.has("#dates a.name")).isTrue());

    // When
    // A copy is looked through for a moment after it is complete.
    eventually(() -> Shell.must("umount", disk.toString()));
    var _ = ended("runs", order(name));
    page.open(at("/backups"));
    // Then
    assertThat(page.text("#plans")).contains("something is wrong", "is its disk plugged in");
    pictures("wrong");
    page.open(at("/backups/plans/" + name));
    pictures("wrong-dates");
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void aDriveIsSeenAndWhereCopiesAreIsTested() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "a");
    String uuid = UUID.randomUUID().toString();
    Path _ = BackupHouse.disks().disk(64L << 20, "mkfs.ext4", "-q", "-U", uuid, "-L", "blue");
    String away = UUID.randomUUID().toString();
    var _ =
        made(
            API + "/repositories",
            name,
            "{'engine':'rsync','url':'drive:%s,%s/homecloud'}".formatted(uuid, away));
    plan(name, name, name, ",'schedule':'0 0 29 2 *'");
    String run = run(name).path("metadata.name");

    // When
    eventually(() -> {
      page.open(at("/backups"));
      assertThat(page.text("main"))
          .contains("blue (" + uuid + ")", "safe to remove", away, "not plugged in")
          .contains("Plug in drive " + away, "a drive is due");
    });
    page.loading(() -> page.click("button[aria-label='Test " + name + "']"));
    // Then
    assertThat(page.text("main")).contains("Tested just now: it can be reached and read, 1 copy");
    var _ =
        page.value(
            "(document.querySelector('main').prepend(document.querySelector('#places')), 1)");
    pictures("drives");

    // When
    page.open(at("/backups/runs/" + run + "/files"));
    page.loading(() -> page.click(".bar button"));
    assertThat(page.value("document.querySelector('input[name=pool]').value").asText())
        .isEqualTo("home");
    page.click("input[value='new']");
    page.loading(() -> page.click("form.card button"));
    // Then
    eventually(() -> assertThat(page.text("h1")).isEqualTo("It is back"));
    assertThat(page.text("main")).contains("in the new volume " + name + "-20");

    // When
    Path guarded = files.resolve("a.txt");
    Files.writeString(guarded, "of today");
    String _ = Shell.must("chattr", "+i", guarded.toString());
    page.open(at("/backups/runs/" + run + "/files"));
    page.loading(() -> page.click(".bar button"));
    page.click("input[value='over']");
    page.click("input[name='sure']");
    page.loading(() -> page.click("form.card button"));
    // Then
    eventually(() -> assertThat(page.text("h1")).isEqualTo("It could not be brought back"));
    pictures("not-restored");

    // When
    String _ = Shell.must("chattr", "-i", guarded.toString());
    page.loading(() -> page.click("main form button"));
    // Then
    eventually(() -> assertThat(page.text("h1")).isEqualTo("It is back"));
    assertThat(guarded).hasContent("a");
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void othersAreLedToSignInOrTold() {
    // Given
    BrowserPage stranger = browser.page();
    List<String> paths =
        List.of(
            "/backups",
            "/backups/plans/x",
            "/backups/search?name=x%2A",
            "/backups/runs/x/files/caf%C3%A9");

    // When, Then
    for (String path : paths) {
      String to =
          RestAssured.given()
              .urlEncodingEnabled(false)
              .redirects()
              .follow(false)
              .get(path)
              .header("Location");
      assertThat(to).endsWith("/sign-in?to=" + URLEncoder.encode(path, StandardCharsets.UTF_8));
      stranger.cookie(at("/"), "homecloud", TestTokens.member("emma"));
      stranger.open(at(path));
      assertThat(stranger.text("h1")).isEqualTo("Not for everybody");
    }
    assertThat(asking().get(API + "/plans").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsWrongWithAPageIsSaidInAPage() {
    for (String path : List.of("/backups/nowhere", "/backups/plans/x/run", "/backups/plans/x")) {
      // When
      page.open(at(path));
      // Then
      assertThat(page.text("main")).as(path).contains("Go on").doesNotContain("API", "{");
      assertThat(page.has("main a[href='/backups']")).isTrue();
    }
    pictures("message");

    // When, Then: of the API, and what programs ask for
    assertProblem(asking().get("/backups/nowhere"), 404, "not-found");
    assertProblem(asking().accept("text/html").get(API + "/plans/x"), 404, "not-found");
    RestAssured.given()
        .redirects()
        .follow(false)
        .accept("text/html,*/*;q=0.8")
        .get(API + "/runs/x/files/a.txt")
        .then()
        .statusCode(303)
        .header("Location", endsWith("/sign-in?to=%2Fapi%2Fbackup%2Fv1%2Fruns%2Fx%2Ffiles%2Fa.txt"))
        .header("WWW-Authenticate", nullValue());
    assertProblem(RestAssured.given().get(API + "/runs/x/files/a.txt"), 401, "unauthenticated");
  }

  @Test
  void whatIsPressedOnAPageThatWasOpenForLongIsSentOnceMore() {
    // When
    Response pressed =
        RestAssured.given()
            .redirects()
            .follow(false)
            .header("Origin", "http://localhost:" + RestAssured.port)
            .formParam("file", "x".repeat(1_000))
            .post("/backups/runs/x/restore");

    // Then
    assertThat(pressed.statusCode()).isEqualTo(307);
    assertThat(pressed.header("Location"))
        .endsWith("/sign-in/form?to=%2Fbackups%2Fruns%2Fx%2Frestore");
  }

  @Test
  void aFormOfAnotherSiteDoesNothing() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");

    // When
    int status =
        io.restassured.RestAssured.given()
            .cookie("homecloud", TestTokens.administrator())
            .header("Origin", "http://evil.test")
            .contentType("application/x-www-form-urlencoded")
            .post("/backups/plans/" + name + "/run")
            .statusCode();

    // Then
    assertThat(status).isEqualTo(403);
    assertThat(asking().get(API + "/runs?plan=" + name).<List<?>>path("items")).isEmpty();
  }
}
