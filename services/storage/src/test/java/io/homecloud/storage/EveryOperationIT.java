package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.body;
import static io.homecloud.storage.Asking.files;
import static io.homecloud.storage.Asking.freshName;
import static io.homecloud.storage.Asking.upload;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for every operation that there is, also for those that are added tomorrow. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class EveryOperationIT {
  private static final int ROUNDS = Boolean.getBoolean("homecloud.soak") ? 60 : 3;
  private static final int EACH = 6;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static ApiDocument document() {
    ApiDocument document = ApiDocument.parse(given().get("/q/openapi?format=json").asString());
    assertThat(document.operations()).hasSizeGreaterThan(40);
    assertThat(document.words()).contains("quota", "disks", "retention");
    return document;
  }

  private static String host() {
    return "http://localhost:" + RestAssured.port;
  }

  /** What was answered, as far as it matters: events go on for ever. */
  private record Answer(int status, String type, String text) {}

  private Answer send(HttpRequest request) {
    try {
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      String type = answer.headers().firstValue("Content-Type").orElse("");
      try (InputStream in = answer.body()) {
        boolean endless = type.startsWith("text/event-stream");
        String text =
            endless ? "" : new String(in.readNBytes(1 << 20), StandardCharsets.ISO_8859_1);
        return new Answer(answer.statusCode(), type, text);
      }
    } catch (IOException e) {
      throw new AssertionError(request + " was not answered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Test
  void nobodyIsAnsweredWithoutAValidToken() {
    // Given
    Map<String, String> tokens =
        Map.of(
            "expired",
            TestTokens.token("eve", List.of("administrator"), Instant.now().minusSeconds(600)),
            "of another issuer",
            TestTokens.signed(claims("somebody", "homecloud")),
            "for another audience",
            TestTokens.signed(claims("homecloud", "somebody")),
            "alg none",
            base64("{\"alg\":\"none\",\"typ\":\"JWT\"}")
                + "."
                + base64(claims("homecloud", "homecloud"))
                + ".",
            "forged",
            forged());
    for (ApiDocument.Operation operation : document().operations()) {
      URI uri = URI.create(host() + operation.path().replaceAll("[{}]", ""));
      HttpRequest.Builder bare =
          HttpRequest.newBuilder(uri)
              .method(operation.method(), HttpRequest.BodyPublishers.noBody());
      // When / Then
      assertThat(send(bare.build()).status()).as(operation + " without a token").isEqualTo(401);
      tokens.forEach((what, token) -> {
        Answer answer = send(bare.copy().header("Authorization", "Bearer " + token).build());
        assertThat(answer.status()).as(operation + " with a token " + what).isEqualTo(401);
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(answer.text()).contains("urn:homecloud:problem:unauthenticated");
      });
      Answer low =
          send(bare.copy().header("Authorization", "Bearer " + TestTokens.member("anna")).build());
      assertThat(low.status()).as(operation + " as a member").isEqualTo(403);
      assertThat(low.text()).contains("urn:homecloud:problem:forbidden");
    }
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

  /** A member's token that says administrator now. */
  private static String forged() {
    String[] parts = TestTokens.member("eve").split("\\.", -1);
    String raised =
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
            .replace("member", "administrator");
    return parts[0] + "." + base64(raised) + "." + parts[2];
  }

  @Test
  void whateverIsSentNothingBreaks() {
    // Given
    ApiDocument document = document();
    List<String> broken = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(round);
      RandomRequest requests = new RandomRequest(random, furnished(), document.words());
      List<ApiDocument.Operation> order = new ArrayList<>();
      for (int i = 0; i < EACH; i++) {
        List<ApiDocument.Operation> all = new ArrayList<>(document.operations());
        Collections.shuffle(all, random);
        order.addAll(all);
      }
      order.sort(java.util.Comparator.comparing(ApiDocument.Operation::destroys));
      for (ApiDocument.Operation operation : order) {
        // When
        HttpRequest request = requests.to(host(), TestTokens.administrator(), operation);
        Answer answer = send(request);
        // Then
        String wrong = wrong(answer);
        if (!wrong.isEmpty() && broken.size() < 20) {
          broken.add(
              "round " + round + ": " + request + " " + request.headers().map() + wrong + answer);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static String wrong(Answer answer) {
    if (answer.status() >= 500) {
      return " breaks it: ";
    }
    if (answer.status() < 400) {
      return "";
    }
    if (!answer.type().startsWith("application/problem+json")
        || !answer.text().contains("\"type\":\"urn:homecloud:problem:")) {
      return " is refused and not as a problem: ";
    }
    return List.of("Exception", "io.homecloud", "com.fasterxml", "\\tat ").stream()
            .anyMatch(answer.text()::contains)
        ? " tells about the program: "
        : "";
  }

  @Test
  void whatIsHardlyHttpBreaksNothing() throws IOException {
    String token = "Authorization: Bearer " + TestTokens.administrator() + "\r\n";
    String volumes = " /api/storage/v1/volumes";
    List<String> starts =
        List.of(
            "GET" + volumes + "/%zz HTTP/1.1\r\n",
            "GET" + volumes + "/% HTTP/1.1\r\n",
            "GET" + volumes + "/%00 HTTP/1.1\r\n",
            "GET" + volumes + "?limit=%zz HTTP/1.1\r\n",
            "GET" + volumes + "/../../../../etc/passwd HTTP/1.1\r\n",
            "GET" + volumes + "/" + "x".repeat(9000) + " HTTP/1.1\r\n",
            "GET" + volumes + " HTTP/1.1\r\nX-Long: " + "x".repeat(70_000) + "\r\n",
            "GET" + volumes + " HTTP/9.9\r\n",
            "GET\r\n",
            "\0\1\2\3\r\n",
            "POST" + volumes + " HTTP/1.1\r\nContent-Length: -5\r\n",
            "POST" + volumes + " HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
            "POST" + volumes + " HTTP/1.1\r\nTransfer-Encoding: x\r\n",
            "POST" + volumes + " HTTP/1.1\r\nContent-Length: 99999999999999\r\n",
            "PUT" + volumes + "/x/files/y HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n",
            "ODD" + volumes + " HTTP/1.1\r\n",
            "TRACE" + volumes + " HTTP/1.1\r\n",
            "OPTIONS * HTTP/1.1\r\n");
    for (String start : starts) {
      try (Socket socket = new Socket("localhost", RestAssured.port)) {
        socket.setSoTimeout(20_000);
        // When
        String head = start + "Host: localhost\r\nConnection: close\r\n" + token + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        socket.shutdownOutput();
        String answer = answered(socket);
        // Then: an answer, or none to what is no request
        assertThat(answer)
            .as(start.substring(0, Math.min(80, start.length())))
            .matches("(?s)(HTTP/1.[01] [24][0-9][0-9] .*)?")
            .doesNotContain("Exception", "io.homecloud", "io.vertx", "root:");
      }
    }
    given().get("/q/health/live").then().statusCode(200);
  }

  private static String answered(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException e) {
      return ""; // it would not even listen to the end
    }
  }

  /** A pool with one of everything: what follows which segment of a path. */
  private static Map<String, String> furnished() {
    String pool = Asking.pool(128L << 20);
    String volume = Asking.volume(pool, "");
    String gone = Asking.volume(pool, "");
    String snapshot = freshName();
    String schedule = freshName();
    asking()
        .body(body(snapshot, "{'volume':'" + volume + "'}"))
        .post(API + "/snapshots?wait=30s")
        .then()
        .statusCode(201);
    asking()
        .body(body(schedule, "{'volume':'" + volume + "','schedule':'0 3 * * *'}"))
        .post(API + "/snapshot-schedules?wait=30s")
        .then()
        .statusCode(201);
    assertThat(upload(files(volume, "file"), new byte[10]).statusCode()).isEqualTo(201);
    asking().delete(API + "/volumes/" + gone + "?wait=30s").then().statusCode(204);
    String task = asking().post(API + "/pools/" + pool + "/scrub").path("id");
    String trash =
        asking()
            .get(API + "/trash?limit=1000")
            .path("items.find{it.spec.volume=='" + gone + "'}.metadata.name");
    return Map.of(
        "pools", pool,
        "volumes", volume,
        "snapshots", snapshot,
        "snapshot-schedules", schedule,
        "trash", trash,
        "tasks", task,
        "disks", StorageHouse.disks().disk(128L << 20).toString(),
        "files", "file",
        "withs", "now");
  }
}
