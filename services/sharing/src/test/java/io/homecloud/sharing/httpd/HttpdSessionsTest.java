package io.homecloud.sharing.httpd;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.sharing.httpd.HttpdLogParser.Line;
import io.homecloud.sharing.httpd.HttpdLogParser.Request;
import io.homecloud.sharing.serving.ClientSession;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HttpdSessionsTest {
  private static final Name FILES = new Name("files");
  private static final Duration AT_ONCE = Duration.ZERO;

  private final HttpdSessions sessions = new HttpdSessions(Clock.systemUTC(), () -> {});

  private static Request from(String address, String method) {
    return new Request("TLSv1.3", address, 40_000, method, null, "/dav/files/note");
  }

  private static String address(int number) {
    return "10.0." + number / 256 + "." + number % 256;
  }

  @Test
  void whoDoesSomethingIsKnownHoweverManyDidBefore() {
    // Given
    Request staying = from("192.0.2.1", "PUT");
    sessions.hear(new Line.Begin(staying));
    for (int i = 0; i < HttpdSessions.MOST; i++) {
      Request one = from(address(i), "GET");
      sessions.hear(new Line.Begin(one));
      sessions.hear(new Line.End(one, 200, false));
    }

    // When
    sessions.hear(new Line.Begin(from("192.0.2.2", "GET")));

    // Then
    assertThat(sessions.all())
        .hasSize(HttpdSessions.MOST)
        .extracting(ClientSession::address)
        .contains("192.0.2.1", "192.0.2.2", address(HttpdSessions.MOST - 1))
        .doesNotContain(address(0));
  }

  @Test
  void whoWritesIsTold() {
    // Given
    sessions.hear(new Line.Begin(from("192.0.2.1", "PUT")));
    sessions.hear(new Line.Begin(from("192.0.2.2", "GET")));
    Request over = from("192.0.2.3", "PUT");
    sessions.hear(new Line.Begin(over));
    sessions.hear(new Line.End(over, 201, false));

    // When, Then
    assertThat(sessions.writing(FILES, 1, AT_ONCE))
        .extracting(Request::address)
        .containsExactly("192.0.2.1");
    assertThat(sessions.writing(FILES, 2, AT_ONCE)).hasSize(1);
    assertThat(sessions.writing(new Name("others"), 1, AT_ONCE)).isEmpty();
  }
}
