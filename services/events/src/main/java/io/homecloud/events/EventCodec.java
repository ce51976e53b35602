package io.homecloud.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.homecloud.events.database.StorableJson;
import java.lang.reflect.RecordComponent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events to and from their wire form, a CloudEvents 1.0 JSON object. */
public final class EventCodec {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .addModule(new Jdk8Module())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
          .build();
  private static final StorableJson STORABLE = new StorableJson(JSON);
  private static final ObjectReader FACTS =
      JSON.reader()
          .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
  private static final ObjectReader WIRE =
      JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** What arrived is not an event of ours. */
  public static final class MalformedEvent extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedEvent(String message) {
      super(message);
    }
  }

  private EventCodec() {}

  /** The fact's own JSON, as text that PostgreSQL takes. */
  public static String storable(Fact fact) {
    return STORABLE.write(fact);
  }

  /**
   * Reads the data of an event as the given fact; unknown members are ignored, so that producers
   * may add some. A member may be absent only where the record says {@code @Nullable}.
   */
  public static <F extends Record & Fact> F fact(Event event, Class<F> type) throws MalformedEvent {
    try {
      F fact = FACTS.treeToValue(event.data(), type);
      for (RecordComponent component : type.getRecordComponents()) {
        if (component.getAccessor().invoke(fact) == null
            && !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
          throw new MalformedEvent(event.type() + ": " + component.getName() + " is missing");
        }
      }
      return fact;
    } catch (JsonProcessingException e) {
      throw new MalformedEvent(event.type() + ": " + e.getOriginalMessage());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName() + " cannot be read", e);
    }
  }

  public static String write(Event event) {
    ObjectNode node = JSON.createObjectNode();
    node.put("specversion", "1.0");
    node.put("id", event.id().toString());
    node.put("type", event.type());
    node.put("source", event.source());
    node.put("subject", event.subject().toString());
    node.put("time", event.time().toString());
    // The CloudEvents "sequence" extension attribute is a string.
    node.put("sequence", Long.toString(event.sequence()));
    node.put("datacontenttype", "application/json");
    node.set("data", event.data());
    return node.toString();
  }

  /**
   * Reads the wire form.
   *
   * @throws MalformedEvent with a sentence that says what is wrong, when the text is not such an
   *     object
   */
  public static Event read(String wire) throws MalformedEvent {
    try {
      JsonNode node = WIRE.readTree(wire);
      if (node == null || !node.isObject()) {
        throw new MalformedEvent("not a JSON object");
      }
      if (!"1.0".equals(node.path("specversion").asText())) {
        throw new MalformedEvent("specversion is not 1.0");
      }
      if (!node.path("data").isObject()) {
        throw new MalformedEvent("data is not an object");
      }
      return new Event(
          UUID.fromString(text(node, "id")),
          text(node, "type"),
          text(node, "source"),
          UUID.fromString(text(node, "subject")),
          sequence(text(node, "sequence")),
          Instant.parse(text(node, "time")),
          node.get("data"));
    } catch (JsonProcessingException e) {
      throw new MalformedEvent("not JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new MalformedEvent("malformed attribute: " + e.getMessage());
    }
  }

  private static long sequence(String text) throws MalformedEvent {
    long sequence = Long.parseLong(text);
    if (sequence < 1) {
      throw new MalformedEvent("sequence is not positive");
    }
    return sequence;
  }

  private static String text(JsonNode node, String member) throws MalformedEvent {
    JsonNode value = node.path(member);
    if (!value.isTextual()) {
      throw new MalformedEvent(member + " is missing");
    }
    return value.asText();
  }
}
