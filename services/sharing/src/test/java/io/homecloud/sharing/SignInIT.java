package io.homecloud.sharing;

import static io.homecloud.sharing.Asking.API;
import static io.homecloud.sharing.Asking.PASSWORD;
import static io.homecloud.sharing.Asking.account;
import static io.homecloud.sharing.Asking.as;
import static io.homecloud.sharing.Asking.asking;
import static io.homecloud.sharing.Asking.assertProblem;
import static io.homecloud.sharing.Asking.freshName;
import static io.homecloud.sharing.Asking.nobody;
import static io.homecloud.sharing.Asking.refresh;
import static io.homecloud.sharing.Asking.setPassword;
import static io.homecloud.sharing.Asking.signIn;
import static io.homecloud.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.homecloud.control.problem.ProblemException;
import io.homecloud.sharing.signin.SignIn;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = SharingHouse.class, restrictToAnnotatedClass = true)
class SignInIT {
  @Inject SharingControl control;

  @Test
  void whoSignsInMayWhatTheRoleMay() {
    // Given
    String member = account("{}");
    String administrator = account("{'role':'administrator'}");

    // When
    Response theirs = signIn(member, PASSWORD);
    String ours = signIn(administrator, PASSWORD).path("token");

    // Then
    theirs.then().statusCode(200).body("account", equalTo(member)).body("role", equalTo("member"));
    String token = theirs.path("token");
    as(token).get(API + "/me").then().statusCode(200).body("metadata.name", equalTo(member));
    assertProblem(as(token).get(API + "/accounts"), 403, "forbidden");
    as(ours).get(API + "/accounts/" + member).then().statusCode(200);
  }

  @Test
  void whatIsWrongIsNotTold() {
    // Given
    String name = account("{}");
    String disabled = account("{'disabled':true}");

    // When
    Response wrong = signIn(name, "not the password");
    Response nobodys = signIn(freshName(), PASSWORD);
    Response barred = signIn(disabled, PASSWORD);

    // Then
    assertProblem(wrong, 401, "sign-in-refused");
    assertThat(nobodys.asString()).isEqualTo(wrong.asString());
    assertThat(barred.asString()).isEqualTo(wrong.asString());
    assertProblem(signIn("../../etc/passwd", PASSWORD), 401, "sign-in-refused");
  }

  @Test
  void guessingIsThrottled() {
    // Given
    String name = account("{}");
    IntStream.range(0, 10)
        .forEach(i -> assertProblem(signIn(name, "guess " + i), 401, "sign-in-refused"));

    // When
    Response answer = signIn(name, PASSWORD);

    // Then
    assertProblem(answer, 429, "sign-in-throttled");
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(800, 901);
  }

  @Test
  void guessesThatComeAtOnceAreThrottledToo() throws InterruptedException {
    // Given
    String name = account("{}");
    List<Callable<Integer>> guesses =
        IntStream.range(0, 50).<Callable<Integer>>mapToObj(i -> () -> guess(name, i)).toList();

    // When
    List<Integer> answers;
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      answers = all.invokeAll(guesses).stream().map(Future::resultNow).toList();
    }

    // Then: two are checked at a time, so that one more may have begun
    assertThat(answers).filteredOn(code -> code == 401).hasSizeBetween(10, 11);
    assertThat(answers).filteredOn(code -> code != 401).containsOnly(429);
  }

  /** While the database answers nobody on a slow machine nothing is counted. */
  private static int guess(String name, int number) throws InterruptedException {
    int answer = signIn(name, "guess " + number).statusCode();
    for (int again = 0; again < 60 && answer == 503; again++) {
      Thread.sleep(1_000);
      answer = signIn(name, "guess " + number).statusCode();
    }
    return answer;
  }

  @Test
  void whoGuessesFromManyAddressesKeepsNobodyOutWhoWasHereBefore() {
    // Given
    String name = account("{}");
    String other = account("{}");
    as(signInFrom("198.51.100.31", name, PASSWORD).path("token"))
        .post(API + "/sign-out")
        .then()
        .statusCode(204);
    String session = signInFrom("198.51.100.32", name, PASSWORD).path("session");
    control
        .plane()
        .database()
        .useTransaction(transaction ->
            transaction
                .handle()
                .createUpdate(
                    "update sign_in_session set address = '2001:db8:0:32::1' where id = :id")
                .bind("id", UUID.fromString(session))
                .execute());

    // When
    for (String network : new String[] {"2001:db8:0:a::", "2001:db8:0:b::"}) {
      for (int guess = 0; guess < 50; guess++) {
        assertProblem(
            signInFrom(network + (1 + guess / 10), name, "guess " + guess), 401, "sign-in-refused");
      }
    }

    // Then
    String stranger = "2001:db8:0:c::1";
    assertProblem(signInFrom(stranger, name, PASSWORD), 429, "sign-in-throttled");
    assertThat(signInFrom("198.51.100.31", name, PASSWORD).statusCode()).isEqualTo(200);
    assertThat(signInFrom("2001:db8:0:32::2", name, PASSWORD).statusCode()).isEqualTo(200);
    assertThat(signInFrom(stranger, other, PASSWORD).statusCode()).isEqualTo(200);
    assertProblem(signInFrom("2001:db8:0:a::99", other, PASSWORD), 429, "sign-in-throttled");
  }

  @Test
  void whoGuessesInTheNetworkKeepsNobodyOutWhoWasAtThatAddressBefore() {
    // Given
    String name = account("{}");
    String inDatabase = account("{}");
    String network = "2001:db8:0:44::";
    signInFrom(network + "a", name, PASSWORD).then().statusCode(200);
    String session = signInFrom("198.51.100.44", inDatabase, PASSWORD).path("session");
    control
        .plane()
        .database()
        .useTransaction(transaction ->
            transaction
                .handle()
                .createUpdate("update sign_in_session set address = :address where id = :id")
                .bind("address", network + "b")
                .bind("id", UUID.fromString(session))
                .execute());

    // When
    for (int guess = 0; guess < 50; guess++) {
      assertProblem(
          signInFrom(network + "c", freshName(), "guess " + guess), 401, "sign-in-refused");
    }

    // Then
    assertThat(signInFrom(network + "a", name, PASSWORD).statusCode()).isEqualTo(200);
    assertThat(signInFrom(network + "b", inDatabase, PASSWORD).statusCode()).isEqualTo(200);
    assertProblem(signInFrom(network + "d", name, PASSWORD), 429, "sign-in-throttled");
    assertProblem(signInFrom(network + "a", inDatabase, PASSWORD), 429, "sign-in-throttled");
    for (int guess = 0; guess < 10; guess++) {
      assertProblem(signInFrom(network + "a", name, "guess " + guess), 401, "sign-in-refused");
    }
    assertProblem(signInFrom(network + "a", name, PASSWORD), 429, "sign-in-throttled");
  }

  /** As the front tells it. */
  private static Response signInFrom(String address, String account, String password) {
    return nobody()
        .header("X-Forwarded-For", address)
        .body(Map.of("account", account, "password", password))
        .post(API + "/sign-in");
  }

  @Test
  void aSignInGoesOnWithANewTokenEachTime() {
    // Given
    String first = signIn(account("{}"), PASSWORD).path("refreshToken");

    // When
    Response second = refresh(first);
    Response atOnce = refresh(first);
    String newest = second.path("refreshToken");
    String later = refresh(newest).path("refreshToken");
    Response longAgo = refresh(first);

    // Then
    second.then().statusCode(200);
    // Another window of the same browser.
    atOnce.then().statusCode(200).body("refreshToken", nullValue());
    assertProblem(longAgo, 401, "session-ended");
    refresh(later).then().statusCode(200);
    assertProblem(refresh("made up"), 401, "session-ended");
  }

  @Test
  void aSignInEndsWhenATokenIsShownAgainThatWasChangedAWhileAgo() {
    // Given
    Response signedIn = signIn(account("{}"), PASSWORD);
    String first = signedIn.path("refreshToken");
    Response second = refresh(first);
    second.then().statusCode(200);
    control
        .plane()
        .database()
        .useTransaction(transaction ->
            transaction
                .handle()
                .createUpdate(
                    "update sign_in_session set used_at = used_at - interval '31 seconds' where id = :id")
                .bind("id", UUID.fromString(signedIn.path("session")))
                .execute());

    // When
    Response stolen = refresh(first);

    // Then: neither the thief nor who was robbed goes on
    assertProblem(stolen, 401, "session-ended");
    assertProblem(refresh(second.path("refreshToken")), 401, "session-ended");
    assertProblem(as(second.path("token")).get(API + "/me"), 401, "unauthenticated");
  }

  @Test
  void whateverEndsASignInIsToldToOtherServices() {
    // Given
    Response out = signIn(account("{}"), PASSWORD);
    Response disabled = signIn(account("{}"), PASSWORD);
    Response removed = signIn(account("{}"), PASSWORD);
    Response renewed = signIn(account("{}"), PASSWORD);
    String accounts = API + "/accounts/";

    // When
    as(out.path("token")).post(API + "/sign-out").then().statusCode(204);
    asking()
        .body("{\"spec\":{\"disabled\":true}}")
        .patch(accounts + disabled.path("account") + "?wait=2m");
    asking().delete(accounts + removed.path("account") + "?wait=2m");
    setPassword(renewed.path("account"), PASSWORD + "!");

    // Then
    List<Response> ended = List.of(out, disabled, removed, renewed);
    eventually(() -> {
      String told =
          TestKafka.messages("homecloud.sharing").stream()
              .filter(event -> event.contains("\"io.homecloud.sign-in.ended.v1\""))
              .collect(Collectors.joining());
      ended.forEach(answer -> assertThat(told).contains(answer.<String>path("session")));
    });
    ended.forEach(
        answer -> assertProblem(as(answer.path("token")).get(API + "/me"), 401, "unauthenticated"));
  }

  @Test
  void keysChangeAndTokensOfTheOldOneStayGood() {
    // Given
    String name = account("{}");
    String old = signIn(name, PASSWORD).path("token");

    // When
    Response changed = asking().post(API + "/sign-in/keys");

    // Then
    changed.then().statusCode(200).body("items", hasSize(2));
    String fresh = changed.path("items[0].id");
    nobody()
        .get(API + "/sign-in/keys")
        .then()
        .statusCode(200)
        .body("keys.kid", equalTo(List.of(fresh, "test")))
        .body("keys.d", equalTo(Arrays.asList(null, null)));
    String token = signIn(name, PASSWORD).path("token");
    assertThat(
            new String(
                Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))), UTF_8))
        .contains(fresh);
    as(token).get(API + "/me").then().statusCode(200);
    as(old).get(API + "/me").then().statusCode(200);
    assertProblem(as(token).post(API + "/sign-in/keys"), 403, "forbidden");
    assertProblem(
        asking().body("{\"refuseOld\":\"perhaps\"}").post(API + "/sign-in/keys"),
        400,
        "body-invalid");
  }

  @Test
  void whatEndedIsRefusedAtOnce() {
    // Given
    String name = account("{}");
    String here = signIn(name, PASSWORD).path("token");
    Response there = signIn(name, PASSWORD);
    String theirs = there.path("token");
    as(here).get(API + "/sign-ins").then().statusCode(200).body("items", hasSize(2));

    // When
    as(here).delete(API + "/sign-ins/" + there.path("session")).then().statusCode(204);

    // Then
    assertProblem(as(theirs).get(API + "/me"), 401, "unauthenticated");
    assertProblem(refresh(there.path("refreshToken")), 401, "session-ended");
    as(here).post(API + "/sign-out").then().statusCode(204);
    assertProblem(as(here).get(API + "/me"), 401, "unauthenticated");
  }

  @Test
  void ofASignInThatIsOverNothingStays() {
    // Given
    UUID over = UUID.fromString(signIn(account("{}"), PASSWORD).path("session"));
    UUID lasting = UUID.fromString(signIn(account("{}"), PASSWORD).path("session"));
    control
        .plane()
        .database()
        .useTransaction(transaction ->
            transaction
                .handle()
                .execute(
                    "update sign_in_session set expires_at = now() - interval '1 second' where id = ?",
                    over));

    // When
    signIn(account("{}"), PASSWORD).then().statusCode(200);

    // Then
    List<UUID> left =
        control
            .plane()
            .database()
            .read(handle ->
                handle.createQuery("select id from sign_in_session").mapTo(UUID.class).list());
    assertThat(left).contains(lasting).doesNotContain(over);
  }

  @Test
  void nobodyEndsASignInOfOthers() {
    // Given
    String mine = signIn(account("{}"), PASSWORD).path("token");
    Response others = signIn(account("{}"), PASSWORD);

    // When, Then
    assertProblem(as(mine).delete(API + "/sign-ins/" + others.path("session")), 404, "not-found");
    as(mine).get(API + "/sign-ins").then().body("items", hasSize(1));
    asking().delete(API + "/sign-ins/" + others.path("session")).then().statusCode(204);
  }

  @Test
  void whoIsDisabledIsSignedOut() {
    // Given
    String name = account("{}");
    String token = signIn(name, PASSWORD).path("token");

    // When
    asking()
        .body("{\"spec\":{\"disabled\":true}}")
        .patch(API + "/accounts/" + name + "?wait=2m")
        .then()
        .statusCode(200);

    // Then
    eventually(() -> assertProblem(as(token).get(API + "/me"), 401, "unauthenticated"));
  }

  @Test
  void whoIsNoAdministratorAnyMoreIsSignedOut() {
    // Given
    var _ = account("{'role':'administrator'}");
    String name = account("{'role':'administrator'}");
    String token = signIn(name, PASSWORD).path("token");
    as(token).get(API + "/accounts").then().statusCode(200);

    // When
    asking()
        .body("{\"spec\":{\"role\":\"member\"}}")
        .patch(API + "/accounts/" + name + "?wait=2m")
        .then()
        .statusCode(200);

    // Then
    eventually(() -> assertProblem(as(token).get(API + "/accounts"), 401, "unauthenticated"));
    assertProblem(
        as(token).body("{\"spec\":{\"role\":\"administrator\"}}").patch(API + "/accounts/" + name),
        401,
        "unauthenticated");
    signIn(name, PASSWORD).then().statusCode(200).body("role", equalTo("member"));
  }

  @Test
  void theOwnerChangesThePasswordKnowingTheOldOne() {
    // Given
    String name = account("{}");
    String token = signIn(name, PASSWORD).path("token");
    String elsewhere = signIn(name, PASSWORD).path("token");
    String path = API + "/accounts/" + name + "/password";

    // When
    Response unknowing = as(token).body(Map.of("password", "another one 77")).put(path);
    Response wrong =
        as(token).body(Map.of("password", "another one 77", "current", "wrong")).put(path);
    Response right =
        as(token).body(Map.of("password", "another one 77", "current", PASSWORD)).put(path);
    // Another node may not have heard of it.
    Response again =
        as(token).body(Map.of("password", "another one 77", "current", PASSWORD)).put(path);

    // Then
    assertProblem(unknowing, 400, "body-invalid");
    assertProblem(wrong, 422, "password-refused");
    right.then().statusCode(204);
    again.then().statusCode(204);
    as(token).get(API + "/me").then().statusCode(200);
    assertProblem(as(elsewhere).get(API + "/me"), 401, "unauthenticated");
    assertProblem(signIn(name, PASSWORD), 401, "sign-in-refused");
    signIn(name, "another one 77").then().statusCode(200);
    String other = account("{}");
    assertProblem(
        as(token)
            .body(Map.of("password", "another one 78", "current", PASSWORD))
            .put(API + "/accounts/" + other + "/password"),
        403,
        "forbidden");
  }

  @Test
  void aBrowserGetsCookiesThatOnlyPagesOfThisSiteCanUse() {
    // Given
    String name = account("{}");
    Response signedIn =
        nobody()
            .body(Map.of("account", name, "password", PASSWORD, "cookie", true))
            .post(API + "/sign-in");
    signedIn.then().statusCode(200).body("token", nullValue()).body("refreshToken", nullValue());
    assertThat(signedIn.headers().getValues("Set-Cookie"))
        .hasSize(2)
        .allSatisfy(cookie ->
            assertThat(cookie).contains("HttpOnly").containsIgnoringCase("SameSite=Strict"));
    var cookies = signedIn.cookies();

    // When, Then
    nobody().cookies(cookies).get(API + "/me").then().statusCode(200);
    String host = "http://localhost:" + io.restassured.RestAssured.port;
    assertProblem(nobody().cookies(cookies).post(API + "/sign-out"), 403, "forbidden");
    assertProblem(
        nobody().cookies(cookies).header("Origin", "http://evil.example").post(API + "/sign-out"),
        403,
        "forbidden");
    assertProblem(
        nobody()
            .cookies(cookies)
            .header("Origin", host)
            .header("Sec-Fetch-Site", "cross-site")
            .post(API + "/sign-out"),
        403,
        "forbidden");
    Response renewed =
        nobody().cookies(cookies).header("Origin", host).post(API + "/sign-in/refresh");
    renewed.then().statusCode(200);
    nobody()
        .cookies(renewed.cookies())
        .header("Sec-Fetch-Site", "same-origin")
        .post(API + "/sign-out")
        .then()
        .statusCode(204);
    assertProblem(nobody().cookies(renewed.cookies()).get(API + "/me"), 401, "unauthenticated");
  }

  @Test
  void aPageOfAnotherSiteSpendsNobodysAttempts() {
    // Given
    String name = account("{}");
    Map<String, String> body = Map.of("account", name, "password", "wrong");

    // When
    Response told =
        nobody().header("Sec-Fetch-Site", "cross-site").body(body).post(API + "/sign-in");
    Response old =
        nobody().header("Origin", "http://evil.example").body(body).post(API + "/sign-in");

    // Then
    assertProblem(told, 403, "forbidden");
    assertProblem(old, 403, "forbidden");
  }

  @Test
  void aBodyThatIsLargerThanAnySignInIsNotRead() {
    assertProblem(signIn("anna", "x".repeat(2_000_000)), 413, "body-too-large");
  }

  @Test
  void whatNoAccountCanBeCalledIsCountedTogether() {
    // Given
    String name = account("{}");
    String address = "198.51.100.41";
    for (int guess = 0; guess < 10; guess++) {
      String said = "No " + guess + "x".repeat(1000);
      assertProblem(signInFrom(address, said, PASSWORD), 401, "sign-in-refused");
    }

    // When
    Response another = signInFrom(address, "Another " + "y".repeat(1000), PASSWORD);

    // Then
    assertProblem(another, 429, "sign-in-throttled");
    assertThat(signInFrom(address, name, PASSWORD).statusCode()).isEqualTo(200);
  }

  @Test
  void aPasswordThatIsLongerThanAnyIsWrongLikeOthers() {
    // Given
    String name = account("{}");
    String longest = "\ud83d\ude00abcde".repeat(42) + "1234";
    setPassword(name, longest);

    // When
    Response longer = signInFrom("198.51.100.42", name, longest + "5");

    // Then
    assertProblem(longer, 401, "sign-in-refused");
    assertThat(longer.asString()).isEqualTo(signInFrom("198.51.100.42", name, "wrong").asString());
    assertThat(signInFrom("198.51.100.42", name, longest).statusCode()).isEqualTo(200);
  }

  @Test
  void aBodyThatIsLargerThanAnySignInIsRefusedHoweverItComes() throws Exception {
    // Given
    String large = "{\"account\":\"" + "a".repeat(10_000) + "\",\"password\":\"x\"}";
    String host = "http://localhost:" + io.restassured.RestAssured.port;
    HttpRequest chunked =
        HttpRequest.newBuilder(URI.create(host + API + "/sign-in"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large.getBytes(UTF_8))))
            .build();

    // When
    Response known = nobody().body(large).post(API + "/sign-in");
    int unknown;
    try (HttpClient client = HttpClient.newHttpClient()) {
      unknown = client.send(chunked, BodyHandlers.discarding()).statusCode();
    }
    Response form =
        nobody()
            .contentType("application/x-www-form-urlencoded")
            .body("account=anna&password=" + "x".repeat(10_000))
            .post("/sign-in");

    // Then
    assertProblem(known, 413, "body-too-large");
    assertThat(unknown).isEqualTo(413);
    assertThat(form.statusCode()).isEqualTo(413);
    assertProblem(refresh("x".repeat(10_000)), 413, "body-too-large");
  }

  @Test
  void noMoreWaitInLineThanTheMemoryHolds() throws InterruptedException {
    // Given
    SignIn signIn = control.people().signIn();
    List<Callable<String>> guesses =
        IntStream.range(0, 100)
            .<Callable<String>>mapToObj(i ->
                () -> {
                  try {
                    var from = new SignIn.Caller("198.51.101." + i, "");
                    return "" + signIn.isPassword(freshName(), Optional.empty(), "guess", from);
                  } catch (ProblemException refused) {
                    return refused.code() + " " + refused.members().get("retryAfter");
                  }
                })
            .toList();

    // When
    List<String> answers;
    // Not virtual threads, of which no more begin than there are processors for.
    try (ExecutorService all = Executors.newFixedThreadPool(guesses.size())) {
      answers = all.invokeAll(guesses).stream().map(Future::resultNow).toList();
    }

    // Then
    assertThat(answers).containsOnly("false", "SIGN_IN_THROTTLED 5");
    assertThat(answers).filteredOn("false"::equals).hasSizeGreaterThanOrEqualTo(20);
    assertThat(signInFrom("198.51.101.1", account("{}"), PASSWORD).statusCode()).isEqualTo(200);
  }

  @Test
  void theMachinesOwnTokenIsOfNoAccount() {
    assertProblem(as(TestTokens.administrator()).get(API + "/me"), 404, "not-found");
  }
}
