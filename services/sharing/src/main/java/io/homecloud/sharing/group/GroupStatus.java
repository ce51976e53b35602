package io.homecloud.sharing.group;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a group is on the machines.
 *
 * @param gid its number; never given to anybody else
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GroupStatus(
    @Nullable Integer gid, long observedGeneration, List<Condition> conditions) implements Status {
  public GroupStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
