package io.homecloud.storage.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Labels;
import io.homecloud.storage.volume.VolumeSpec;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What people note of a disk: all that can be changed of it.
 *
 * @param displayName what people call it; anything printable up to 200 characters
 * @param labels none when absent
 */
@Schema
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DiskNote(@Nullable String displayName, Map<String, String> labels) {
  public DiskNote {
    VolumeSpec.requireDisplayable(displayName);
    labels = labels == null ? Map.of() : Labels.checked(labels);
  }
}
