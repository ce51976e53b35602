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
 * document is read.
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

  public CatalogueCheck(ControlPlane plane, StorageNode node) {
    this.plane = plane;
    this.node = node;
    this.rows = new ResourceBatch(new ResourceRows(plane.json()));
  }

  /**
   * Removes notes of what is neither wished nor on the pool, and wakes what is wished and not
   * noted. A pool that cannot be written is left as it is.
   */
  public void check(MountedPool pool) {
    if (node.pools().state(pool).readOnly()) {
      return;
    }
    // The notes first: a row comes before its note and goes after it.
    Map<Kind<?, ?>, Set<UUID>> notes = notes(pool);
    Set<UUID> wished = plane.database().read(handle -> rows.tree(handle, pool.id().value()));
    Set<UUID> there = there(node.volumes().contents(pool));
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
    wished.remove(pool.id().value());
    notes.values().forEach(wished::removeAll);
    wished.forEach(plane::wake);
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
