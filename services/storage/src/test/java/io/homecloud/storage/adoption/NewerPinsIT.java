package io.homecloud.storage.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.control.schedule.Retention;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.catalogue.Noted;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.schedule.ScheduleSpec;
import io.homecloud.storage.schedule.ScheduleStatus;
import io.homecloud.storage.schedule.ScheduledSnapshots;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Path;
import java.util.List;
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

  @Test
  void aSnapshotThatWasPinnedSinceIsNotDeleted() {
    // Given
    var kept = pinnedSince("kept");
    // When
    var _ = store().requestDeletion(StorageKinds.SNAPSHOT, kept.name(), Optional.empty());
    // Then
    house.until(
        "pinned again",
        () ->
            store()
                .find(StorageKinds.SNAPSHOT, kept.uid())
                .filter(now -> now.spec().pinned() && !now.deleting() && now.ready())
                .isPresent());
    assertThat(onPool(kept)).isDirectory();
  }

  @Test
  void whatIsWishedOfASnapshotThatWasPinnedSinceTakesNoPinAway() {
    // Given
    var kept = pinnedSince("kept");
    // When
    var _ =
        store()
            .change(
                StorageKinds.SNAPSHOT,
                kept.name(),
                Optional.empty(),
                now -> new Wish<>(now.spec(), Map.of("for", "alice")));
    // Then
    house.until("pinned", () -> house.get(StorageKinds.SNAPSHOT, "kept").spec().pinned());
    assertThat(house.ready(StorageKinds.SNAPSHOT, "kept").metadata().labels())
        .containsEntry("for", "alice");
  }

  /** A schedule of which three snapshots are kept, and a row of it that would keep one. */
  private Resource<ScheduleSpec, ScheduleStatus> widenedSince() {
    var yearly =
        house.make(
            StorageKinds.SCHEDULE,
            "yearly",
            photos.uid(),
            Map.of(),
            keeping(new Retention(1, 0, 0, 0, 0, 0)));
    var _ = wished(yearly, new Retention(100, 0, 0, 0, 0, 0));
    house.ready(StorageKinds.SCHEDULE, "yearly");
    for (String name : List.of("one", "two", "three")) {
      house.makeSnapshot(
          "photos", name, false, Map.of(ScheduledSnapshots.LABEL, yearly.uid().toString()));
    }
    before("jsonb_set(spec, '{retention,last}', '1')", yearly);
    return yearly;
  }

  private ScheduleSpec keeping(Retention retention) {
    return new ScheduleSpec(photos.name(), "0 0 1 1 *", null, null, retention, false);
  }

  private Resource<ScheduleSpec, ScheduleStatus> wished(
      Resource<ScheduleSpec, ScheduleStatus> schedule, Retention retention) {
    return store()
        .change(
            StorageKinds.SCHEDULE,
            schedule.name(),
            Optional.empty(),
            _ -> new Wish<>(keeping(retention), Map.of()));
  }

  private boolean doubted() {
    return Conditions.find(house.get(StorageKinds.SCHEDULE, "yearly").conditions(), "Ready")
        .filter(ready -> ready.reason().equals("DatabaseOlder"))
        .isPresent();
  }

  @Test
  void aScheduleThatKeepsMoreSinceKeepsIt() {
    // Given
    var yearly = widenedSince();
    // When
    house.plane().wake(yearly.uid());
    // Then
    house.until(
        "kept more",
        () ->
            house
                .get(StorageKinds.SCHEDULE, "yearly")
                .spec()
                .equals(keeping(new Retention(100, 0, 0, 0, 0, 0))));
    house.ready(StorageKinds.SCHEDULE, "yearly");
    assertThat(house.names(StorageKinds.SNAPSHOT)).containsExactly("one", "three", "two");
  }

  @Test
  void aScheduleThatIsWishedOtherwiseHereAndThereWaits() {
    // Given
    var yearly = widenedSince();
    // When
    var _ = wished(yearly, new Retention(2, 0, 0, 0, 0, 0));
    // Then
    house.until("doubted", this::doubted);
    assertThat(house.names(StorageKinds.SNAPSHOT)).hasSize(3);
    var _ = wished(yearly, new Retention(3, 0, 0, 0, 0, 0));
    house.ready(StorageKinds.SCHEDULE, "yearly");
  }

  @Test
  void aScheduleThatWasDeletedSinceDeletesNothing() {
    // Given
    var yearly = widenedSince();
    house.node().records().remove(pool(), StorageKinds.SCHEDULE.name(), yearly.uid());
    // When
    house.plane().wake(yearly.uid());
    // Then
    house.until("doubted", this::doubted);
    assertThat(house.names(StorageKinds.SNAPSHOT)).hasSize(3);
    var _ = wished(yearly, new Retention(3, 0, 0, 0, 0, 0));
    house.ready(StorageKinds.SCHEDULE, "yearly");
  }
}
