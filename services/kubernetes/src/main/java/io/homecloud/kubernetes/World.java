package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.resource.Kept;
import java.util.Optional;

/**
 * Where custom resources of a kind are: in this namespace, by this definition. What is missing in
 * another one than it was seen in says nothing; that happens when a namespace, a definition, or the
 * whole cluster is made anew.
 */
record World(String namespace, String definition) {
  /** Empty while the namespace or the definition is not there, or on its way out. */
  static Optional<World> of(Api api, CustomKind kind) {
    return lasting(api.found("/api/v1/namespaces/" + api.namespace()))
        .flatMap(namespace ->
            lasting(
                    api.found(
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
                            + kind.definition()))
                .map(definition -> new World(namespace, definition)));
  }

  private static Optional<String> lasting(Optional<? extends JsonNode> found) {
    return found
        .map(object -> object.path("metadata"))
        .filter(metadata -> !metadata.hasNonNull("deletionTimestamp"))
        .map(metadata -> metadata.path("uid").asText());
  }

  /** Where a resource of that uid and generation is. */
  Kept kept(String uid, long generation) {
    return new Kept(namespace + "/" + definition + "/" + uid, generation);
  }

  /** Whether that was here. */
  boolean had(Kept kept) {
    return kept.place().startsWith(namespace + "/" + definition + "/");
  }

  /** The uid of the custom resource. */
  static String uid(Kept kept) {
    return kept.place().substring(kept.place().lastIndexOf('/') + 1);
  }

  /** Whether it is that custom resource. */
  static boolean isOf(Kept kept, JsonNode document) {
    return uid(kept).equals(document.path("metadata").path("uid").asText());
  }
}
