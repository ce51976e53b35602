package io.homecloud.backup.run;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.drive.DriveCopy;
import io.homecloud.backup.engine.Chain;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.events.Fact;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The runs that are known. */
public final class Runs {
  private final ResourceStore store;

  public Runs(ResourceStore store) {
    this.store = store;
  }

  public Optional<Resource<RunSpec, RunStatus>> find(UUID uid) {
    return store.find(BackupKinds.RUN, uid);
  }

  /** Those of a plan that are not being deleted. */
  public List<Resource<RunSpec, RunStatus>> of(UUID plan) {
    return store.all(BackupKinds.RUN, Selection.in(plan)).stream()
        .filter(run -> !run.deleting())
        .toList();
  }

  /** Whether it has not ended yet. */
  public static boolean underWay(Resource<RunSpec, RunStatus> run) {
    return run.status() == null || !run.status().state().ended();
  }

  /** Whether it has ended, and what was last wished of it was seen. */
  static boolean endedAsWished(Resource<RunSpec, RunStatus> run) {
    return !underWay(run)
        && run.status() != null
        && run.status().observedGeneration() == run.metadata().generation();
  }

  /** Whether it waits for its turn, for its window to open, or for its repository. */
  public static boolean waits(Resource<RunSpec, RunStatus> run) {
    return run.status() != null && run.status().state() == RunState.Pending;
  }

  /** Whether it waits for its window to open, or for its repository. */
  public static boolean paused(Resource<RunSpec, RunStatus> run) {
    return run.status() != null && RunStatusFactory.isPaused(run.status());
  }

  /** Since when it waits for its repository; empty when it does not. */
  public static Optional<Instant> awaySince(Resource<RunSpec, RunStatus> run) {
    return Optional.ofNullable(run.status()).flatMap(RunStatusFactory::awaySince);
  }

  /** The drive that its copy is on, when its repository is a set of them. */
  public static Optional<String> drive(Resource<RunSpec, RunStatus> run) {
    return Optional.ofNullable(run.status()).map(RunStatus::tree).flatMap(DriveCopy::driveOf);
  }

  /** Whether it ended so, wherever its copy is by now. */
  public static boolean ended(Resource<RunSpec, RunStatus> run, RunState so) {
    return run.status() != null && run.status().state() == so;
  }

  /** Whether there is a complete copy of it. */
  public static boolean complete(Resource<RunSpec, RunStatus> run) {
    return ended(run, RunState.Completed)
        && io.homecloud.control.resource.Conditions.find(run.conditions(), "Ready")
            .filter(ready -> ready.reason().equals("CopyMissing"))
            .isEmpty();
  }

  /**
   * What the newest complete copy of the same sources has, from which it can be told how many files
   * there are.
   */
  Optional<Contents> contentsBefore(Resource<RunSpec, RunStatus> run) {
    return run.parent() == null
        ? Optional.empty()
        : of(run.parent()).stream()
            .filter(other -> complete(other) && other.spec().sources().equals(run.spec().sources()))
            .max(Comparator.comparing(other -> other.spec().at()))
            .map(Resource::status)
            .map(RunStatus::contents);
  }

  /**
   * When one of them was complete for the last time.
   *
   * @param latest a clock that was ahead has written what is later, and nobody knows when that was
   */
  public static Optional<Instant> lastSuccess(
      List<Resource<RunSpec, RunStatus>> runs, Instant latest) {
    return runs.stream()
        .filter(Runs::complete)
        .map(run -> Objects.requireNonNull(run.status()).completedAt())
        .filter(Objects::nonNull)
        .filter(at -> !at.isAfter(latest))
        .max(Comparator.naturalOrder());
  }

  /**
   * Those that the copy of a run is deleted with, and no sooner: complete copies of its chain that
   * nobody wants to be deleted.
   */
  List<Resource<RunSpec, RunStatus>> holding(Resource<RunSpec, RunStatus> run) {
    Optional<Chain> chain = chain(run);
    return chain.isEmpty()
        ? List.of()
        : store.all(BackupKinds.RUN, Selection.ALL).stream()
            .filter(other -> other.spec().repository().equals(run.spec().repository()))
            .filter(other -> !other.deleting() && complete(other) && chain(other).equals(chain))
            .toList();
  }

  /** What its plan wants done around it and was not. */
  public static Optional<String> hookTrouble(Resource<RunSpec, RunStatus> run) {
    return Conditions.find(run.conditions(), RunStatusFactory.HOOKS_DONE)
        .filter(done -> done.status() == Condition.Truth.False)
        .map(Condition::message);
  }

  /** What its copy goes with. */
  public static Optional<Chain> chain(Resource<RunSpec, RunStatus> run) {
    return run.status() == null ? Optional.empty() : Chain.of(run.status().tree());
  }

  /** Takes over from its copy that it is pinned, unless something else was wished meanwhile. */
  void pin(Resource<RunSpec, RunStatus> run) {
    var _ =
        store.change(
            BackupKinds.RUN,
            run.name(),
            Optional.empty(),
            now ->
                new Wish<>(
                    now.metadata().generation() == run.metadata().generation()
                        ? now.spec().pinned(true)
                        : now.spec(),
                    now.metadata().labels()));
  }

  /** Writes a status that is made of the row as it is now; nothing when it is gone. */
  void update(
      UUID uid,
      Function<Resource<RunSpec, RunStatus>, RunStatus> status,
      List<? extends Fact> facts) {
    store.useTransaction(transaction ->
        store
            .lock(transaction.handle(), BackupKinds.RUN, uid)
            .ifPresent(row -> store.observe(transaction, uid, status.apply(row), facts)));
  }
}
