package io.homecloud.storage.adoption;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceBatch;
import io.homecloud.control.resource.ResourceRows;
import io.homecloud.events.database.Transaction;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.adoption.Arrivals.Taken;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.catalogue.Findings;
import io.homecloud.storage.catalogue.Noted;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.volume.PoolContents;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Gets a pool that is being looked at into the database, with everything on it. */
final class Adopting {
  private final String node;
  private final ControlPlane plane;
  private final StorageNode hands;
  private final InstallationId here;
  private final Path poolRoot;
  private final Consumer<MountedPool> seen;
  private final ResourceBatch rows;
  private final AdoptedStatus statuses;

  /**
   * @param seen called with a pool that is adopted before anybody hears of it
   */
  Adopting(
      ControlPlane plane,
      StorageNode hands,
      InstallationId here,
      Path poolRoot,
      Consumer<MountedPool> seen) {
    this.node = plane.node();
    this.plane = plane;
    this.hands = hands;
    this.here = here;
    this.poolRoot = poolRoot;
    this.seen = seen;
    this.rows = new ResourceBatch(new ResourceRows(plane.json()));
    this.statuses = new AdoptedStatus(plane.clock());
  }

  /** Why a pool is adopted, and what is to be done about names that are taken. */
  sealed interface Reason {
    /** Somebody asks for it, whosever it is. */
    record Asked(Optional<Name> as) implements Reason {}

    /** It is of this installation, which has forgotten it. */
    record Ours() implements Reason {}
  }

  /** What came of it: nothing if it may only be adopted when asked for. */
  record Adopted(Resource<PoolSpec, PoolStatus> pool, Findings findings) {}

  /** Whether its catalogue says that it is of this installation and was not given away. */
  boolean isOurs(MountedPool looked) {
    try (CatalogueReader catalogue = reader(looked, new Findings())) {
      return catalogue.read(StorageKinds.POOL, looked.id().value()).filter(this::ours).isPresent();
    }
  }

  private CatalogueReader reader(MountedPool looked, Findings findings) {
    return new CatalogueReader(looked, plane.json(), plane.clock(), findings);
  }

  Optional<Adopted> adopt(Offer offer, MountedPool looked, Reason reason) {
    Findings findings = new Findings();
    Clock clock = plane.clock();
    try (CatalogueReader catalogue = reader(looked, findings)) {
      Optional<Noted<PoolSpec>> note = catalogue.read(StorageKinds.POOL, offer.pool().value());
      if (reason instanceof Reason.Ours() && note.filter(this::ours).isEmpty()) {
        return Optional.empty();
      }
      Inventory inventory =
          new Inventory(
              node,
              looked,
              hands.volumes(),
              catalogue,
              findings,
              clock,
              reason instanceof Reason.Asked);
      PoolContents contents = hands.volumes().contents(looked);
      PoolSpec spec =
          PoolWish.of(note.map(Noted::spec), hands.pools().usage(looked), node, offer.disks());
      Noted<PoolSpec> wished =
          note.map(known -> known.of(known.name(), spec)).orElseGet(() -> unnoted(offer, spec));
      return Optional.of(
          plane
              .database()
              .inTransaction(transaction -> {
                Resource<PoolSpec, PoolStatus> pool =
                    pool(transaction, inventory, wished, reason, findings);
                Path root = poolRoot.resolve(pool.name().value());
                new Adoption(transaction, rows, inventory, catalogue, contents, findings)
                    .run(pool.name(), root, taken(reason, pool.name()));
                plane
                    .resources()
                    .observe(
                        transaction,
                        pool.uid(),
                        statuses.pool(findings),
                        List.of(
                            new StorageFact.PoolCreated(
                                pool.uid(), pool.name().value(), node, root.toString())));
                seen.accept(looked);
                return new Adopted(pool, findings);
              }));
    }
  }

  private boolean ours(Noted<PoolSpec> note) {
    return !note.released() && note.installation().filter(here::equals).isPresent();
  }

  private Noted<PoolSpec> unnoted(Offer offer, PoolSpec spec) {
    UUID uid = offer.pool().value();
    return new Noted<>(
        Optional.empty(),
        uid,
        Showing.unnoted(offer),
        Map.of(),
        spec,
        1,
        plane.clock().instant(),
        Inventory.SUBJECT,
        Optional.empty(),
        false);
  }

  /** Volumes keep their names unless somebody said how to call the pool, or nobody can be asked. */
  private static Taken taken(Reason reason, Name pool) {
    return reason instanceof Reason.Asked(Optional<Name> as) && as.isEmpty()
        ? new Taken.Asked()
        : new Taken.GivenUp(Optional.of(pool));
  }

  private Resource<PoolSpec, PoolStatus> pool(
      Transaction transaction,
      Inventory inventory,
      Noted<PoolSpec> wished,
      Reason reason,
      Findings findings) {
    Optional<Name> as =
        reason instanceof Reason.Asked(Optional<Name> name) ? name : Optional.empty();
    Noted<PoolSpec> called = wished.of(as.orElse(wished.name()), wished.spec());
    Resource<PoolSpec, PoolStatus> pool =
        inventory.resource(StorageKinds.POOL, called, null, wished.spec(), statuses.pool(findings));
    if (reason instanceof Reason.Ours()) {
      var arrivals =
          new Arrivals<>(
              StorageKinds.POOL,
              new Arrivals.Place(transaction, rows, findings),
              new Taken.GivenUp(Optional.empty()),
              (_, _) -> {});
      arrivals.add(pool);
      arrivals.finish();
    } else if (rows.insert(transaction, StorageKinds.POOL, List.of(pool)).isEmpty()) {
      throw StorageProblem.NAME_TAKEN.because(
          "There is a pool called "
              + pool.name()
              + " here already. Repeat with \"as\": \"another-name\".");
    }
    return plane
        .resources()
        .find(transaction.handle(), StorageKinds.POOL, pool.uid())
        .orElseThrow(() ->
            StorageProblem.NAME_TAKEN.because(
                "Something else here has the identity " + pool.uid() + " of the pool."));
  }
}
