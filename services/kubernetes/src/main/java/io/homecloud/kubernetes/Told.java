package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Resource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/** Events of Kubernetes about custom resources: what {@code kubectl describe} shows beneath one. */
final class Told {
  private static final Logger LOG = Logger.getLogger(Told.class);
  private static final int LONGEST = 1000;

  /** Conditions that something is wrong; all others say that something is right. */
  private static final Set<String> BAD_WHEN_TRUE =
      Set.of(
          "Degraded",
          "SpaceLow",
          "FilesHidden",
          "DeviceErrors",
          "Failing",
          "Overdue",
          "DriveDue",
          "VolumeReplaced",
          "CopiesLess",
          "OnSystemDisk",
          "OnSourceDisk",
          "SubvolumesNotCopied",
          "WentOnOutdated");

  /** How it is, and either is fine. */
  private static final Set<String> NEITHER = Set.of("SafeToRemove", "Adopted");

  private final ControlPlane plane;
  private final Api api;

  Told(ControlPlane plane, Api api) {
    this.plane = plane;
    this.api = api;
  }

  /**
   * Tells of each condition that has another status, or another reason for the same, than before.
   */
  void transitions(JsonNode document, JsonNode before, JsonNode after) {
    Map<String, JsonNode> old = new HashMap<>();
    before.path("conditions").forEach(one -> old.put(one.path("type").asText(), one));
    for (JsonNode now : after.path("conditions")) {
      JsonNode was = old.get(now.path("type").asText());
      boolean other =
          was == null
              || !was.path("status").equals(now.path("status"))
              || !was.path("reason").equals(now.path("reason"));
      if (other) {
        String message = now.path("message").asText();
        tell(
            document,
            isBad(now) ? "Warning" : "Normal",
            now.path("reason").asText(),
            message.isEmpty()
                ? now.path("type").asText() + " is " + now.path("status").asText()
                : message);
      }
    }
  }

  /** Of what was done before its row was lost. */
  void notRepeated(JsonNode document, Resource<?, ?> made) {
    if (made.status() != null && made.status().ended()) {
      tell(
          document,
          "Normal",
          "NotRepeated",
          "It had ended before this installation knew of it, and is not carried out again.");
    } else if (Erasing.isDone(document)) {
      tell(document, "Normal", "NotErased", Erasing.sentence(document));
    }
  }

  /** That a field is another than somebody has set it, who may set it so again. */
  void overruled(JsonNode document, ApiRefused.Owned field) {
    tell(
        document,
        "Warning",
        "FieldOverruled",
        "homecloud has changed "
            + field.field()
            + ", which "
            + field.manager()
            + " had set. Change it in the manifest too, which asks for what was before when it is applied again.");
  }

  /** Whether people should look at it: what should be so is not, or what should not be so is. */
  static boolean isBad(JsonNode condition) {
    String type = condition.path("type").asText();
    String status = condition.path("status").asText();
    if (type.equals("Ready")) {
      return !status.equals("True");
    }
    return BAD_WHEN_TRUE.contains(type)
        ? status.equals("True")
        : status.equals("False") && !NEITHER.contains(type);
  }

  /**
   * @param type Normal or Warning
   */
  void tell(JsonNode document, String type, String reason, String message) {
    String now = plane.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString();
    JsonNode metadata = document.path("metadata");
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("apiVersion", "v1").put("kind", "Event");
    event
        .putObject("metadata")
        .put("generateName", metadata.path("name").asText() + ".")
        .put("namespace", api.namespace());
    event
        .putObject("involvedObject")
        .put("apiVersion", document.path("apiVersion").asText())
        .put("kind", document.path("kind").asText())
        .put("namespace", api.namespace())
        .put("name", metadata.path("name").asText())
        .put("uid", metadata.path("uid").asText());
    event
        .put("type", type)
        .put("reason", reason)
        .put("message", message.length() > LONGEST ? message.substring(0, LONGEST) : message)
        .put("firstTimestamp", now)
        .put("lastTimestamp", now)
        .put("count", 1)
        .put("reportingComponent", "homecloud-" + plane.service())
        .put("reportingInstance", plane.node());
    event.putObject("source").put("component", "homecloud-" + plane.service());
    try {
      var _ = api.create(api.inNamespace("events"), event);
    } catch (ApiAway | ApiRefused lost) {
      LOG.debugf("an event about %s is lost: %s", metadata.path("name"), lost.getMessage());
    }
  }
}
