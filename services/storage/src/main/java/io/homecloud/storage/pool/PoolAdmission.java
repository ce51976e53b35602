package io.homecloud.storage.pool;

import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.node.Nodes;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.disk.Disk;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which pools may be wished for. */
final class PoolAdmission implements Admission<PoolSpec, PoolStatus> {
  private static final int MOST_DISKS = 64;

  private final String node;
  private final Nodes nodes;
  private final PoolDisks disks;
  private final ResourceStore store;
  private final Path system;

  /**
   * @param system where the databases of the installation are
   */
  PoolAdmission(String node, Path system, PoolDisks disks, ResourceStore store, Nodes nodes) {
    this.nodes = nodes;
    this.node = node;
    this.disks = disks;
    this.store = store;
    this.system = system;
  }

  @Override
  public Admitted<PoolSpec> create(Name name, PoolSpec wished) {
    requireNode(wished);
    PoolSpec spec = wished.completed(node);
    if (spec.disks().isEmpty() || spec.disks().size() > MOST_DISKS) {
      throw StorageProblem.TOO_FEW_DISKS.because(
          "Name 1 to " + MOST_DISKS + " disks; GET " + StorageKinds.API + "/disks lists them.");
    }
    if (!nodes.known(Objects.requireNonNull(spec.node()))) {
      throw CommonProblem.NOT_OF_THIS_NODE.because(
          "There is no node called %s; this one is called %s.".formatted(spec.node(), node));
    }
    enough(spec, spec.dataProfile());
    enough(spec, spec.metadataProfile());
    if (!node.equals(spec.node())) {
      // A request comes here only at its own node; of what comes otherwise the disks are seen
      // there.
      return new Admitted<>(spec, spec.node(), null);
    }
    PoolDisks.Named named = disks.named(spec.disks());
    if (!named.missing().isEmpty()) {
      throw StorageProblem.DISK_NOT_FOUND.because(
          "There is no disk " + String.join(", ", named.missing()) + " on node " + node + ".");
    }
    Set<String> ids = new HashSet<>();
    for (Disk disk : named.found()) {
      if (!ids.add(disk.id().value())) {
        throw StorageProblem.TOO_FEW_DISKS.because("The disk " + disk.id() + " is named twice.");
      }
      usable(disk, spec.erase());
    }
    requireUnwished(store, node, name, ids);
    return new Admitted<>(
        new PoolSpec(
            spec.node(),
            named.found().stream().map(disk -> disk.id().value()).toList(),
            spec.dataProfile(),
            spec.metadataProfile(),
            spec.compression(),
            spec.erase()),
        node,
        null);
  }

  @Override
  public void declared(@Nullable Resource<PoolSpec, PoolStatus> before, PoolSpec wished) {
    if (!wished.erase() || (before != null && (before.spec().erase() || made(before)))) {
      return;
    }
    if (before == null) {
      requireNode(wished);
    }
    String there = before == null ? wished.completed(node).node() : before.node();
    if (!node.equals(there)) {
      throw CommonProblem.NOT_OF_THIS_NODE.because(
          "What is on the disks that it erases is known on node " + there + ".");
    }
    var named =
        before == null || !wished.disks().isEmpty() ? wished.disks() : before.spec().disks();
    for (Disk disk : disks.named(named).found()) {
      PoolErasing.pool(disk)
          .filter(found -> before == null || !found.fsid().equals(before.uid()))
          .ifPresent(found -> {
            throw StorageProblem.DISK_NOT_EMPTY.because(
                "Disk %s holds %s. %s".formatted(disk.id(), found.sentence(), PoolErasing.BY_HTTP));
          });
    }
  }

  private void requireNode(PoolSpec wished) {
    if (wished.node() == null) {
      PoolDisks.requireOfOneNode(wished.disks(), nodes, store, "spec.node");
    }
  }

  /**
   * Refuses disks of other pools, also of those that are not made yet. One asks at a time, so that
   * of two who want the same disk one gets it.
   */
  static void requireUnwished(ResourceStore store, String node, Name own, Set<String> ids) {
    store.useTransaction(transaction -> {
      transaction.handle().execute("select pg_advisory_xact_lock(hashtext('disks of pools'))");
      for (var other : store.all(StorageKinds.POOL, Selection.on(node))) {
        for (String disk : other.spec().disks()) {
          if (ids.contains(disk) && !other.name().equals(own)) {
            throw StorageProblem.DISK_BUSY.because(
                "Disk "
                    + disk
                    + " belongs to pool "
                    + other.name()
                    + "; take it out of that one, or release that one, first.");
          }
        }
      }
    });
  }

  private static void enough(PoolSpec spec, @Nullable Profile profile) {
    if (spec.disks().size() < Objects.requireNonNull(profile).minimumDisks()) {
      throw StorageProblem.TOO_FEW_DISKS.because(
          profile
              + " needs at least "
              + profile.minimumDisks()
              + " disks, "
              + spec.disks().size()
              + " are named.");
    }
  }

  static void usable(Disk disk, boolean erase) {
    for (io.homecloud.storage.disk.Obstacle obstacle : disk.obstacles()) {
      switch (obstacle) {
        case SYSTEM ->
            throw StorageProblem.DISK_BUSY.because(
                "The running system stands on disk " + disk.id() + ".");
        case MOUNTED, MOUNTED_ELSEWHERE ->
            throw StorageProblem.DISK_BUSY.because(
                "Disk "
                    + disk.id()
                    + " is mounted"
                    + (disk.use().mountPoints().isEmpty()
                        ? ""
                        : " at " + String.join(", ", disk.use().mountPoints()))
                    + "; unmount it first.");
        case HELD ->
            throw StorageProblem.DISK_BUSY.because(
                "Disk "
                    + disk.id()
                    + " is held by "
                    + String.join(", ", disk.use().holders())
                    + ".");
        case SWAP ->
            throw StorageProblem.DISK_BUSY.because("Disk " + disk.id() + " is used as swap.");
        case READ_ONLY ->
            throw StorageProblem.READ_ONLY.because("Disk " + disk.id() + " cannot be written.");
        case OCCUPIED -> {
          if (!erase) {
            throw StorageProblem.DISK_NOT_EMPTY.because(
                "Disk "
                    + disk.id()
                    + " holds "
                    + disk.content().sentence()
                    + ". If nobody needs that any more, repeat with \"erase\": true.");
          }
        }
      }
    }
  }

  @Override
  public PoolSpec change(Resource<PoolSpec, PoolStatus> before, PoolSpec wished) {
    PoolSpec is = before.spec();
    PoolSpec spec =
        new PoolSpec(
            wished.node() == null ? is.node() : wished.node(),
            sameDisks(before, wished) ? is.disks() : wished.disks(),
            wished.dataProfile() == null ? is.dataProfile() : wished.dataProfile(),
            wished.metadataProfile() == null ? is.metadataProfile() : wished.metadataProfile(),
            wished.compression() == null ? is.compression() : wished.compression(),
            // To a pool that is made nothing is erased any more.
            wished.erase() && (is.erase() || !made(before)));
    if (!Objects.equals(spec.node(), is.node())) {
      throw CommonProblem.FIELD_IMMUTABLE.because(
          "A pool moves by its disks: export it, plug them in there, adopt it.");
    }
    if (!spec.disks().equals(is.disks())) {
      throw CommonProblem.FIELD_IMMUTABLE.because(
          "Disks are added with POST …/disks and removed with DELETE …/disks/{disk}, since both take time.");
    }
    if (spec.dataProfile() != is.dataProfile() || spec.metadataProfile() != is.metadataProfile()) {
      throw CommonProblem.FIELD_IMMUTABLE.because(
          "Profiles are converted with POST …/convert, since it takes time.");
    }
    return spec;
  }

  private static boolean made(Resource<PoolSpec, PoolStatus> pool) {
    return pool.status() != null && pool.status().formattedAt() != null;
  }

  /** Whether none are named, or the same ones, be it by their paths. */
  private boolean sameDisks(Resource<PoolSpec, PoolStatus> before, PoolSpec wished) {
    PoolSpec is = before.spec();
    if (wished.disks().isEmpty() || wished.disks().equals(is.disks())) {
      return true;
    }
    if (!before.node().equals(node)) {
      throw CommonProblem.NOT_OF_THIS_NODE.because(
          "Which disks these are is known on node " + before.node() + ".");
    }
    PoolDisks.Named named = disks.named(wished.disks());
    return named.missing().isEmpty()
        && named.found().stream().map(disk -> disk.id().value()).toList().equals(is.disks());
  }

  @Override
  public void delete(Resource<PoolSpec, PoolStatus> pool) {
    Selection inside = Selection.in(pool.uid());
    if (!store.list(StorageKinds.VOLUME, inside, "", 1).isEmpty()
        || !store.list(StorageKinds.TRASH, inside, "", 1).isEmpty()) {
      throw StorageProblem.POOL_NOT_EMPTY.because(
          "It holds volumes or an unemptied trash. To take the disks elsewhere with everything on them, export it.");
    }
    disks.requireWithoutDatabases(new PoolId(pool.uid()), system);
  }
}
