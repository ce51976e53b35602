package io.homecloud.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What is told, held against what was promised: {@code events/<type>.schema.json} on the class path
 * describes an event's data, {@code events/event.schema.json} what is around it.
 */
public final class EventSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
  private static final SchemaValidatorsConfig STRICT =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

  private EventSchemas() {}

  /** What is wrong with an event on its way, in words; nothing when it is as promised. */
  public static List<String> violations(String wire) {
    try {
      JsonNode event = JSON.readTree(wire);
      List<String> found = new ArrayList<>(words(schema("event"), event));
      if (found.isEmpty()) {
        found.addAll(words(schema(event.path("type").asText()), event.path("data")));
      }
      return found;
    } catch (JsonProcessingException e) {
      return List.of("not JSON: " + e.getOriginalMessage());
    }
  }

  /** The schema of a type's data. */
  public static JsonNode of(String type) {
    return read(type + ".schema.json");
  }

  /** A whole event of that type. */
  public static JsonNode example(String type) {
    return read(type + ".example.json");
  }

  private static JsonNode read(String file) {
    try (InputStream in =
        Thread.currentThread().getContextClassLoader().getResourceAsStream("events/" + file)) {
      if (in == null) {
        throw new AssertionError("there is no events/" + file + " among the resources");
      }
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new AssertionError("events/" + file + " cannot be read", e);
    }
  }

  private static JsonSchema schema(String type) {
    return FACTORY.getSchema(of(type), STRICT);
  }

  private static List<String> words(JsonSchema schema, JsonNode value) {
    Collection<ValidationMessage> messages = schema.validate(value);
    return messages.stream().map(ValidationMessage::toString).toList();
  }
}
