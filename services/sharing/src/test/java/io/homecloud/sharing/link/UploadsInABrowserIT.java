package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.link;
import static io.homecloud.sharing.link.Guests.path;
import static io.homecloud.sharing.link.Guests.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.BrowserPage;
import io.homecloud.testkit.Gallery;
import io.homecloud.testkit.InABrowser;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a guest is told of many files, of which not all arrive at once. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class UploadsInABrowserIT extends InABrowser {
  private static Path work;
  private Path box = Path.of("/");

  @BeforeAll
  static void makeRoom() throws IOException {
    work = Files.createDirectories(ShareHouse.disks().directory().resolve("bringing"));
  }

  @BeforeEach
  void aPage() throws IOException {
    box = Guests.photos().resolve("in-box");
  }

  private static Path file(String name, int bytes) throws IOException {
    return Files.write(work.resolve(name), new byte[bytes]);
  }

  /** How often it has waited for the network, a hundred times as fast as it would. */
  private static void hurry(BrowserPage page) {
    var _ =
        page.value(
            "window.waited = 0, window.later = setTimeout, window.setTimeout = (done, time) => (waited++, later(done, time / 100))");
  }

  @Test
  void aNetworkThatIsAwayForLongCostsNothing() throws IOException {
    // Given
    String link = link("away", "{'share':'photos','paths':['in-box'],'mode':'upload'}");
    try (CuttableTunnel tunnel = new CuttableTunnel(RestAssured.port)) {
      page.open(at(tunnel.port(), link));
      hurry(page);
      page.choose("#file", file("away.bin", 6 << 20));
      tunnel.cutAfter(1 << 20);
      page.click("#upload button");

      // When
      eventually(() -> assertThat(page.value("waited").asInt()).isGreaterThan(9));
      page.choose("#file", file("later.bin", 9));
      page.click("#upload button");

      // Then
      assertThat(page.text("#told")).startsWith("Interrupted");
      assertThat(page.text("#count")).isEqualTo("0 of 2 files here.");
      new Gallery(page).take("away");
      tunnel.mend();
      eventually(() -> assertThat(page.text("#told")).isEqualTo("All 2 files have arrived."));
      assertThat(page.has("#again[hidden]")).isTrue();

      // When
      page.open("about:blank");
      // Then
      assertThat(page.questions()).isEmpty();
    }
    assertThat(box.resolve("away.bin")).hasSize(6 << 20);
    assertThat(box.resolve("later.bin")).hasSize(9);
  }

  @Test
  void whoeverLeavesWhileFilesComeIsAsked() throws IOException {
    // Given
    String link = link("left", "{'share':'photos','paths':['in-box'],'mode':'upload'}");
    try (CuttableTunnel tunnel = new CuttableTunnel(RestAssured.port)) {
      page.open(at(tunnel.port(), link));
      page.choose("#file", file("left.bin", 6 << 20));
      tunnel.cutAfter(1 << 20);
      page.click("#upload button");
      eventually(() -> assertThat(page.text("#told")).startsWith("Interrupted"));

      // When
      page.open("about:blank");
    }

    // Then
    assertThat(page.questions()).containsExactly("beforeunload");
  }

  @Test
  void whatDidNotArriveIsBroughtAgainWithoutBeingChosenAgain() throws IOException {
    // Given
    String link =
        path(
            wish(
                "again",
                "'spec':{'share':'photos','paths':['in-box'],'mode':'upload','limits':{'types':['txt']}},'password':'one'"));
    page.open(at(RestAssured.port, link));
    page.type("#password", "one");
    page.loading(() -> page.click("form button"));
    page.choose("#file", file("a.txt", 1), file("b.txt", 2), file("c.bin", 3));
    Houses.asking()
        .body("{\"password\":\"two\"}")
        .put(Guests.LINKS + "/again/password")
        .then()
        .statusCode(204);

    // When
    page.click("#upload button");
    // Then
    eventually(() ->
        assertThat(page.text("#told"))
            .startsWith("0 of 3 files have arrived")
            .contains("Open it in another tab"));
    new Gallery(page).take("not-arrived");

    // When: as by another tab
    assertThat(
            page.value(
                    "fetch('%s', {method: 'POST', body: new URLSearchParams({password: 'two'})}).then(a => a.status)"
                        .formatted(link))
                .asInt())
        .isEqualTo(200);
    page.click("#again");
    // Then
    eventually(
        () -> assertThat(page.text("#told")).startsWith("2 of 3 files have arrived; what did not"));
    assertThat(page.text("#progress li:first-child")).contains("c.bin", "Only files of these");
    assertThat(page.value("document.querySelectorAll('#progress li').length").asInt()).isEqualTo(3);
    new Gallery(page).take("arrived-but-one");
    assertThat(box.resolve("a.txt")).hasSize(1);
    assertThat(box.resolve("b.txt")).hasSize(2);
  }
}
