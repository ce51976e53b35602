package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.link;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.BrowserPage;
import io.homecloud.testkit.Chromium;
import io.homecloud.testkit.Gallery;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** More files than a page lists. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class LongListsIT {
  @Test
  void aLongListSaysWhereOneIsAndGoesOnFromFileToFile() throws IOException {
    // Given
    Guests.photos();
    Path many = Houses.volume("home", "many");
    for (int i = 0; i < 1020; i++) {
      Files.writeString(many.resolve("note-%04d.txt".formatted(i)), "x");
    }
    Houses.share("many", "{'volume':'many','protocols':['webdav'],'access':[]}").statusCode(201);
    String link = link("many", "{'share':'many','displayName':'Notes of a long summer'}");
    try (Chromium browser = Chromium.start()) {
      BrowserPage page = browser.page();
      page.size(1100, 800, false);
      String first = "http://" + Chromium.HOST + ":" + RestAssured.port + link;

      // When
      page.open(first);
      // Then
      assertThat(page.text(".head p")).startsWith("the first 500 items");
      assertThat(page.text(".bar")).doesNotContain("forgotten");
      page.click(".tick input");
      assertThat(page.text(".bar")).contains("Download chosen", "forgotten on the next page");
      new Gallery(page).take("ticked");

      // When
      page.loading(() -> page.click(".bar a"));
      // Then
      assertThat(page.text(".head p")).startsWith("500 more items");
      page.loading(() -> page.click("li:last-child .entry"));
      assertThat(page.text("h1")).isEqualTo("note-0999.txt");
      assertThat(page.text(".beside .before")).isEqualTo("note-0998.txt");

      // When
      page.loading(() -> page.click(".beside .after"));
      // Then
      assertThat(page.text("h1")).isEqualTo("note-1000.txt");
      assertThat(page.text(".beside .after")).isEqualTo("note-1001.txt");

      // When
      page.open(first + "/f/note-0700.txt");
      // Then
      assertThat(page.text(".beside .before")).isEqualTo("note-0699.txt");
      page.loading(() -> page.click(".beside .after"));
      page.loading(() -> page.click(".trail a"));
      page.loading(() -> page.click(".bar a"));
      page.loading(() -> page.click(".bar a"));
      assertThat(page.text(".head p")).startsWith("the last 20 items");
      assertThat(page.complaints()).isEmpty();
    }
  }
}
