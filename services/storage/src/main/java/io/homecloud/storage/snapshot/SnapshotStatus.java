package io.homecloud.storage.snapshot;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a snapshot.
 *
 * @param createdAt the instant that it shows
 * @param path on the node, for root alone
 * @param observedGeneration the generation of the wish that this speaks of
 * @param conditions what is so and what is not, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SnapshotStatus(
    @Nullable Instant createdAt,
    @Nullable String path,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  public SnapshotStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
