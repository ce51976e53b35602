package io.homecloud.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.node.NodeOwners;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.node.Owner;
import io.homecloud.control.node.Wanted;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * What of storage's API needs the host of a certain node. A wish that only becomes a row is taken
 * by any instance and done by the node that it is for; lists are told from rows.
 */
@ApplicationScoped
public class StorageOwners implements NodeOwners {
  private final Nodes nodes;
  private final ResourceStore resources;

  @Inject
  StorageOwners(StorageControl control) {
    this(control.plane().nodes(), control.plane().resources());
  }

  StorageOwners(Nodes nodes, ResourceStore resources) {
    this.nodes = nodes;
    this.resources = resources;
  }

  @Override
  public boolean knows(String path) {
    return path.startsWith(StorageKinds.API + "/");
  }

  @Override
  public Nodes nodes() {
    return nodes;
  }

  @Override
  public Optional<Owner> owner(Wanted wanted) {
    Wanted below = wanted.below(StorageKinds.API);
    return switch (below.name(0)) {
      case "pools" -> pool(below);
      case "volumes" -> volume(below);
      case "snapshots" -> snapshot(below);
      case "trash" -> trash(below);
      case "disks" -> disk(below);
      case "offers" -> nodes.named(below).map(Owner::needed);
      default -> Optional.empty();
    };
  }

  /** The names of disks and whether they are free are known where they are plugged in. */
  private Optional<Owner> pool(Wanted wanted) {
    if (wanted.depth() == 1) {
      return wanted.is("POST")
          ? wanted
              .spec("node")
              .filter(nodes::known)
              .or(() -> disks(wanted.body().path("spec").path("disks")))
              .map(Owner::needed)
          : Optional.empty();
    }
    if (wanted.depth() == 2 && wanted.is("POST") && wanted.name(1).equals("adopt")) {
      return nodes.named(wanted).or(() -> disks(wanted.body().path("disks"))).map(Owner::needed);
    }
    return one(StorageKinds.POOL, wanted, true);
  }

  /** A change of quota looks at what is used, a deletion at who uses it. */
  private Optional<Owner> volume(Wanted wanted) {
    return one(StorageKinds.VOLUME, wanted, !wanted.name(2).equals("clone"));
  }

  /** Those are taken and deleted by wishes; what is in them is where they are. */
  private Optional<Owner> snapshot(Wanted wanted) {
    return one(StorageKinds.SNAPSHOT, wanted, wanted.depth() > 2);
  }

  private Optional<Owner> trash(Wanted wanted) {
    return one(StorageKinds.TRASH, wanted, wanted.name(2).equals("restore"));
  }

  /** What is read of the thing itself is read from its row when its node is away. */
  private Optional<Owner> one(Kind<?, ?> kind, Wanted wanted, boolean needsHost) {
    if (wanted.depth() < 2) {
      return Optional.empty();
    }
    Function<String, Owner> owner =
        wanted.depth() == 2 && wanted.reads() ? Owner::preferred : Owner::needed;
    return needsHost ? resources.nodeOf(kind, wanted.name(1)).map(owner) : Optional.empty();
  }

  private Optional<Owner> disk(Wanted wanted) {
    return nodes
        .named(wanted)
        .or(() -> wanted.depth() > 1 ? disk(wanted.name(1)) : Optional.empty())
        .map(Owner::needed);
  }

  private Optional<String> disks(JsonNode named) {
    List<String> owners =
        StreamSupport.stream(named.spliterator(), false)
            .flatMap(name -> disk(name.asText()).stream())
            .distinct()
            .toList();
    return owners.size() == 1 ? Optional.of(owners.getFirst()) : Optional.empty();
  }

  /** The one node that has a disk of that id; a path means another disk on each. */
  private Optional<String> disk(String id) {
    List<String> owners =
        resources.all(StorageKinds.DISK, Selection.ALL).stream()
            .filter(row -> row.spec().id().equals(id))
            .filter(row -> row.status() == null || !row.status().away())
            .map(row -> row.node())
            .toList();
    return owners.contains(nodes.own()) || owners.size() != 1
        ? Optional.empty()
        : Optional.of(owners.getFirst());
  }
}
