package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Who has set what of a custom resource, as {@code metadata.managedFields} says. */
record Ownership(JsonNode managedFields) {
  static Ownership of(JsonNode document) {
    return new Ownership(document.path("metadata").path("managedFields"));
  }

  /** The members below that place which a manager has applied. */
  Set<String> applied(String manager, String... place) {
    Set<String> members = new TreeSet<>();
    for (JsonNode entry : managedFields) {
      if (entry.path("manager").asText().equals(manager)
          && entry.path("operation").asText().equals("Apply")) {
        members(entry, place)
            .fieldNames()
            .forEachRemaining(name -> {
              if (name.startsWith("f:")) {
                members.add(name.substring(2));
              }
            });
      }
    }
    return members;
  }

  /** The other managers that have set a member. */
  List<String> others(String manager, String member, String... place) {
    List<String> others = new ArrayList<>();
    for (JsonNode entry : managedFields) {
      boolean own =
          entry.path("manager").asText().equals(manager)
              && entry.path("operation").asText().equals("Apply");
      if (!own && members(entry, place).has("f:" + member)) {
        others.add(entry.path("manager").asText());
      }
    }
    return others;
  }

  private static JsonNode members(JsonNode entry, String... place) {
    JsonNode node = entry.path("fieldsV1");
    for (String step : place) {
      node = node.path("f:" + step);
    }
    return node;
  }
}
