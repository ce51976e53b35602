package io.homecloud.control.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Labels;
import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people send. What only the server writes is passed over, so that an answer can be changed
 * and sent back; any other unknown member is refused.
 */
@JsonIgnoreProperties({"kind", "apiVersion", "status"})
record ResourceBody(@Nullable MetadataBody metadata, @Nullable JsonNode spec) {
  @JsonIgnoreProperties({
    "uid",
    "generation",
    "revision",
    "creationTimestamp",
    "createdBy",
    "deletionTimestamp"
  })
  record MetadataBody(@Nullable Name name, @Nullable Map<String, String> labels) {
    MetadataBody {
      labels = labels == null ? null : Labels.checked(labels);
    }
  }

  Map<String, String> labels() {
    return metadata == null || metadata.labels() == null ? Map.of() : metadata.labels();
  }

  Name name() {
    if (metadata == null || metadata.name() == null) {
      throw CommonProblem.BODY_INVALID.because("metadata.name is missing.");
    }
    return metadata.name();
  }
}
