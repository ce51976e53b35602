package io.homecloud.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.GeneratedPage;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record of a fact has a schema and an example, and all three say the same. */
class EventSchemasTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<Class<?>, String> JSON_TYPES =
      Map.of(
          UUID.class, "string",
          String.class, "string",
          long.class, "integer",
          int.class, "integer",
          boolean.class, "boolean",
          List.class, "array");

  static List<Class<? extends Fact>> facts() {
    return EventTypes.all();
  }

  @ParameterizedTest
  @MethodSource("facts")
  void theSchemaSaysWhatTheRecordSays(Class<? extends Fact> fact) {
    // When
    JsonNode schema = EventSchemas.of(Fact.typeOf(fact));

    // Then
    RecordComponent[] components = fact.getRecordComponents();
    assertThat(schema.path("properties").fieldNames())
        .toIterable()
        .containsExactly(
            Arrays.stream(components).map(RecordComponent::getName).toArray(String[]::new));
    assertThat(schema.path("required"))
        .extracting(JsonNode::asText)
        .containsExactly(
            Arrays.stream(components)
                .filter(
                    component -> !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
                .map(RecordComponent::getName)
                .toArray(String[]::new));
    assertThat(schema.path("description").asText()).endsWith(".");
    for (RecordComponent component : components) {
      JsonNode property = schema.path("properties").path(component.getName());
      assertThat(property.path("type").asText())
          .as(component.getName())
          .isEqualTo(JSON_TYPES.get(component.getType()));
      assertThat(property.path("format").asText().equals("uuid"))
          .as(component.getName())
          .isEqualTo(component.getType() == UUID.class);
      assertThat(property.path("description").asText()).as(component.getName()).endsWith(".");
    }
  }

  @ParameterizedTest
  @MethodSource("facts")
  void theExampleIsValidAndComesThroughUnchanged(Class<? extends Fact> fact) throws Exception {
    // Given
    JsonNode example = EventSchemas.example(Fact.typeOf(fact));
    assertThat(EventSchemas.violations(example.toString())).isEmpty();

    // When
    Event event = EventCodec.read(example.toString());
    Fact read = read(event, fact);

    // Then
    assertThat(event.type()).isEqualTo(Fact.typeOf(fact));
    assertThat(read.uid()).isEqualTo(event.subject());
    assertThat(JSON.readTree(EventCodec.storable(read))).isEqualTo(event.data());
    assertThat(JSON.readTree(EventCodec.write(event))).isEqualTo(example);
  }

  @SuppressWarnings("unchecked")
  private static <F extends Record & Fact> Fact read(Event event, Class<? extends Fact> fact)
      throws EventCodec.MalformedEvent {
    return EventCodec.fact(event, (Class<F>) fact);
  }

  @ParameterizedTest
  @MethodSource("facts")
  void anExampleThatLacksSomethingIsRefused(Class<? extends Fact> fact) {
    // Given
    ObjectNode example = (ObjectNode) EventSchemas.example(Fact.typeOf(fact));

    // When
    ((ObjectNode) example.path("data")).remove("uid");

    // Then
    assertThat(EventSchemas.violations(example.toString()))
        .singleElement()
        .satisfies(word -> assertThat(word).contains("uid"));
  }

  @Test
  void thereIsNoFileWithoutARecord() throws IOException {
    // Given
    TreeSet<String> expected = new TreeSet<>(List.of("event.schema.json"));
    for (Class<? extends Fact> fact : EventTypes.all()) {
      expected.add(Fact.typeOf(fact) + ".schema.json");
      expected.add(Fact.typeOf(fact) + ".example.json");
    }

    // When
    Path files = GeneratedPage.repository().resolve("services/events/src/main/resources/events");

    // Then
    try (Stream<Path> found = Files.list(files)) {
      assertThat(found.map(file -> file.getFileName().toString()).sorted())
          .containsExactlyElementsOf(expected);
    }
  }
}
