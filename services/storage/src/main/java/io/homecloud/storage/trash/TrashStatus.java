package io.homecloud.storage.trash;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of an entry of the trash.
 *
 * @param expiresAt when it will be deleted for good, absent while it may not be
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrashStatus(
    @Nullable Instant expiresAt, long observedGeneration, List<Condition> conditions)
    implements Status {
  public TrashStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
