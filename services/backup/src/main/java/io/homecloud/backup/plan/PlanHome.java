package io.homecloud.backup.plan;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * On which node a plan runs: where its volumes are, for it copies from their snapshots. A plan of
 * the installation alone runs where it was made.
 */
final class PlanHome {
  private final Nodes nodes;
  private final StorageVolumes storage;
  private final ResourceStore store;

  PlanHome(Nodes nodes, StorageVolumes storage, ResourceStore store) {
    this.nodes = nodes;
    this.storage = storage;
    this.store = store;
  }

  /**
   * @throws io.homecloud.control.problem.ProblemException for volumes of several nodes, and for a
   *     repository that is on the disks of another one
   */
  String of(PlanSpec spec) {
    if (nodes.alone()) {
      return nodes.own();
    }
    Set<String> found = nodes(spec);
    if (found.size() > 1) {
      throw BackupProblem.SOURCES_REFUSED.because(
          "The volumes are on nodes " + String.join(", ", found) + "; make a plan for each node.");
    }
    String home = found.isEmpty() ? nodes.own() : found.iterator().next();
    requireReachable(spec.repository(), home);
    return home;
  }

  /**
   * Where its volumes are when that is another node: that they were carried was told before the
   * plan came, as when a pool brings both.
   */
  Optional<String> elsewhere(Resource<PlanSpec, PlanStatus> plan) {
    if (nodes.alone()) {
      return Optional.empty();
    }
    try {
      Set<String> found = nodes(plan.spec());
      return found.size() == 1
          ? Optional.of(found.iterator().next()).filter(node -> !node.equals(plan.node()))
          : Optional.empty();
    } catch (ProblemException e) {
      return Optional.empty(); // nobody can say now
    }
  }

  private Set<String> nodes(PlanSpec spec) {
    Set<String> found = new TreeSet<>();
    spec.sources().stream()
        .filter(source -> !source.copiesInstallation())
        .forEach(source -> node(source.volume()).ifPresent(found::add));
    return found;
  }

  private Optional<String> node(Name volume) {
    try {
      return storage.nodeOf(volume);
    } catch (Away e) {
      throw BackupProblem.STORAGE_AWAY.because(
          "Storage does not answer, so nobody can say on which node volume " + volume + " is.");
    }
  }

  private void requireReachable(Name repository, String home) {
    store
        .find(BackupKinds.REPOSITORY, repository)
        .filter(one -> !one.node().equals(home))
        .filter(one -> one.spec().onDisks())
        .ifPresent(one -> {
          throw BackupProblem.SOURCES_REFUSED.because(
              "Repository %s is on the disks of node %s, and the volumes are on node %s; copy there by ssh://, sftp:// or webdavs://, or make a repository on node %s (spec.node)."
                  .formatted(repository, one.node(), home, home));
        });
  }
}
