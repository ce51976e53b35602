package io.homecloud.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What every service tells about its long jobs, on its own topic. {@code uid} is the task's id. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface TaskFact extends Fact {

  @EventName("task.started.v1")
  record TaskStarted(UUID uid, String action, String node, @Nullable UUID resourceUid)
      implements TaskFact {}

  @EventName("task.completed.v1")
  record TaskCompleted(UUID uid, String action, String node, @Nullable UUID resourceUid)
      implements TaskFact {}

  @EventName("task.failed.v1")
  record TaskFailed(UUID uid, String action, String node, @Nullable UUID resourceUid, String reason)
      implements TaskFact {}
}
