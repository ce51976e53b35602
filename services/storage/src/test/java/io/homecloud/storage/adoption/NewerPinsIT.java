package io.homecloud.storage.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.catalogue.Noted;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that was written back does not know what has been wished to be kept since. */
class NewerPinsIT {
  private final LoopDisks disks = new LoopDisks();
  private final House house = new House(disks, disks.directory().resolve("data"));
  private Resource<VolumeSpec, VolumeStatus> photos;

  @BeforeEach
  void makeVolume() {
    house.makePool("home", disks.disk(1L << 30));
    photos = house.makeVolume("home", "photos", Map.of());
  }

  @AfterEach
  void leaveNothing() {
    house.close();
    disks.close();
  }

  private MountedPool pool() {
    return house.pool("home");
  }

  private ResourceStore store() {
    return house.plane().resources();
  }

  private Path onPool(Resource<SnapshotSpec, SnapshotStatus> snapshot) {
    return pool().root().resolve("@snapshots/" + photos.uid() + "/" + snapshot.uid());
  }

  /** A snapshot that is pinned, and noted so, by a wish of which its row knows nothing. */
  private Resource<SnapshotSpec, SnapshotStatus> pinnedSince(String name) {
    var made = house.makeSnapshot("photos", name, false, Map.of());
    var _ =
        store()
            .change(
                StorageKinds.SNAPSHOT,
                made.name(),
                Optional.empty(),
                _ -> new Wish<>(new SnapshotSpec(photos.name(), true, null), Map.of()));
    house.until(
        "noted as pinned",
        () ->
            CatalogueReader.noted(pool(), house.plane(), StorageKinds.SNAPSHOT, made.uid())
                .map(Noted::spec)
                .filter(SnapshotSpec::pinned)
                .isPresent());
    house.ready(StorageKinds.SNAPSHOT, name);
    before("jsonb_set(spec, '{pinned}', 'false')", made);
    return made;
  }

  /** Its row is that of a database of before, with this spec. */
  private void before(String spec, Resource<?, ?> made) {
    store()
        .useTransaction(transaction ->
            transaction
                .handle()
                .execute(
                    "update resource set generation = 1, spec = "
                        + spec
                        + ", status = jsonb_set(status, '{observedGeneration}', '1') where uid = ?",
                    made.uid()));
  }

  private void inTheTrash() {
    var _ = store().requestDeletion(StorageKinds.VOLUME, photos.name(), Optional.empty());
    house.ready(StorageKinds.TRASH, photos.uid().toString());
  }

  private void purged() {
    var _ =
        store()
            .requestDeletion(
                StorageKinds.TRASH, new Name(photos.uid().toString()), Optional.empty());
  }

  private boolean kept(String why) {
    return store()
        .find(StorageKinds.TRASH, photos.uid())
        .filter(entry -> !entry.deleting())
        .flatMap(entry -> Conditions.find(entry.conditions(), "Ready"))
        .filter(ready -> ready.reason().equals(why))
        .isPresent();
  }

  @Test
  void aVolumeIsNotDeletedForGoodWithASnapshotThatWasPinnedSince() {
    // Given
    var kept = pinnedSince("kept");
    inTheTrash();
    // When
    purged();
    // Then
    house.until("kept as pinned", () -> kept("Pinned"));
    assertThat(house.get(StorageKinds.SNAPSHOT, "kept").spec().pinned()).isTrue();
    assertThat(onPool(kept)).isDirectory();
  }

  @Test
  void aVolumeIsNotDeletedForGoodWithAPinnedSnapshotThatWasMadeSince() {
    // Given
    var kept = house.makeSnapshot("photos", "kept", true, Map.of());
    inTheTrash();
    store().useTransaction(transaction -> store().removeTree(transaction, kept.uid()));
    // When
    purged();
    // Then
    house.until("kept", () -> kept("Kept"));
    assertThat(onPool(kept)).isDirectory();
    // And when the pool comes the next time, it has its row again.
    new CatalogueCheck(house.plane(), house.node()).check(pool());
    assertThat(house.ready(StorageKinds.SNAPSHOT, "kept").uid()).isEqualTo(kept.uid());
  }
}
