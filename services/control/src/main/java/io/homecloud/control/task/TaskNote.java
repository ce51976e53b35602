package io.homecloud.control.task;

import io.homecloud.control.Labels;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What people note of a task: all that can be changed of it.
 *
 * @param labels none when absent
 */
@Schema
public record TaskNote(Map<String, String> labels) {
  public TaskNote {
    labels = labels == null ? Map.of() : Labels.checked(labels);
  }
}
