package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.resource.Shape;
import java.util.ArrayList;
import java.util.List;

/** The Kubernetes API has answered, and not as was hoped. */
final class ApiRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;
  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;
  static final int TOO_LARGE = 413;
  static final int INVALID = 422;

  private final int code;
  private final transient JsonNode status;

  ApiRefused(int code, JsonNode status) {
    super(code + ": " + status.path("message").asText(), null, false, false);
    this.code = code;
    this.status = status;
  }

  int code() {
    return code;
  }

  String sentence() {
    return status.path("message").asText();
  }

  /** Whether a field is of those that never change. */
  boolean isFixed() {
    return code == INVALID && sentence().contains(Shape.FIXED);
  }

  /** Whether something is to be an object, and {@code null} was made of it. */
  boolean isOfNull() {
    return code == INVALID && sentence().contains("must be of type object: \"null\"");
  }

  /** A field that somebody else has set. */
  record Owned(String manager, String field) {}

  /** What stands against a server-side apply; empty when it was refused for something else. */
  List<Owned> owned() {
    List<Owned> owned = new ArrayList<>();
    for (JsonNode cause : status.path("details").path("causes")) {
      if (cause.path("reason").asText().equals("FieldManagerConflict")) {
        // conflict with "kubectl" using homecloud.io/v1alpha1
        String[] parts = cause.path("message").asText().split("\"", 3);
        owned.add(new Owned(parts.length > 1 ? parts[1] : "?", cause.path("field").asText()));
      }
    }
    return owned;
  }
}
