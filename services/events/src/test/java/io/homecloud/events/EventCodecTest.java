package io.homecloud.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.events.EventCodec.MalformedEvent;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WIRE =
      """
      {"specversion":"1.0","id":"018f3f7e-0000-4000-8000-000000000001","type":"io.homecloud.thing.happened.v1",
       "source":"/homecloud/test/pi-1","subject":"018f3f7e-0000-4000-8000-000000000002",
       "time":"2026-11-21T10:00:00Z","sequence":"7","datacontenttype":"application/json",
       "data":{"uid":"018f3f7e-0000-4000-8000-000000000002","number":3}}\
      """;

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    // Given
    UUID uid = UUID.randomUUID();
    Event event =
        new Event(
            UUID.randomUUID(),
            Fact.typeOf(Happened.class),
            "/homecloud/test/pi-1",
            uid,
            7,
            Instant.parse("2026-11-21T10:00:00.123456Z"),
            JSON.readTree(EventCodec.storable(new Happened(uid, 3, "a \"quoted\" \\ word"))));

    // When
    Event read = EventCodec.read(EventCodec.write(event));

    // Then
    assertThat(read).isEqualTo(event);
    assertThat(EventCodec.fact(read, Happened.class))
        .isEqualTo(new Happened(uid, 3, "a \"quoted\" \\ word"));
  }

  @Test
  void producersMayAddMembers() throws Exception {
    // Given
    String newer = WIRE.replace("\"number\":3", "\"number\":3,\"added\":{\"later\":true}");

    // When
    Happened fact = EventCodec.fact(EventCodec.read(newer), Happened.class);

    // Then
    assertThat(fact.number()).isEqualTo(3);
    assertThat(fact.text()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{}",
        "not json",
        "{\"specversion\":\"0.3\"}",
      })
  void whatIsNoEventIsSaidToBeNone(String wire) {
    // When // Then
    assertThatThrownBy(() -> EventCodec.read(wire)).isInstanceOf(MalformedEvent.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "018f3f7e-0000-4000-8000-000000000001 -> no uuid",
        "\"sequence\":\"7\" -> \"sequence\":7",
        "\"sequence\":\"7\" -> \"sequence\":\"0\"",
        "\"sequence\":\"7\" -> \"sequence\":\"99999999999999999999\"",
        "2026-11-21T10:00:00Z -> yesterday",
        "\"type\":\"io.homecloud.thing.happened.v1\", -> ",
        "\"data\":{ -> \"data\":[],\"other\":{",
        "}} -> }} and more",
        "}} -> }}{}"
      })
  void aBrokenAttributeIsNamed(String change) {
    // Given
    String[] parts = change.split(" -> ", 2);
    String wire = WIRE.replace(parts[0], parts[1]);
    assertThat(wire).isNotEqualTo(WIRE);

    // When // Then
    assertThatThrownBy(() -> EventCodec.read(wire)).isInstanceOf(MalformedEvent.class);
  }

  @Test
  void deepNestingIsRefusedAndDoesNotOverflow() {
    // Given
    String bomb = WIRE.replace("\"number\":3", "\"number\":" + "[".repeat(200_000));

    // When // Then
    assertThatThrownBy(() -> EventCodec.read(bomb)).isInstanceOf(MalformedEvent.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"number\":null}", "{\"number\":1}", "{\"number\":\"many\"}"})
  void aFactWithoutWhatItNeedsIsMalformed(String data) throws Exception {
    // Given
    Event event =
        new Event(
            UUID.randomUUID(),
            Fact.typeOf(Happened.class),
            "/homecloud/test/pi-1",
            UUID.randomUUID(),
            1,
            Instant.EPOCH,
            JSON.readTree(data));

    // When // Then
    assertThatThrownBy(() -> EventCodec.fact(event, Happened.class))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageStartingWith("io.homecloud.thing.happened.v1: ");
  }
}
