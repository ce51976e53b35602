package io.homecloud.backup;

import io.homecloud.control.node.NodeOwners;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.node.Owner;
import io.homecloud.control.node.Wanted;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.ResourceStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/**
 * What of backup's API needs the host of a certain node: copies are made and read on the node of
 * the volumes that they are of.
 */
@ApplicationScoped
public class BackupOwners implements NodeOwners {
  private final Nodes nodes;
  private final ResourceStore resources;

  @Inject
  BackupOwners(BackupControl control) {
    this(control.plane().nodes(), control.plane().resources());
  }

  BackupOwners(Nodes nodes, ResourceStore resources) {
    this.nodes = nodes;
    this.resources = resources;
  }

  @Override
  public boolean knows(String path) {
    return path.startsWith(BackupKinds.API + "/") || path.startsWith(BackupKinds.PAGES + "/");
  }

  @Override
  public Nodes nodes() {
    return nodes;
  }

  @Override
  public Optional<Owner> owner(Wanted wanted) {
    if (wanted.path().startsWith(BackupKinds.PAGES + "/")) {
      return page(wanted.below(BackupKinds.PAGES));
    }
    Wanted below = wanted.below(BackupKinds.API);
    return switch (below.name(0)) {
      case "plans" -> below.depth() > 2 ? one(BackupKinds.PLAN, below.name(1)) : Optional.empty();
      case "runs" -> run(below);
      case "repositories" ->
          switch (below.name(2)) {
            case "take" -> nodes.named(below).map(Owner::needed);
            case "check" -> one(BackupKinds.REPOSITORY, below.name(1));
            default -> Optional.empty();
          };
      case "restores" -> restore(below);
      case "search" -> nodes.named(below).map(Owner::needed);
      default -> Optional.empty();
    };
  }

  /** What people do with runs reads them; plans are told from rows. */
  private Optional<Owner> page(Wanted wanted) {
    return switch (wanted.name(0)) {
      case "runs" -> one(BackupKinds.RUN, wanted.name(1));
      case "plans" -> wanted.depth() > 2 ? one(BackupKinds.PLAN, wanted.name(1)) : Optional.empty();
      case "repositories" -> one(BackupKinds.REPOSITORY, wanted.name(1));
      default -> Optional.empty();
    };
  }

  /** Its files and its log are read there, and there somebody may be reading it. */
  private Optional<Owner> run(Wanted wanted) {
    boolean there =
        List.of("files", "log").contains(wanted.name(2))
            || (wanted.is("DELETE") && wanted.depth() == 2);
    return there ? one(BackupKinds.RUN, wanted.name(1)) : Optional.empty();
  }

  /** Whether the run has what is wanted is seen there. */
  private Optional<Owner> restore(Wanted wanted) {
    return wanted.depth() == 1 && wanted.is("POST")
        ? wanted.spec("run").flatMap(run -> one(BackupKinds.RUN, run))
        : Optional.empty();
  }

  private Optional<Owner> one(Kind<?, ?> kind, String name) {
    return resources.nodeOf(kind, name).map(Owner::needed);
  }

  /** Secrets are in no row. */
  @Override
  public boolean everywhere(Wanted wanted) {
    return !wanted.reads()
        && wanted.path().startsWith(BackupKinds.API)
        && wanted.below(BackupKinds.API).name(0).equals("secrets");
  }
}
