package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.problem.CommonProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is applied to change a custom resource: what is to be another than it was, and what was
 * applied before and is still wished. What others have set stays theirs that way.
 */
final class Applied {
  /** Of whatever comes in by HTTP, and of resources that are made for rows. */
  static final String MANAGER = "homecloud-rest";

  private final Ownership ownership;
  private final ObjectNode body;
  private final List<String> inTheWay = new ArrayList<>();
  private final List<ApiRefused.Owned> overruled = new ArrayList<>();
  private boolean anything;

  /**
   * @param bare the body to fill in
   */
  Applied(JsonNode current, ObjectNode bare) {
    this.ownership = Ownership.of(current);
    this.body = bare;
  }

  /** Members of the spec. */
  Applied spec(ObjectNode before, ObjectNode after) {
    members(before, after, body.withObject("/spec"), "spec");
    return this;
  }

  Applied labels(ObjectNode before, ObjectNode after) {
    members(before, after, body.withObject("/metadata/labels"), "metadata", "labels");
    return this;
  }

  /** Annotations that were applied stay. */
  Applied annotations(JsonNode current) {
    ObjectNode annotations = body.withObject("/metadata/annotations");
    for (String name : ownership.applied(MANAGER, "metadata", "annotations")) {
      annotations.set(name, current.path("metadata").path("annotations").path(name));
    }
    return this;
  }

  private void members(ObjectNode before, ObjectNode after, ObjectNode into, String... place) {
    Set<String> changed = new TreeSet<>();
    before.fieldNames().forEachRemaining(changed::add);
    after.fieldNames().forEachRemaining(changed::add);
    changed.removeIf(name -> before.path(name).equals(after.path(name)));
    anything |= !changed.isEmpty();
    Set<String> applied = ownership.applied(MANAGER, place);
    applied.addAll(changed);
    for (String name : applied) {
      if (after.has(name)) {
        into.set(name, after.get(name));
      }
      if (changed.contains(name)) {
        String field = String.join(".", place) + "." + name;
        for (String manager : ownership.others(MANAGER, name, place)) {
          if (after.has(name)) {
            overruled.add(new ApiRefused.Owned(manager, field));
          } else {
            inTheWay.add(sentence(manager, field));
          }
        }
      }
    }
  }

  /** Whether anything is to be another than it was. */
  boolean anything() {
    return anything;
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException FIELD_OWNED for members that are to go
   *     and that somebody else has set too: applying cannot take them away
   */
  ObjectNode body() {
    if (!inTheWay.isEmpty()) {
      throw CommonProblem.FIELD_OWNED.because(String.join(" ", inTheWay));
    }
    return body;
  }

  /** Even over what others have set. */
  ObjectNode forced() {
    return body;
  }

  /** What others have set and gets another value, when it is applied by force. */
  List<ApiRefused.Owned> overruled() {
    return overruled;
  }

  static String sentence(String manager, String field) {
    return manager
        + " has set "
        + field.replaceFirst("^\\.", "")
        + " of the custom resource; change it there, or take it out of there first.";
  }
}
