package io.homecloud.backup.plan;

import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunStatus.CopiedVolume;
import io.homecloud.backup.run.Runs;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A newest copy with next to nothing of what one of the same volumes had: somebody may have emptied
 * them, or a pattern selects nothing. It must not age out what there was: the newest with more
 * stays until there is a newer one with as much again, or somebody deletes it.
 */
final class LessThanBefore {
  static final String REASON = "the newest that has more than ten times the files of the last one";

  /** In files: how many bytes there are all together duplicity does not say. */
  private static final int TIMES = 10;

  private static final Comparator<Resource<RunSpec, RunStatus>> OLDEST_FIRST =
      Comparator.comparing(run -> run.spec().at());

  private final Optional<Resource<RunSpec, RunStatus>> newest;

  /**
   * @param runs complete ones of a plan, wherever their copies are
   * @param latest what says to be later tells nothing of the present
   */
  LessThanBefore(List<Resource<RunSpec, RunStatus>> runs, Instant latest) {
    newest =
        runs.stream()
            .filter(run -> !run.spec().at().isAfter(latest) && files(run) > 0)
            .max(OLDEST_FIRST);
  }

  /** None in what is not known. */
  private static long files(Resource<RunSpec, RunStatus> run) {
    return contents(run).files();
  }

  private static Contents contents(Resource<RunSpec, RunStatus> run) {
    return run.status() == null || run.status().contents() == null
        ? Contents.NONE
        : run.status().contents();
  }

  private static Set<UUID> volumes(Resource<RunSpec, RunStatus> run) {
    return run.status() == null || run.status().volumes() == null
        ? Set.of()
        : run.status().volumes().stream().map(CopiedVolume::uid).collect(Collectors.toSet());
  }

  private boolean hadMore(Resource<RunSpec, RunStatus> run) {
    return newest
        .filter(now -> run.spec().at().isBefore(now.spec().at()))
        .filter(now -> files(run) > TIMES * files(now) && volumes(run).equals(volumes(now)))
        .isPresent();
  }

  /**
   * The run that stays.
   *
   * @param there those whose copies are in one place
   */
  Set<Name> stay(List<Resource<RunSpec, RunStatus>> there) {
    return full(there).map(run -> Set.of(run.name())).orElse(Set.of());
  }

  private Optional<Resource<RunSpec, RunStatus>> full(List<Resource<RunSpec, RunStatus>> runs) {
    return runs.stream().filter(this::hadMore).max(OLDEST_FIRST);
  }

  /**
   * What is to be looked at, a sentence; empty when all is as before.
   *
   * @param runs all complete ones
   */
  Optional<String> told(List<Resource<RunSpec, RunStatus>> runs) {
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    Resource<RunSpec, RunStatus> now = newest.get();
    Optional<Resource<RunSpec, RunStatus>> full = full(runs);
    if (full.isPresent()) {
      return Optional.of(
          "Run %s copied %d files and directories, and run %s %d of the same volumes. Look whether they are still there, and what include and exclude leave of them. Run %s stays whatever the retention says, until there is as much again or somebody deletes it."
              .formatted(
                  now.name(), files(now), full.get().name(), files(full.get()), full.get().name()));
    }
    return contents(now).bytes() == 0 && Runs.chain(now).isEmpty()
        ? Optional.of(
            "Run %s copied nothing: there is nothing in its volumes, or include and exclude leave nothing of them."
                .formatted(now.name()))
        : Optional.empty();
  }
}
