package io.homecloud.sharing.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.InABrowser;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a member chooses by looking, as {@link PagesInABrowserIT}: without scripts. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class FilePickerInABrowserIT extends InABrowser {

  @BeforeEach
  void aMemberAtTheForm() throws IOException {
    page.dark(false);
    Path photos = Guests.photos();
    new Lake(page).fill(photos.resolve("lake"));
    Path odd = Files.createDirectories(photos.resolve("lake/More from Tuesday"));
    Files.writeString(odd.resolve("<b onclick=x>\"O'Hara\" & two\nlines.txt"), "x");
    Files.createDirectories(
        photos.resolve("lake/A folder with a name so long that it has to break"));
    Houses.account("clara", "{}");
    Houses.share(
            "claras",
            "{'volume':'photos','protocols':['webdav'],'access':[{'account':'clara','level':'write'}]}")
        .statusCode(201);
    page.scripts(false);
    page.open(at(RestAssured.port, "/links"));
    page.type("#account", "clara");
    page.type("#password", "correct horse 42");
    page.loading(() -> page.click("form button"));
  }

  private String field(String name) {
    return page.value("document.querySelector('form.card [name=" + name + "]').value").asText();
  }

  private void press(String selector) {
    page.loading(() -> page.click(selector));
  }

  @Test
  void aMemberChoosesByLooking() {
    // Given
    page.select("#share", "claras");
    page.type("#title", "Summer at the lake");
    page.type("#days", "30");
    page.type("form.card > .row #password", "Kühe 7");
    page.click("input[value=view]");
    pictures("choose-form");
    // Enter in a field presses the first one, which makes the link as it did before.
    assertThat(page.has("form.card button[formaction]")).isTrue();
    assertThat(
            page.value("document.querySelector('form.card button').hasAttribute('formaction')")
                .asBoolean())
        .isFalse();

    // When
    press("form.card .with-button button");
    // Then
    assertThat(page.text("h1")).isEqualTo("claras");
    assertThat(page.text(".use")).isEqualTo("Use all of claras");
    pictures("choose-top");

    // When
    page.click("input[value='secret.txt']");
    press("button[value=lake]");
    // Then
    assertThat(page.text(".chips")).contains("secret.txt");
    page.click("label.entry[for=pick-4]");
    page.click("input[value='lake/morning.jpg']");
    page.click("input[value='lake/swimming.webm']");
    assertThat(page.text(".use")).isEqualTo("Use these");
    pictures("choose-folder");

    // When: by the phone's button
    press("button[value='lake/More%20from%20Tuesday']");
    assertThat(page.text(".files")).contains("two", "cannot be chosen for its name");
    pictures("choose-elsewhere");
    page.loading(() -> page.value("history.back()"));
    // Then
    assertThat(page.text("h1")).isEqualTo("lake");
    assertThat(page.value("document.querySelectorAll('.files :checked').length").asInt())
        .isEqualTo(3);

    // When
    page.click(".chips input[value='secret.txt']");
    press(".bar .use");
    // Then
    assertThat(field("paths"))
        .contains("lake/morning.jpg\nlake/swimming.webm")
        .doesNotContain("secret.txt");
    assertThat(field("title")).isEqualTo("Summer at the lake");
    assertThat(field("days")).isEqualTo("30");
    assertThat(field("password")).isEqualTo("Kühe 7");
    assertThat(page.has("input[value=view]:checked")).isTrue();
    pictures("choose-chosen");
    press("form.card > button");
    assertThat(page.text(".secret")).contains("/g/");

    // When
    page.select("#share", "claras");
    page.click("input[value=upload]");
    press("form.card .with-button button");
    press("button[value=lake]");
    page.click("input[value=lake]");
    // Then
    pictures("choose-box");
    assertThat(page.text(".use")).isEqualTo("Use this folder");
    press(".bar .use");
    assertThat(field("paths")).isEqualTo("lake");
    assertThat(page.complaints()).isEmpty();
  }
}
