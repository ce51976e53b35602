package io.homecloud.sharing;

import io.homecloud.control.node.NodeOwners;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.node.Owner;
import io.homecloud.control.node.Wanted;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.sharing.signin.PasswordPages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * What of sharing's API needs the host of a certain node: what its servers and the logs beside them
 * know. People, shares and links are rows, and files come through storage. Who leaves is asked
 * about by the node that does it then, which looks at its own disks.
 */
@ApplicationScoped
public class SharingOwners implements NodeOwners {
  private final Nodes nodes;
  private final ResourceStore resources;

  @Inject
  SharingOwners(SharingControl control) {
    this(control.plane().nodes(), control.plane().resources());
  }

  SharingOwners(Nodes nodes, ResourceStore resources) {
    this.nodes = nodes;
    this.resources = resources;
  }

  @Override
  public boolean knows(String path) {
    return path.startsWith(SharingKinds.API + "/") || path.equals(PasswordPages.PATH);
  }

  @Override
  public Nodes nodes() {
    return nodes;
  }

  @Override
  public Optional<Owner> owner(Wanted wanted) {
    Wanted below = wanted.below(SharingKinds.API);
    return switch (below.name(0)) {
      case "shares" -> below.depth() > 2 ? share(below.name(1)) : Optional.empty();
      case "accounts" ->
          below.is("DELETE") && below.depth() == 2
              ? resources.nodeOf(SharingKinds.ACCOUNT, below.name(1)).map(Owner::preferred)
              : Optional.empty();
      case "left-homes" ->
          below.depth() > 1 ? share(below.name(1)) : nodes.named(below).map(Owner::needed);
      case "sessions", "servers" -> nodes.named(below).map(Owner::needed);
      default -> Optional.empty();
    };
  }

  private Optional<Owner> share(String name) {
    return resources.nodeOf(SharingKinds.SHARE, name).map(Owner::needed);
  }

  /** Passwords are in no row: the servers of each node have their own hashes of them. */
  @Override
  public boolean everywhere(Wanted wanted) {
    if (wanted.is("POST") && wanted.path().equals(PasswordPages.PATH)) {
      return true;
    }
    Wanted below = wanted.below(SharingKinds.API);
    return below.is("PUT")
        && below.name(0).equals("accounts")
        && below.name(2).equals("password")
        && below.depth() == 3;
  }
}
