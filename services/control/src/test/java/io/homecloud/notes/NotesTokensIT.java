package io.homecloud.notes;

import static io.homecloud.notes.Asking.NOTES;
import static io.homecloud.notes.Asking.assertProblem;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.startsWith;

import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Who may ask at all. */
@QuarkusTest
@QuarkusTestResource(TestServers.class)
class NotesTokensIT {
  private static Response with(String token) {
    return given().header("Authorization", "Bearer " + token).get(NOTES);
  }

  private static void assertUnknown(Response answer) {
    assertProblem(answer, 401, "unauthenticated");
    answer.then().header("WWW-Authenticate", startsWith("Bearer"));
  }

  private static String claims(String issuer, String audience) {
    long now = Instant.now().getEpochSecond();
    return """
    {"iss":"%s","aud":"%s","sub":"eve","upn":"eve","groups":["administrator"],"iat":%d,"exp":%d}\
    """
        .formatted(issuer, audience, now, now + 600);
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anAdministratorIsAnswered() {
    // When
    Response answer = with(TestTokens.administrator());

    // Then
    answer.then().statusCode(200);
  }

  @Test
  void withoutATokenNobodyIsAnswered() {
    // When / Then
    assertUnknown(given().get(NOTES));
    assertUnknown(given().post(NOTES));
    assertUnknown(given().get(NotesApi.PATH + "/tasks"));
    assertUnknown(given().get(NotesApi.PATH + "/events"));
    assertUnknown(given().get(NotesApi.PATH + "/parked-events"));
  }

  @Test
  void whatIsNoTokenIsRefused() {
    // When / Then
    for (String rubbish : List.of("", "x", "a.b.c", "....", "x".repeat(5000))) {
      assertUnknown(with(rubbish));
    }
    assertUnknown(given().header("Authorization", "Basic YTpi").get(NOTES));
  }

  @Test
  void anExpiredTokenIsRefused() {
    // When / Then
    assertUnknown(
        with(
            TestTokens.token(
                "administrator", List.of("administrator"), Instant.now().minusSeconds(600))));
  }

  @Test
  void aTokenOfAnotherIssuerOrForAnotherAudienceIsRefused() {
    // When / Then
    assertUnknown(with(TestTokens.signed(claims("somebody", "homecloud"))));
    assertUnknown(with(TestTokens.signed(claims("homecloud", "somebody"))));
    with(TestTokens.signed(claims("homecloud", "homecloud"))).then().statusCode(200);
  }

  @Test
  void aTokenWithoutASignatureIsRefused() {
    // Given
    String claims = base64(claims("homecloud", "homecloud"));

    // When / Then
    for (String alg : List.of("none", "None", "NONE")) {
      String header = base64("{\"alg\":\"" + alg + "\",\"typ\":\"JWT\"}");
      assertUnknown(with(header + "." + claims + "."));
    }
    String header = base64("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"test\"}");
    assertUnknown(with(header + "." + claims + "."));
    assertUnknown(with(header + "." + claims + "." + base64("\0".repeat(64))));
  }

  @Test
  void aTokenWhoseClaimsWereChangedIsRefused() {
    // Given
    String[] parts = TestTokens.member("anna").split("\\.", -1);
    String raised =
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
            .replace("member", "administrator");

    // When / Then
    assertUnknown(with(parts[0] + "." + base64(raised) + "." + parts[2]));
  }

  @Test
  void thePublicKeyIsNoSecretToSignWith() throws IOException, GeneralSecurityException {
    // Given
    byte[] publicKeys = Files.readAllBytes(Path.of(URI.create(TestTokens.jwks())));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(publicKeys, "HmacSHA256"));
    String signed =
        base64("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"test\"}")
            + "."
            + base64(claims("homecloud", "homecloud"));
    String signature =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));

    // When / Then
    assertUnknown(with(signed + "." + signature));
  }

  @Test
  void withoutTheRoleItIsForbidden() {
    // When / Then
    for (List<String> groups :
        List.of(List.<String>of(), List.of("member"), List.of("Administrator"))) {
      assertProblem(with(TestTokens.token("anna", groups)), 403, "forbidden");
    }
    assertProblem(
        given().auth().oauth2(TestTokens.member("anna")).get(NotesApi.PATH + "/tasks"),
        403,
        "forbidden");
  }
}
