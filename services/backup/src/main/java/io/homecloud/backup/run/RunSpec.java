package io.homecloud.backup.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.source.Source;
import io.homecloud.control.Name;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run, as its plan was when it was ordered. Of all this only {@code pinned} can be wished.
 *
 * @param at the time that its copy is called by
 * @param pinned never deleted while it is
 * @param installation whose it is, when it was found in a repository and is not of this one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunSpec(
    Name plan,
    Name repository,
    List<Source> sources,
    Instant at,
    boolean pinned,
    @Nullable UUID installation) {
  RunSpec pinned(boolean now) {
    return new RunSpec(plan, repository, sources, at, now, installation);
  }
}
