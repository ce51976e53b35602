package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.page;
import static io.homecloud.sharing.link.Guests.path;
import static io.homecloud.sharing.link.Guests.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.BrowserPage;
import io.homecloud.testkit.Chromium;
import io.homecloud.testkit.Gallery;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page on which somebody looks after the own links. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class LinkListIT {
  private Map<String, String> cookies = Map.of();

  /** Somebody with a share of the same name, who is signed in. */
  private void signIn(String name) throws IOException {
    Guests.photos();
    Houses.account(name, "{}");
    Houses.share(
            name,
            "{'volume':'photos','protocols':['webdav'],'access':[{'account':'%s','level':'read'}]}"
                .formatted(name))
        .statusCode(201);
    cookies = send("/sign-in", Map.of("account", name, "password", "correct horse 42")).cookies();
  }

  private Response send(String path, Map<String, String> fields) {
    return page()
        .cookies(cookies)
        .contentType(ContentType.URLENC.withCharset(UTF_8))
        .formParams(fields)
        .post(path);
  }

  private String list() {
    return guest().cookies(cookies).get("/links").asString();
  }

  private static String of(String who, String name, String more) {
    String spec = "'spec':{'share':'%s','paths':['summer']%s}".formatted(who, more);
    return path(wish(TestTokens.member(who), name, spec));
  }

  @Test
  void theNewestLinkIsFirstAndWhatOpensNothingIsKeptApart() throws IOException {
    // Given
    signIn("nora");
    String once = of("nora", "nora-z", ",'maxUses':1,'displayName':'Only for one'");
    of("nora", "nora-b", ",'displayName':'The older'");
    of("nora", "nora-c", ",'displayName':'The newer'");

    // When
    page().contentType(ContentType.URLENC).formParam("x", "").post(once).then().statusCode(303);

    // Then
    eventually(() ->
        assertThat(list())
            .containsSubsequence(
                "<span class=\"name\">The newer",
                "<span class=\"name\">The older",
                "One that opens nothing",
                "<span class=\"name\">Only for one",
                "A new link"));
  }

  @Test
  void whatIsRefusedIsSaidWhereItWasWritten() throws IOException {
    // Given
    signIn("olivia");
    of("olivia", "olivia-a", ",'displayName':'Untouched'");
    of("olivia", "olivia-b", ",'displayName':'Changed'");

    // When
    Response changed =
        send("/links/olivia-b/change", Map.of("until", "2001-01-31", "password", "Kühe 7"));
    // Then
    assertThat(changed.statusCode()).isEqualTo(422);
    assertThat(changed.asString())
        .containsSubsequence(
            ">Changed<",
            "<details open>",
            "still to come",
            "value=\"2001-01-31\" autofocus",
            "value=\"Kühe 7\"",
            ">Untouched<");
    assertThat(changed.asString().split("still to come", -1)).hasSize(2);

    // When
    Response made =
        send("/links", Map.of("title", "Soon", "share", "olivia", "mode", "view", "days", "nine"));
    // Then
    assertThat(made.statusCode()).isEqualTo(422);
    assertThat(made.asString())
        .containsSubsequence("A new link", "The number of days", "autofocus value=\"Soon\"");
  }

  @Test
  void aWrongPasswordLeavesTheAccountWritten() throws IOException {
    // Given
    signIn("paula");

    // When
    Response refused = send("/sign-in", Map.of("account", " paula", "password", "wrong"));

    // Then
    refused
        .then()
        .statusCode(401)
        .body(containsString("value=\"paula\" required>"))
        .body(containsString("autocomplete=\"current-password\" required autofocus>"));
  }

  @Test
  void aFormThatIsSentOnceMoreMakesNoSecondLink() throws IOException {
    // Given
    signIn("ruth");
    Matcher action = Pattern.compile("action=\"(/links\\?once=[0-9a-f-]+)\"").matcher(list());
    assertThat(action.find()).isTrue();
    Map<String, String> fields = Map.of("title", "Twice", "share", "ruth", "mode", "view");
    send(action.group(1), fields).then().statusCode(201).body(containsString("Your link is ready"));

    // When
    Response again = send(action.group(1), fields);

    // Then
    again.then().statusCode(409).body(containsString("has been made already"));
    assertThat(again.asString())
        .contains("autofocus value=\"Twice\"")
        .doesNotContain(action.group(1));
    assertThat(list().split("<span class=\"name\">Twice", -1)).hasSize(2);
  }

  @Test
  void theAddressOfANewLinkIsCopiedByAPress() throws IOException {
    // Given
    signIn("sara");
    try (Chromium browser = Chromium.start()) {
      BrowserPage page = browser.page();
      page.size(1100, 800, false);
      page.open("http://" + Chromium.HOST + ":" + RestAssured.port + "/sign-in?to=/links");
      page.type("#account", "sara");
      page.type("#password", "wrong");
      page.loading(() -> page.click("form button"));
      new Gallery(page).take("sign-in-again");
      page.type("#password", "correct horse 42");
      page.loading(() -> page.click("form button"));
      page.type("#title", "Refused");
      page.type("#paths", "no/where");
      page.loading(() -> page.click("#make > button"));
      assertThat(page.text("#make .warn")).contains("no/where");
      new Gallery(page).take("link-refused");
      page.type("#paths", "summer");
      page.loading(() -> page.click("#make > button"));
      var _ = page.value("addEventListener('copy', () => (window.copied = '' + getSelection()))");

      // When
      page.click("#copy");

      // Then
      eventually(() -> assertThat(page.text("#copy")).contains("Copied"));
      assertThat(page.value("copied").asText().strip()).isEqualTo(page.text("#secret"));
      new Gallery(page).take("link-copied");
      page.type("#title", "Spent");
      page.type("#uses", "1");
      page.loading(() -> page.click("#make > button"));
      String spent = page.text("#secret").replaceFirst("^https?://[^/]+", "");
      page().contentType(ContentType.URLENC).formParam("x", "").post(spent).then().statusCode(303);
      eventually(() -> {
        page.open("http://" + Chromium.HOST + ":" + RestAssured.port + "/links");
        assertThat(page.text(".ended")).contains("One that opens nothing");
      });
      page.click(".ended summary");
      page.click(".links li details summary");
      page.select(".links li input[name=until]", "2001-01-31");
      page.loading(() -> page.click(".links li .change button"));
      assertThat(page.text(".links li .warn")).contains("still to come");
      new Gallery(page).take("change-refused");
      page.open("http://" + Chromium.HOST + ":" + RestAssured.port + "/links");
      page.click(".ended summary");
      new Gallery(page).take("ended");
    }
  }
}
