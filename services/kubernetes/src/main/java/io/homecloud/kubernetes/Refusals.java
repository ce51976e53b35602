package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.problem.ProblemException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The status of a custom resource whose wish cannot be a row. */
final class Refusals {
  private Refusals() {}

  /**
   * @param observed what is known of the row that it is of
   */
  static ObjectNode status(
      JsonNode document, Optional<ObjectNode> observed, ProblemException problem) {
    long generation = document.path("metadata").path("generation").asLong();
    ObjectNode status = observed.orElseGet(JsonNodeFactory.instance::objectNode).deepCopy();
    Erasing.keep(document, status);
    if (!status.has("observedGeneration")) {
      status.put("observedGeneration", generation);
    }
    ArrayNode conditions = JsonNodeFactory.instance.arrayNode();
    conditions
        .addObject()
        .put("type", "Ready")
        .put("status", "False")
        .put("reason", reason(problem.code().word()))
        .put("message", observed.isEmpty() ? Erasing.sentence(document, problem) : problem.detail())
        .put("lastTransitionTime", since(document))
        .put("observedGeneration", generation);
    for (JsonNode condition : status.path("conditions")) {
      if (!condition.path("type").asText().equals("Ready")) {
        conditions.add(condition);
      }
    }
    status.set("conditions", conditions);
    return status;
  }

  /** Whether somebody has said of its newest spec that it cannot be. */
  static boolean isJudged(JsonNode document) {
    long generation = document.path("metadata").path("generation").asLong();
    for (JsonNode condition : document.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Ready")
          && condition.path("observedGeneration").asLong() == generation) {
        return true;
      }
    }
    return false;
  }

  /** The code in the form of a condition's reason: {@code pool-not-found} is PoolNotFound. */
  static String reason(String word) {
    return Arrays.stream(word.split("-", -1))
        .map(part -> Character.toUpperCase(part.charAt(0)) + part.substring(1))
        .collect(Collectors.joining());
  }

  private static String since(JsonNode document) {
    for (JsonNode condition : document.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Ready")
          && condition.path("status").asText().equals("False")) {
        return condition.path("lastTransitionTime").asText();
      }
    }
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
