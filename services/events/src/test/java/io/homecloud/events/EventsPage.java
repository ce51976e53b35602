package io.homecloud.events;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.testkit.EventSchemas;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** docs/reference/events.md, made of schemas and examples. */
final class EventsPage {
  private static final String HEAD =
      """
      # Events

      Generated from `services/events/src/main/resources/events` by `./homecloud reference`; a test fails when this page is out of date.

      Every event is a CloudEvents 1.0 JSON object on the Kafka topic `homecloud.<service>` and on `GET /api/<service>/v1/events`.
      Task events are told by every service on its own topic. Events of one subject arrive in order; each may arrive more than once.
      New members may be added to `data`; a change that a reader could trip over gets the next version.

      ## Around the data

      """;

  private final StringBuilder page = new StringBuilder(HEAD);

  EventsPage(List<Class<? extends Fact>> facts) {
    table(EventSchemas.of("event"));
    for (Class<? extends Fact> fact : facts) {
      String type = Fact.typeOf(fact);
      JsonNode schema = EventSchemas.of(type);
      page.append("\n## ").append(type).append("\n\n");
      page.append(schema.path("description").asText()).append("\n\n");
      table(schema);
      page.append("\n```json\n")
          .append(EventSchemas.example(type).path("data").toPrettyString())
          .append("\n```\n");
    }
  }

  String text() {
    return page.toString();
  }

  private void table(JsonNode schema) {
    TreeSet<String> required = new TreeSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    page.append("| member | form | meaning |\n| --- | --- | --- |\n");
    for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
      page.append("| `").append(member.getKey()).append('`');
      page.append(required.contains(member.getKey()) ? "" : " (optional)");
      page.append(" | ").append(form(member.getValue()));
      page.append(" | ").append(member.getValue().path("description").asText()).append(" |\n");
    }
  }

  private static String form(JsonNode property) {
    if (property.has("const")) {
      return "`" + property.path("const").asText() + "`";
    }
    String form = property.path("format").asText(property.path("type").asText());
    return form.equals("array") ? "list of " + form(property.path("items")) : form;
  }
}
