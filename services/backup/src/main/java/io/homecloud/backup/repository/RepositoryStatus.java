package io.homecloud.backup.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.engine.SshIdentity;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Status;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a repository.
 *
 * @param identity what the repository calls itself; from then on no other is taken for it
 * @param freeBytes how much can still be written
 * @param runs how many complete copies it has, of whichever installation
 * @param sharing how copies share what did not change: {@code btrfs} or {@code links}
 * @param drives when it is a set of drives
 * @param ssh when it is on another machine
 * @param observedGeneration the generation of the wish that this speaks of
 * @param conditions what is so and what is not, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RepositoryStatus(
    @Nullable UUID identity,
    @Nullable Long freeBytes,
    @Nullable Integer runs,
    @Nullable String sharing,
    @Nullable List<DriveStatus> drives,
    @Nullable SshIdentity ssh,
    long observedGeneration,
    List<Condition> conditions)
    implements Status {
  public RepositoryStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** Nothing was observed of it here yet but which one it is. */
  public static RepositoryStatus known(UUID identity) {
    return new RepositoryStatus(identity, null, null, null, null, null, 0, List.of());
  }
}
