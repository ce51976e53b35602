package io.homecloud.storage.volume;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a volume.
 *
 * @param madeAt when it was made or adopted; from then on it is never made again
 * @param mountPath where it is on its node; absent while it is not
 * @param used bytes billed to the volume with its snapshots; absent when the pool does not count.
 *     In a custom resource as of the last look, every ten minutes and when it is wished otherwise
 * @param observedGeneration the generation of the wish that this speaks of
 * @param conditions what is so and what is not, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VolumeStatus(
    @Nullable Instant madeAt,
    @Nullable String mountPath,
    @Nullable Quantity used,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  /** The condition that says that its quota is nearly used; absent while it is not. */
  static final String SPACE_LOW = "SpaceLow";

  /** The condition that says that files lie beneath its place; absent while none do. */
  static final String HIDES = "FilesHidden";

  public VolumeStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  VolumeStatus using(@Nullable Quantity nowUsed) {
    return new VolumeStatus(madeAt, mountPath, nowUsed, observedGeneration, conditions);
  }
}
