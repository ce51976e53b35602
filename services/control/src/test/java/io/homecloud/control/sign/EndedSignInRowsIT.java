package io.homecloud.control.sign;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.ControlSchema;
import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.events.Fact;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.inbox.Inbox;
import io.homecloud.events.sharing.SharingFact;
import io.homecloud.testkit.TestSchema;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Two instances of a service, of which one is told by sharing that a sign-in has ended. */
class EndedSignInRowsIT {
  private final TestSchema schema = ControlSchema.fresh();

  /** An instance, as a process has it. */
  private final class Instance implements AutoCloseable {
    final ControlPlane plane = ControlSchema.plane(schema.dataSource());
    final ServiceDatabase database = plane.database();
    final EndedSignIns ended = new EndedSignIns();
    final EndedSignInRows rows = new EndedSignInRows(database, "test", plane.clock(), ended);
    final Inbox inbox = new Inbox(database, plane.clock(), EndedSignInRows.handlers());

    Instance() {
      rows.start();
      plane.start(List.of(), List.of());
    }

    @Override
    public void close() {
      rows.close();
      plane.close();
    }
  }

  private static String event(UUID session, Instant time) {
    UUID account = UUID.randomUUID();
    var data = JsonNodeFactory.instance.objectNode();
    data.put("uid", account.toString()).put("session", session.toString()).put("node", "a");
    return EventCodec.write(
        new Event(
            UUID.randomUUID(),
            Fact.typeOf(SharingFact.SignInEnded.class),
            "/homecloud/sharing/a",
            account,
            1,
            time,
            data));
  }

  @Test
  void whatOneInstanceIsToldAllKnowAndThoseThatStartAgain() throws Exception {
    // Given
    UUID session = UUID.randomUUID();
    UUID longAgo = UUID.randomUUID();
    Instant now = Clock.systemUTC().instant();
    try (Instance told = new Instance();
        Instance other = new Instance()) {
      // When
      told.inbox.receive("homecloud.sharing", null, event(session, now));
      told.inbox.receive(
          "homecloud.sharing", null, event(longAgo, now.minus(Duration.ofMinutes(30))));

      // Then
      eventually(() -> assertThat(told.ended.contains(session.toString())).isTrue());
      eventually(() -> assertThat(other.ended.contains(session.toString())).isTrue());
    }
    try (Instance again = new Instance()) {
      assertThat(again.ended.contains(session.toString())).isTrue();
      assertThat(again.ended.contains(longAgo.toString())).isFalse();
      assertThat(again.ended.contains(UUID.randomUUID().toString())).isFalse();
    }
  }
}
