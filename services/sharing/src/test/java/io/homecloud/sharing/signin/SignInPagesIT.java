package io.homecloud.sharing.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;

import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.BrowserPage;
import io.homecloud.testkit.Chromium;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class SignInPagesIT {
  private static final String PASSWORD = "correct horse 42";

  private static RequestSpecification page() {
    return RestAssured.given()
        .urlEncodingEnabled(false)
        .redirects()
        .follow(false)
        .header("Origin", "http://localhost:" + RestAssured.port);
  }

  private static RequestSpecification form() {
    return page().contentType(ContentType.URLENC);
  }

  private static String encoded(String path) {
    return URLEncoder.encode(path, StandardCharsets.UTF_8);
  }

  /** What its sign-in goes on with. */
  private static String secret(String account) {
    Houses.account(account, "{}");
    Response signedIn =
        form()
            .body("account=" + account + "&password=" + encoded(PASSWORD) + "&to=/links")
            .post("/sign-in");
    signedIn.then().statusCode(303).header("Location", endsWith("/links"));
    return signedIn.cookie(SignInCookies.REFRESH);
  }

  @Test
  void whereSomebodyWasOneIsAfterwards() {
    // Given
    String secret = secret("wanda");
    String to = "/backups/runs/x/files/caf%C3%A9%20%26?after=a%2Fb&x=1";

    // When
    Response renewed =
        page().cookie(SignInCookies.REFRESH, secret).get("/sign-in?to=" + encoded(to));
    Response asked = page().get("/sign-in?to=" + encoded(to));

    // Then
    renewed.then().statusCode(303).header("Location", endsWith(to));
    asked.then().statusCode(200).body(containsString("value=\"" + to.replace("&", "&amp;") + "\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example",
        "/\\evil.example",
        "/x//evil.example",
        "https://evil.example",
        "/x\r\ny",
        "/x\u0001",
        "/x%",
        "/x%zz",
        "/é",
        "",
        "javascript:alert(1)",
        "x",
        "/x\"><b>"
      })
  void nobodyIsLedAwayFromHere(String to) {
    // When
    Response asked = page().get("/sign-in?to=" + encoded(to));

    // Then
    asked.then().statusCode(200).body(containsString("name=\"to\" value=\"/\""));
  }

  @Test
  void anAddressAsLongAsAPathMayBeIsTaken() {
    // When
    Response asked = page().get("/sign-in?to=" + encoded("/x/" + "%D0%96".repeat(400)));

    // Then
    asked.then().statusCode(200).body(containsString("value=\"/x/%D0%96%D0%96"));
  }

  @Test
  void aFormOfAPageThatWasOpenForLongIsSentOnAsItIs() {
    // Given
    String secret = secret("wenzel");
    String body = "file=" + "x".repeat(60_000);

    // When
    Response sent =
        form()
            .cookie(SignInCookies.REFRESH, secret)
            .body(body)
            .post("/sign-in/form?to=" + encoded("/backups/plans/x/run"));

    // Then
    sent.then().statusCode(307).header("Location", endsWith("/backups/plans/x/run"));
    assertThat(sent.cookie(SignInCookies.TOKEN)).isNotEmpty();

    // When
    String page = "http://localhost:" + RestAssured.port + "/backups/plans/x";
    Response refused =
        form()
            .cookie(SignInCookies.REFRESH, "of a session that has ended")
            .header("Referer", page)
            .body(body)
            .post("/sign-in/form?to=" + encoded("/backups/plans/x/run"));

    // Then
    refused
        .then()
        .statusCode(401)
        .body(containsString("nothing was done"))
        .body(containsString("value=\"/backups/plans/x\""));
  }

  @Test
  void aBrowserSendsItOnByItself() {
    // Given
    String secret = secret("wilma");
    Houses.pool("home");
    var _ = Houses.volume("home", "wilmas");
    Houses.share(
            "wilmas",
            "{'volume':'wilmas','protocols':['webdav'],'access':[{'account':'wilma','level':'read'}]}")
        .statusCode(201);
    try (Chromium browser = Chromium.start()) {
      BrowserPage page = browser.page();
      page.open(at("/sign-in"));
      page.cookie(at("/"), SignInCookies.REFRESH, secret);
      var _ =
          page.value(
              """
              document.querySelector('main').innerHTML =
                  '<form method="post" action="/sign-in/form?to=%2Flinks">' +
                  '<input name="title" value="Lake"><button>Make</button></form>'\
              """);

      // When
      page.loading(() -> page.click("main button"));

      // Then
      assertThat(page.value("location.pathname").asText()).isEqualTo("/links");
      assertThat(page.text("header")).contains("wilma");
      assertThat(page.value("document.querySelector('[name=title]').value").asText())
          .isEqualTo("Lake");
    }
  }

  private static String at(String path) {
    return "http://" + Chromium.HOST + ":" + RestAssured.port + path;
  }

  @Test
  void aFormOfAnotherSiteIsNotSentOn() {
    // When
    Response sent =
        RestAssured.given()
            .header("Origin", "http://evil.example")
            .contentType(ContentType.URLENC)
            .post("/sign-in/form?to=/x");

    // Then
    assertThat(sent.statusCode()).isEqualTo(403);
  }
}
