package io.homecloud.notes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent by those that only resemble clients. */
@QuarkusTest
@QuarkusTestResource(TestServers.class)
class NotesHardlyHttpIT {
  private static final String HOST = "\r\nHost: localhost";

  /** What comes back until the server hangs up. */
  private static String answer(String request) throws IOException {
    try (Socket socket = new Socket("localhost", RestAssured.port)) {
      socket.setSoTimeout(60_000);
      String whole =
          request.replace("@", NotesApi.PATH)
              + "\r\nConnection: close\r\nAuthorization: Bearer "
              + TestTokens.administrator()
              + "\r\n\r\n";
      ByteArrayOutputStream came = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(whole.getBytes(StandardCharsets.ISO_8859_1));
        socket.getInputStream().transferTo(came);
      } catch (SocketException e) {
        // It hung up before it had read all.
      }
      return came.toString(StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET @/notes/%00 HTTP/1.1, 404, not-found",
    "GET @/notes/%c3%28 HTTP/1.1, 404, not-found",
    "GET @/../../../etc/passwd HTTP/1.1, 404, not-found",
    "GET notes HTTP/1.1, 404, not-found",
    "OPTIONS * HTTP/1.1, 404, not-found",
    "CONNECT elsewhere:80 HTTP/1.1, 404, not-found",
    "ODD @/notes HTTP/1.1, 405, method-not-allowed",
    "TRACE @/notes HTTP/1.1, 405, method-not-allowed",
  })
  void whatIsRefusedBeforeItIsLookedAtIsAProblemToo(String line, int status, String word)
      throws IOException {
    // When
    String answer = answer(line + HOST);

    // Then
    assertProblem(answer, status, word);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\nHost: %%%///:x"})
  void aHostThatIsNoneIsAProblemAndNoErrorOfOurs(String host) throws IOException {
    // Given
    try (LoggedErrors errors = new LoggedErrors()) {
      // When
      String answer = answer("GET @/notes HTTP/1.1" + host);

      // Then
      assertProblem(answer, 400, "request-refused");
      assertThat(errors.lines()).isEmpty();
    }
  }

  private static void assertProblem(String answer, int status, String word) {
    String[] parts = answer.split("\r\n\r\n", 2);
    assertThat(parts[0]).startsWith("HTTP/1.1 " + status + " ");
    assertThat(parts[0]).contains("Content-Type: application/problem+json");
    JsonPath problem = JsonPath.from(parts[1]);
    assertThat(problem.getString("type")).isEqualTo("urn:homecloud:problem:" + word);
    assertThat(problem.getInt("status")).isEqualTo(status);
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank();
    assertThat(parts[1]).doesNotContain("Exception", "io.");
  }

  /** Nobody can be told more there, but it is an answer, or an end, and no error of ours. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET",
        "GET @/notes/% HTTP/1.1",
        "GET @/notes?limit=%zz HTTP/1.1",
        "GET @/notes HTTP/9.9",
        "GET @/notes HTTP/1.1\r\nno header",
        "GET @/notes HTTP/1.1\r\nX: \0",
        "POST @/notes HTTP/1.1\r\nContent-Length: -5",
        "POST @/notes HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2",
        "POST @/notes HTTP/1.1\r\nContent-Length: 9999999999999999",
        "POST @/notes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz",
        "GET @/notes?LONG HTTP/1.1",
        "GET @/notes HTTP/1.1\r\nX: LONG",
      })
  void whatIsNoHttpIsHardlyAnswered(String request) throws IOException {
    // Given
    try (LoggedErrors errors = new LoggedErrors()) {
      // When
      String answer = answer(request.replace("LONG", "x".repeat(40_000)) + HOST);

      // Then
      assertThat(answer).matches("(HTTP/1.[01] 4[0-9]{2} [^\r]*\r\n(?s:.*))?");
      assertThat(errors.lines()).isEmpty();
    }
  }
}
