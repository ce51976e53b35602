package io.homecloud.storage.adoption;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.ResourceBatch;
import io.homecloud.control.resource.ResourceRows;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.catalogue.Findings;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.volume.PoolContents;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Puts the catalogue of a pool right when the pool has come: a power cut may fall between a change
 * of the disk and its note. Costs a look at some directories and the identities of the rows; no
 * document is read but those of snapshots that are taken up.
 */
public final class CatalogueCheck {
  private static final Logger LOG = Logger.getLogger(CatalogueCheck.class);
  private static final Set<Kind<?, ?>> SUBVOLUMES =
      Set.of(StorageKinds.VOLUME, StorageKinds.TRASH, StorageKinds.SNAPSHOT);
  private static final Set<Kind<?, ?>> NOTED =
      Set.of(StorageKinds.VOLUME, StorageKinds.TRASH, StorageKinds.SNAPSHOT, StorageKinds.SCHEDULE);

  private final ControlPlane plane;
  private final StorageNode node;
  private final ResourceBatch rows;
  private final ForgottenSnapshots forgotten;

  public CatalogueCheck(ControlPlane plane, StorageNode node) {
    this.plane = plane;
    this.node = node;
    this.rows = new ResourceBatch(new ResourceRows(plane.json()));
    this.forgotten = new ForgottenSnapshots(plane, node);
  }

  /**
   * Removes notes of what is neither wished nor on the pool, wakes what is wished and not noted and
   * snapshots that are not there, and takes up snapshots that only the database does not know. A
   * pool that cannot be written is left as it is.
   */
  public void check(MountedPool pool) {
    if (node.pools().state(pool).readOnly()) {
      return;
    }
    // The notes first: a row comes before its note and goes after it.
    Map<Kind<?, ?>, Set<UUID>> notes = notes(pool);
    Set<UUID> wished = plane.database().read(handle -> rows.tree(handle, pool.id().value()));
    PoolContents contents = node.volumes().contents(pool);
    Set<UUID> there = there(contents);
    boolean removed = false;
    for (Kind<?, ?> kind : SUBVOLUMES) {
      for (UUID uid : notes.getOrDefault(kind, Set.of())) {
        if (!wished.contains(uid) && !there.contains(uid)) {
          LOG.infof("the note of %s %s goes, nothing of it is on the pool", kind.name(), uid);
          removed |= node.records().remove(pool, kind.name(), uid);
        }
      }
    }
    if (removed) {
      node.volumes().commit(pool);
    }
    takeUp(pool, notes, wished, contents);
    wished.remove(pool.id().value());
    Set<UUID> lost = new HashSet<>(notes.getOrDefault(StorageKinds.SNAPSHOT, Set.of()));
    lost.retainAll(wished);
    lost.removeAll(there);
    notes.values().forEach(wished::removeAll);
    wished.addAll(lost);
    wished.forEach(plane::wake);
  }

  private void takeUp(
      MountedPool pool, Map<Kind<?, ?>, Set<UUID>> notes, Set<UUID> wished, PoolContents contents) {
    Set<UUID> unknown = new HashSet<>(notes.getOrDefault(StorageKinds.SNAPSHOT, Set.of()));
    unknown.removeAll(wished);
    try {
      plane
          .resources()
          .find(StorageKinds.POOL, pool.id().value())
          .ifPresent(row -> forgotten.takeUp(pool, row.name(), unknown, contents));
    } catch (RuntimeException e) {
      // Whatever is wrong with what is written there, the pool is in place.
      LOG.warnf(e, "snapshots of pool %s that are not known are left alone", pool.id());
    }
  }

  private Map<Kind<?, ?>, Set<UUID>> notes(MountedPool pool) {
    Map<Kind<?, ?>, Set<UUID>> notes = new HashMap<>();
    // What is strange among them was told when the pool was adopted.
    try (CatalogueReader catalogue =
        new CatalogueReader(pool, plane.json(), plane.clock(), new Findings())) {
      for (Kind<?, ?> kind : NOTED) {
        Set<UUID> uids = new HashSet<>();
        catalogue.each(kind, uids::add);
        notes.put(kind, uids);
      }
    }
    return notes;
  }

  private static Set<UUID> there(PoolContents contents) {
    return Stream.of(
            contents.volumes().stream().map(VolumeId::value),
            contents.trashed().stream().map(VolumeId::value),
            contents.snapshots().values().stream().flatMap(List::stream).map(SnapshotId::value))
        .flatMap(uids -> uids)
        .collect(Collectors.toSet());
  }
}
