package io.homecloud.notes;

import static io.homecloud.notes.Asking.asking;
import static io.homecloud.notes.Asking.assertProblem;
import static io.homecloud.notes.Asking.settled;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Note;
import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.testkit.EventReader;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.enterprise.inject.spi.CDI;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-sent events, as a reader over HTTP has them. */
@QuarkusTest
@QuarkusTestResource(TestServers.class)
class NotesEventsIT {
  private static final String EVENTS = NotesApi.PATH + "/events";

  private static EventReader reader(String... headers) throws Exception {
    return new EventReader("http://localhost:" + RestAssured.port + EVENTS, headers);
  }

  private static String uid(String name) {
    return asking().get(Asking.NOTES + "/" + name).path("metadata.uid");
  }

  /** The next event of that note; what tests before told may still be on its way. */
  private static EventReader.Told next(EventReader reader, String uid) throws Exception {
    EventReader.Told told = reader.next();
    while (!EventCodec.read(told.data()).subject().toString().equals(uid)) {
      told = reader.next();
    }
    return told;
  }

  @Test
  void whoFollowsIsTold() throws Exception {
    try (EventReader reader = reader()) {
      // When
      String uid = uid(settled());

      // Then
      EventReader.Told told = next(reader, uid);
      assertThat(told.name()).isEqualTo("io.homecloud.note.written.v1");
      Event event = EventCodec.read(told.data());
      assertThat(event.sequence()).isEqualTo(1);
    }
  }

  @Test
  void whoComesBackGoesOnWhereItWas() throws Exception {
    // Given
    List<String> uids = new ArrayList<>();
    long last;
    try (EventReader reader = reader()) {
      last = next(reader, uid(settled())).id();
    }
    for (int n = 0; n < 3; n++) {
      uids.add(uid(settled()));
    }

    // When
    List<String> told = new ArrayList<>();
    try (EventReader reader = reader("Last-Event-ID", Long.toString(last))) {
      for (int n = 1; n <= 3; n++) {
        EventReader.Told next = reader.next();
        assertThat(next.id()).isEqualTo(last + n);
        told.add(EventCodec.read(next.data()).subject().toString());
      }
    }

    // Then
    assertThat(told).isEqualTo(uids);
  }

  private static void tell(ControlPlane plane, int count) {
    plane
        .resources()
        .useTransaction(transaction -> {
          for (int n = 0; n < count; n++) {
            plane.resources().tell(transaction, new Note.Written(UUID.randomUUID(), n));
          }
        });
  }

  @Test
  void thatAReaderGoesAwayIsNoError() throws Exception {
    // Given
    ControlPlane plane = CDI.current().select(NotesControl.class).get().plane();
    try (LoggedErrors errors = new LoggedErrors()) {
      Logger.getLogger(NotesEventsIT.class).error("seen");
      // When
      for (int n = 0; n < 20; n++) {
        try (Socket reader = new Socket("localhost", RestAssured.port)) {
          // Gone at once, not after a farewell, while there is always something to be told.
          reader.setSoLinger(true, 0);
          reader
              .getOutputStream()
              .write(
                  "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                      .formatted(EVENTS, TestTokens.administrator())
                      .getBytes(StandardCharsets.US_ASCII));
          assertThat(reader.getInputStream().read()).isEqualTo('H');
          tell(plane, 50);
        }
      }
      // Then
      eventually(() -> {
        tell(plane, 1);
        assertThat(plane.stream().followers()).isZero();
      });
      assertThat(errors.lines()).containsExactly(NotesEventsIT.class.getName() + ": seen null");
    }
  }

  @Test
  void whatIsNoLongerKeptIsGone() {
    // Given
    var log = CDI.current().select(NotesControl.class).get().plane().log();
    long before = log.newest();
    settled();
    eventually(() -> {
      assertThat(log.newest()).isGreaterThan(before);
      log.forget(Instant.now().plusSeconds(60), Duration.ZERO);
      assertThat(log.oldest()).isEmpty();
    });

    // When
    var answer = asking().header("Last-Event-ID", "0").get(EVENTS);

    // Then
    assertProblem(answer, 410, "events-gone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1.5", "99999999999999999999"})
  void anIdThatIsNoneIsRefused(String id) {
    // When
    var answer = asking().header("Last-Event-ID", id).get(EVENTS);

    // Then
    assertProblem(answer, 400, "parameter-invalid");
  }

  @Test
  void anIdThatNobodyHadIsGone() {
    // When
    var answer = asking().header("Last-Event-ID", "999999999").get(EVENTS);

    // Then
    assertProblem(answer, 410, "events-gone");
  }
}
