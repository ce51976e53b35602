package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;

/**
 * What a service notes in the metadata of custom resources. When somebody was faster nothing is
 * noted: the resource comes back anew.
 */
final class Marks {
  /** On resources whose deletion moves something to the trash, and on no others. */
  static final String FINALIZER = HomecloudResource.GROUP + "/trash";

  private final Api api;
  private final CustomKind kind;
  private final String manager;

  Marks(Api api, CustomKind kind, String service) {
    this.api = api;
    this.kind = kind;
    this.manager = "homecloud-" + service;
  }

  static boolean hasFinalizer(JsonNode document) {
    for (JsonNode one : document.path("metadata").path("finalizers")) {
      if (one.asText().equals(FINALIZER)) {
        return true;
      }
    }
    return false;
  }

  /** Puts it there or takes it away. */
  void finalizer(ObjectNode document, boolean wanted) {
    if (hasFinalizer(document) == wanted) {
      return;
    }
    ArrayNode finalizers = JsonNodeFactory.instance.arrayNode();
    document
        .path("metadata")
        .path("finalizers")
        .forEach(one -> {
          if (!one.asText().equals(FINALIZER)) {
            finalizers.add(one);
          }
        });
    if (wanted) {
      finalizers.add(FINALIZER);
    }
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch
        .putObject("metadata")
        .put("resourceVersion", document.path("metadata").path("resourceVersion").asText())
        .set("finalizers", finalizers);
    merge(document, patch);
  }

  /** Says which row it is the wish of. */
  void identity(ObjectNode document, UUID uid) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("metadata").putObject("annotations").put(Documents.UID, uid.toString());
    merge(document, patch);
  }

  private void merge(ObjectNode document, ObjectNode patch) {
    try {
      var _ = api.merge(kind, document.path("metadata").path("name").asText(), patch, manager);
    } catch (ApiRefused other) {
      if (other.code() != ApiRefused.CONFLICT && other.code() != ApiRefused.NOT_FOUND) {
        throw other;
      }
    }
  }
}
