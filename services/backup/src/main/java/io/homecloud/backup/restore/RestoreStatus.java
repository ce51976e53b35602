package io.homecloud.backup.restore;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus.Progress;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a restore.
 *
 * @param state in one word
 * @param progress while it copies, about once a second
 * @param restored how many files and directories came into place; a directory that was not there
 *     counts as one with all that is in it
 * @param kept how many that were there stayed as they were
 * @param volume that gets the files, once it was begun
 * @param attempts how often it was begun, once it was begun again
 * @param startedAt when it began to copy
 * @param completedAt when it ended, however
 * @param observedGeneration the generation of the wish that this speaks of
 * @param conditions what is so and what is not, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestoreStatus(
    RunState state,
    @Nullable Progress progress,
    @Nullable Long restored,
    @Nullable Long kept,
    @Nullable Name volume,
    @Nullable Integer attempts,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  /** False when not all was replaced that was to be. */
  public static final String ALL_REPLACED = "AllReplaced";

  /** How often it was begun. */
  int begun() {
    return attempts == null ? 1 : attempts;
  }

  public RestoreStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  @Override
  public boolean ended() {
    // None while its custom resource is refused.
    return state != null && state.ended();
  }
}
