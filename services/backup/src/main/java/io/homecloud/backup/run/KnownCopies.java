package io.homecloud.backup.run;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.backup.repository.FoundRuns;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes runs of the copies that a repository has and nobody knows of: after the database was lost,
 * or when it is of another installation.
 */
final class KnownCopies implements FoundRuns {
  private static final Logger LOG = Logger.getLogger(KnownCopies.class);

  private final ControlPlane plane;
  private final RunStatusFactory statuses;
  private final InstallationId installation;

  KnownCopies(ControlPlane plane, RunStatusFactory statuses, InstallationId installation) {
    this.plane = plane;
    this.statuses = statuses;
    this.installation = installation;
  }

  @Override
  public Set<UUID> known() {
    return plane.resources().all(BackupKinds.RUN, Selection.ALL).stream()
        .map(Resource::uid)
        .collect(Collectors.toSet());
  }

  @Override
  public void seen(
      Resource<RepositorySpec, RepositoryStatus> repository,
      Set<UUID> before,
      List<FoundCopy> found) {
    List<Resource<RunSpec, RunStatus>> known = of(repository.name());
    Set<String> trees = new HashSet<>();
    known.forEach(run -> trees.add(tree(run)));
    Map<String, FoundCopy> there = new HashMap<>();
    for (FoundCopy copy : found) {
      there.put(copy.copy(), copy);
      // A run that was known then, and is not now, was deleted with its copy.
      if (!trees.contains(copy.copy())
          && !before.contains(copy.mark().uid())
          && plane.resources().find(copy.mark().uid(), row -> row.kind()).isEmpty()) {
        adopt(repository, copy);
      }
    }
    known.forEach(run -> completeAfterAll(run, there.get(tree(run))));
    known.stream()
        // What is wished of them, and could not be done before, is done now.
        .filter(run -> run.deleting() || isOtherwise(run, there.get(tree(run))))
        .filter(run -> run.deleting() || Runs.ended(run, RunState.Completed))
        .forEach(run -> plane.wake(run.uid()));
  }

  /** The answer that its copy is complete may have been lost, with the connection or the disk. */
  private void completeAfterAll(Resource<RunSpec, RunStatus> run, @Nullable FoundCopy copy) {
    boolean failed = !Runs.underWay(run) && !Runs.ended(run, RunState.Completed);
    if (failed && !run.deleting() && copy != null && copy.mark().uid().equals(run.uid())) {
      LOG.infof("run %s is complete, though it was told as failed", run.name());
      new Runs(plane.resources())
          .update(run.uid(), row -> statuses.completed(row, copy.mark(), copy.copy()), List.of());
      plane.wake(run.uid());
      if (run.parent() != null) {
        plane.wake(run.parent());
      }
    }
  }

  /** Whether its copy has gone, or has come back, or says otherwise whether it is pinned. */
  private static boolean isOtherwise(Resource<RunSpec, RunStatus> run, @Nullable FoundCopy copy) {
    return copy == null
        ? Runs.complete(run)
        : !Runs.complete(run) || copy.pinned() != run.spec().pinned();
  }

  private static String tree(Resource<RunSpec, RunStatus> run) {
    return run.status() == null || run.status().tree() == null ? "" : run.status().tree();
  }

  private List<Resource<RunSpec, RunStatus>> of(Name repository) {
    return plane.resources().all(BackupKinds.RUN, Selection.ALL).stream()
        .filter(run -> run.spec().repository().equals(repository))
        .toList();
  }

  @Override
  public void forgetOthers(Name repository, List<String> drives) {
    forget(
        of(repository).stream()
            .filter(run -> Runs.drive(run).filter(drive -> !drives.contains(drive)).isPresent()));
  }

  @Override
  public void forget(Name repository) {
    forget(of(repository).stream());
  }

  private void forget(Stream<Resource<RunSpec, RunStatus>> runs) {
    runs.filter(run -> !Runs.underWay(run))
        .forEach(run -> plane.resources().remove(run.uid(), List.of()));
  }

  private void adopt(Resource<RepositorySpec, RepositoryStatus> repository, FoundCopy copy) {
    RunMark mark = copy.mark();
    try {
      boolean ours = installation.value().equals(mark.installation());
      List<Source> sources = mark.sources().stream().map(KnownCopies::source).toList();
      RunSpec spec =
          new RunSpec(
              mark.plan(),
              repository.name(),
              sources,
              copy.at(),
              copy.pinned(),
              ours ? null : mark.installation());
      UUID plan = ours ? plan(mark.plan()) : null;
      plane
          .resources()
          .useTransaction(transaction -> {
            Resource<RunSpec, RunStatus> made =
                plane
                    .resources()
                    .create(
                        transaction,
                        BackupKinds.RUN,
                        new ResourceStore.Draft<>(
                            mark.uid(),
                            free(mark),
                            repository.node(),
                            plan,
                            Map.of(RunOrders.LABEL, mark.plan().value()),
                            spec,
                            "repository:" + repository.name()));
            plane
                .resources()
                .observe(
                    transaction,
                    mark.uid(),
                    statuses.completed(made, mark, copy.copy()),
                    List.of());
          });
    } catch (ProblemException e) {
      // Anybody may have written it.
      LOG.warnf("what %s says of itself is not believed", copy.copy());
    }
  }

  private static Source source(RunMark.Origin origin) {
    return new Source(
        origin.volume(), EncodedPath.write(EncodedPath.parse(origin.path())), null, null);
  }

  private @Nullable UUID plan(Name name) {
    return plane.resources().find(BackupKinds.PLAN, name).map(Resource::uid).orElse(null);
  }

  /** Its own name, unless another has that. */
  private Name free(RunMark mark) {
    Optional<Resource<RunSpec, RunStatus>> other =
        plane.resources().find(BackupKinds.RUN, mark.name());
    String prefix = mark.name().value();
    return other.isEmpty()
        ? mark.name()
        : new Name(
            (prefix.length() > 54 ? prefix.substring(0, 54) : prefix)
                + "-"
                + mark.uid().toString().substring(0, 8));
  }
}
