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
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.Map;
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
}
