package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.problem.ProblemException;

/**
 * That a pool takes its disks whatever is on them was wished once, though it stands in its custom
 * resource for ever: when the pool was made, and its row is lost, what is on them is the pool.
 */
final class Erasing {
  private static final String MADE = "formattedAt";
  private static final String ERASE = "erase";

  private Erasing() {}

  /** Whether it erased what was there when it was made. */
  static boolean isDone(JsonNode document) {
    return document.path("status").hasNonNull(MADE)
        && document.path("spec").path(ERASE).asBoolean();
  }

  /** The same without the wish when it was fulfilled. */
  static JsonNode once(JsonNode document) {
    if (!isDone(document)) {
      return document;
    }
    ObjectNode other = document.deepCopy();
    other.withObject("/spec").remove(ERASE);
    return other;
  }

  /** What must not be lost of a status, for who decides that the next time. */
  static void keep(JsonNode document, ObjectNode status) {
    JsonNode made = document.path("status").path(MADE);
    if (made.isTextual() && !status.hasNonNull(MADE)) {
      status.set(MADE, made);
    }
  }

  static String sentence(JsonNode document) {
    return "Its spec.erase was done when the pool was made, at "
        + document.path("status").path(MADE).asText()
        + ", and is not repeated; to make a pool anew on these disks, make another resource.";
  }

  /** Why a row cannot be made, and that erasing does not help. */
  static String sentence(JsonNode document, ProblemException problem) {
    return isDone(document) ? problem.detail() + " " + sentence(document) : problem.detail();
  }
}
