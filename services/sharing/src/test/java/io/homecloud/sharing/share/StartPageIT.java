package io.homecloud.sharing.share;

import static io.homecloud.testkit.Eventually.eventually;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;

import io.homecloud.testkit.BrowserPage;
import io.homecloud.testkit.Chromium;
import io.homecloud.testkit.Gallery;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people find at the address of the house. Leaves pictures in {@code target/pages}. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class StartPageIT {
  private static void aHouse() {
    Houses.pool("home");
    Houses.volume("home", "lake");
    Houses.account("ida", "{'displayName':'Ida <b>Öz</b>'}");
    Houses.account("jon", "{}");
    Houses.share(
            "summer",
            """
            {'volume':'lake','path':'summer','protocols':['smb','webdav'],'displayName':'Summer at the lake',
             'access':[{'account':'ida','level':'write'}]}\
            """)
        .statusCode(201);
    Houses.share(
            "papers",
            "{'volume':'lake','path':'papers','protocols':['webdav'],'access':[{'account':'ida','level':'read'}]}")
        .statusCode(201);
  }

  private static String at(String path) {
    return "http://" + Chromium.HOST + ":" + RestAssured.port + path;
  }

  @Test
  void whoIsNotSignedInSignsInFirst() {
    given()
        .redirects()
        .follow(false)
        .get("/")
        .then()
        .statusCode(303)
        .header("Location", endsWith("/sign-in"));
  }

  @Test
  void aMemberFindsTheOwnSharesAndWhatElseThereIs() {
    try (Chromium browser = Chromium.start()) {
      // Given
      aHouse();
      BrowserPage page = browser.page();
      page.scripts(false);
      page.open(at("/"));

      // When
      signIn(page, "ida");

      // Then
      assertThat(page.text("h1")).isEqualTo("Hello Ida <b>Öz</b>");
      assertThat(page.text("nav")).contains("Links for guests").doesNotContain("Backups");
      eventually(() -> {
        page.open(at("/"));
        assertThat(page.text(".links"))
            .contains("Summer at the lake", "read and change", "papers", "you may read what");
        assertThat(links(page)).hasSize(3);
        assertThat(links(page).getFirst()).startsWith("https://").endsWith("/dav/papers/");
        assertThat(links(page).get(1)).startsWith("smb://").endsWith("/summer");
      });
      new Gallery(page).take("start");

      // When
      page.loading(() -> page.click("nav a"));
      // Then
      assertThat(page.text("h1")).isEqualTo("Links for guests");

      // When
      page.loading(() -> page.click(".brand"));
      // Then
      assertThat(page.text("h1")).startsWith("Hello Ida");

      // When
      page.loading(() -> page.click("header button"));
      signIn(page, "jon");
      // Then
      assertThat(page.text("h1")).isEqualTo("Hello jon");
      assertThat(page.text(".empty")).contains("nothing that you may open");
      new Gallery(page).take("start-empty");
      assertThat(page.complaints()).isEmpty();
    }
  }

  private static void signIn(BrowserPage page, String account) {
    page.type("#account", account);
    page.type("#password", "correct horse 42");
    page.loading(() -> page.click("form.card button"));
  }

  private static List<String> links(BrowserPage page) {
    return List.of(
        page.value(
                "[...document.querySelectorAll('.addresses a')].map(a => a.getAttribute('href')).join(' ')")
            .asText()
            .split(" "));
  }
}
