package io.homecloud.backup.repository;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.drive.Drives;
import io.homecloud.backup.engine.Engines;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.node.Peer;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.events.database.Signal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Repositories, assembled. */
public final class RepositoryFeature {
  private final RepositoryReconciler reconciler;
  private final RepositoryAdmission admission;
  private final ResourceApi<RepositorySpec, RepositoryStatus> api;
  private final ControlPlane plane;
  private final Engines engines;
  private final RepositoryChecking checking;

  public RepositoryFeature(
      ControlPlane plane,
      Engines engines,
      Drives drives,
      FoundRuns runs,
      Path data,
      InstallationId installation) {
    this.plane = plane;
    this.engines = engines;
    this.checking = new RepositoryChecking(engines, plane.clock());
    DriveSetReconciler sets = new DriveSetReconciler(plane, drives, runs, installation);
    this.reconciler =
        new RepositoryReconciler(
            engines, sets, runs, data, installation, this::goesHome, plane.clock());
    this.admission =
        new RepositoryAdmission(
            plane.resources(), engines, plane.node(), plane.nodes(), plane.hasOutside());
    this.api =
        new ResourceApi<>(
            BackupKinds.REPOSITORY, BackupKinds.API + "/repositories", admission, plane.room());
    plane.database().subscribe(Signal.Topic.NODE, _ -> lookForHomes());
  }

  /** When another node comes, some may have waited for that. */
  private void lookForHomes() {
    plane.resources().all(BackupKinds.REPOSITORY, Selection.on(plane.node())).stream()
        .filter(one -> one.spec().node() != null && !one.node().equals(one.spec().node()))
        .forEach(one -> plane.wake(one.uid()));
  }

  private boolean goesHome(Resource<RepositorySpec, RepositoryStatus> repository) {
    String home = repository.spec().node();
    if (home == null || home.equals(repository.node()) || plane.nodes().find(home).isEmpty()) {
      return false;
    }
    plane
        .database()
        .useTransaction(transaction -> RepositoryMove.home(transaction, repository.uid()));
    return true;
  }

  /** The directory of this node that a repository is in, when it is known and in one. */
  public Optional<Path> directory(Name repository) {
    return plane
        .resources()
        .find(BackupKinds.REPOSITORY, repository)
        .filter(found -> found.node().equals(plane.node()))
        .map(Resource::spec)
        .flatMap(spec -> engines.of(spec.engine()).flatMap(engine -> engine.directory(spec)));
  }

  public RepositoryReconciler reconciler() {
    return reconciler;
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException for what may not be wished for
   */
  public void check(RepositorySpec spec) {
    admission.checked(spec);
  }

  public ResourceApi<RepositorySpec, RepositoryStatus> api() {
    return api;
  }

  /** What is there now; its status follows. */
  public RepositoryCheck check(Name name) {
    Resource<RepositorySpec, RepositoryStatus> repository = api.require(name);
    RepositoryCheck found = checking.check(repository);
    plane.wake(repository.uid());
    return found;
  }

  /** It and its runs are read on this node from now on; as it is then. */
  Resource<RepositorySpec, RepositoryStatus> take(Name name) {
    Resource<RepositorySpec, RepositoryStatus> repository = api.require(name);
    String before = repository.node();
    if (before.equals(plane.node())) {
      return repository;
    }
    if (repository.spec().onDisks()) {
      throw BackupProblem.REPOSITORY_OF_ANOTHER.because(
          "Repository %s is on the disks of node %s; attach it where they are now under another name."
              .formatted(name, before));
    }
    if (plane.nodes().find(before).filter(Peer::here).isPresent()) {
      throw BackupProblem.REPOSITORY_OF_ANOTHER.because(
          "Node %s is there, or was less than three minutes ago, and reads it.".formatted(before));
    }
    plane
        .database()
        .useTransaction(
            transaction -> RepositoryMove.to(transaction, plane.node(), List.of(name.value())));
    return api.require(name);
  }
}
