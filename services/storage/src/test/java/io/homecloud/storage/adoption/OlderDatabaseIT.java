package io.homecloud.storage.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.control.Quantity;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.CatalogueReader;
import io.homecloud.storage.catalogue.Findings;
import io.homecloud.storage.catalogue.Wishes;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.trash.TrashSpec;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that was written back is older than what is on the pools. */
class OlderDatabaseIT {
  private static final long GIB = 1L << 30;
  private final Instant longAgo =
      Instant.now().minus(Duration.ofDays(60)).truncatedTo(ChronoUnit.MILLIS);

  private final LoopDisks disks = new LoopDisks();
  private final House house = new House(disks, disks.directory().resolve("data"));

  @BeforeEach
  void makePool() {
    house.makePool("home", disks.disk(GIB));
  }

  @AfterEach
  void leaveNothing() {
    house.close();
    disks.close();
  }

  private MountedPool pool() {
    return house.pool("home");
  }

  /** As after a start: nothing is mounted for it yet. */
  private void unmounted(Resource<VolumeSpec, VolumeStatus> volume) {
    Path place = house.mountOf(volume.name().value());
    assertThat(house.node().volumes().unmount(pool(), new VolumeId(volume.uid()), place).refusal())
        .isEmpty();
  }

  private TrashSpec trashed(Resource<VolumeSpec, VolumeStatus> volume) {
    return new TrashSpec(volume.name(), volume.spec(), longAgo);
  }

  private static Name named(UUID uid) {
    return new Name(uid.toString());
  }

  @Test
  void aVolumeThatWasInTheTrashThenIsAVolumeStill() throws Exception {
    // Given
    var photos = house.makeVolume("home", "photos", Map.of());
    var before = house.makeSnapshot("photos", "before", false, Map.of());
    Files.writeString(house.mountOf("photos").resolve("1.jpg"), "sea");
    unmounted(photos);
    // When
    house
        .plane()
        .resources()
        .useTransaction(transaction ->
            house
                .plane()
                .resources()
                .become(
                    transaction,
                    photos.uid(),
                    StorageKinds.TRASH,
                    named(photos.uid()),
                    trashed(photos),
                    null));
    // Then
    var again = house.ready(StorageKinds.VOLUME, "photos");
    assertThat(again.uid()).isEqualTo(photos.uid());
    assertThat(again.spec()).isEqualTo(photos.spec());
    assertThat(house.mountOf("photos").resolve("1.jpg")).hasContent("sea");
    assertThat(house.names(StorageKinds.TRASH)).isEmpty();
    assertThat(house.ready(StorageKinds.SNAPSHOT, "before").uid()).isEqualTo(before.uid());
    assertThat(
            house
                .node()
                .volumes()
                .info(
                    pool(),
                    new Place.Snapshot(new VolumeId(photos.uid()), new SnapshotId(before.uid()))))
        .isPresent();
  }

  @Test
  void aVolumeThatWasDeletedSinceIsInTheTrash() throws Exception {
    // Given
    var photos = house.makeVolume("home", "photos", Map.of());
    Files.writeString(house.mountOf("photos").resolve("1.jpg"), "sea");
    ResourceStore store = house.plane().resources();
    var _ = store.requestDeletion(StorageKinds.VOLUME, photos.name(), Optional.empty(), _ -> {});
    house.ready(StorageKinds.TRASH, photos.uid().toString());
    // When
    store.useTransaction(transaction ->
        store.become(
            transaction,
            photos.uid(),
            StorageKinds.VOLUME,
            photos.name(),
            photos.spec(),
            photos.status()));
    // Then
    var entry = house.ready(StorageKinds.TRASH, photos.uid().toString());
    assertThat(entry.spec().volume()).isEqualTo(photos.name());
    assertThat(house.names(StorageKinds.VOLUME)).isEmpty();
    Path kept = house.mountOfPool("home").resolve("@trash/" + photos.uid());
    assertThat(kept.resolve("1.jpg")).hasContent("sea");
  }

  @Test
  void itGetsAnotherNameWhereAnotherVolumeHasIt() {
    // Given
    var photos = house.makeVolume("home", "photos", Map.of());
    var other = house.makeVolume("home", "other", Map.of());
    unmounted(photos);
    unmounted(other);
    // When
    house
        .plane()
        .resources()
        .useTransaction(transaction -> {
          ResourceStore store = house.plane().resources();
          store.become(
              transaction,
              photos.uid(),
              StorageKinds.TRASH,
              named(photos.uid()),
              trashed(photos),
              null);
          store.become(
              transaction,
              other.uid(),
              StorageKinds.VOLUME,
              photos.name(),
              other.spec(),
              other.status());
        });
    // Then
    String name = "photos-" + photos.uid().toString().substring(0, 8);
    assertThat(house.ready(StorageKinds.VOLUME, name).uid()).isEqualTo(photos.uid());
    assertThat(house.ready(StorageKinds.VOLUME, "photos").uid()).isEqualTo(other.uid());
  }

  @Test
  void aRestoreThatACrashCutShortIsTakenBackAndTheTimeThatItIsKeptBeginsAnew() {
    // Given
    var photos = house.makeVolume("home", "photos", Map.of());
    ResourceStore store = house.plane().resources();
    var _ = store.requestDeletion(StorageKinds.VOLUME, photos.name(), Optional.empty(), _ -> {});
    house.ready(StorageKinds.TRASH, photos.uid().toString());
    VolumeId id = new VolumeId(photos.uid());
    assertThat(house.node().volumes().restoreFromTrash(pool(), id).refusal()).isEmpty();
    // When
    var _ =
        store.change(
            StorageKinds.TRASH,
            named(photos.uid()),
            Optional.empty(),
            entry -> new ResourceStore.Wish<>(trashed(photos), entry.metadata().labels()));
    // Then
    house.until(
        "kept anew",
        () ->
            store
                .find(StorageKinds.TRASH, photos.uid())
                .filter(entry -> entry.spec().trashedAt().isAfter(longAgo))
                .isPresent());
    var entry = house.ready(StorageKinds.TRASH, photos.uid().toString());
    assertThat(house.node().volumes().info(pool(), new Place.Trashed(id))).isPresent();
    assertThat(entry.deleting()).isFalse();
  }

  @Test
  void aVolumeThatWasMadeSinceIsOffered() {
    // Given
    house.makeVolume("home", "photos", Map.of());
    var since = house.makeVolume("home", "since", Map.of());
    unmounted(since);
    // When
    house
        .plane()
        .resources()
        .useTransaction(
            transaction -> house.plane().resources().removeTree(transaction, since.uid()));
    // Then
    assertThat(house.adoption().offered("", 10))
        .singleElement()
        .satisfies(pool ->
            assertThat(pool.volumes())
                .singleElement()
                .satisfies(volume -> assertThat(volume.uid()).isEqualTo(since.uid())));
  }

  private void forgotten(Resource<?, ?> what) {
    ResourceStore store = house.plane().resources();
    store.useTransaction(transaction -> store.removeTree(transaction, what.uid()));
  }

  private void thePoolComes() {
    new CatalogueCheck(house.plane(), house.node()).check(pool());
  }

  @Test
  void snapshotsThatWereMadeSinceAreTakenUp() {
    // Given
    house.makeVolume("home", "photos", Map.of());
    var monday = house.makeSnapshot("photos", "monday", false, Map.of());
    var tuesday = house.makeSnapshot("photos", "tuesday", true, Map.of("for", "alice"));
    forgotten(monday);
    forgotten(tuesday);
    var namesake = house.makeSnapshot("photos", "monday", false, Map.of());
    // When
    thePoolComes();
    // Then
    var again = house.ready(StorageKinds.SNAPSHOT, "tuesday");
    assertThat(again.uid()).isEqualTo(tuesday.uid());
    assertThat(again.spec()).isEqualTo(tuesday.spec());
    assertThat(again.metadata().labels()).isEqualTo(tuesday.metadata().labels());
    assertThat(again.status())
        .usingRecursiveComparison()
        .comparingOnlyFields("createdAt", "path")
        .isEqualTo(tuesday.status());
    assertThat(house.ready(StorageKinds.SNAPSHOT, "monday").uid()).isEqualTo(namesake.uid());
    assertThat(house.ready(StorageKinds.SNAPSHOT, "home-monday").uid()).isEqualTo(monday.uid());
    // And on the pool it is called so too, by and by.
    house.until("noted anew", () -> noted(monday.uid()).equals(Optional.of("home-monday")));
  }

  private Optional<String> noted(UUID snapshot) {
    try (CatalogueReader catalogue =
        new CatalogueReader(pool(), Wishes.JSON, Clock.systemUTC(), new Findings())) {
      return catalogue.read(StorageKinds.SNAPSHOT, snapshot).map(note -> note.name().value());
    }
  }

  @Test
  void snapshotsOfAVolumeInTheTrashAreTakenUpToo() {
    // Given
    var photos = house.makeVolume("home", "photos", Map.of());
    var kept = house.makeSnapshot("photos", "kept", true, Map.of());
    forgotten(kept);
    ResourceStore store = house.plane().resources();
    var _ = store.requestDeletion(StorageKinds.VOLUME, photos.name(), Optional.empty(), _ -> {});
    house.ready(StorageKinds.TRASH, photos.uid().toString());
    // When
    thePoolComes();
    // Then
    assertThat(house.ready(StorageKinds.SNAPSHOT, "kept").parent()).isEqualTo(photos.uid());
  }

  @Test
  void whatWasDeletedOrIsNoSnapshotOfOursStaysAway() throws Exception {
    // Given
    var photos = house.makeVolume("home", "photos", Map.of());
    var other = house.makeVolume("home", "other", Map.of());
    var gone = house.makeSnapshot("photos", "gone", false, Map.of());
    var unmade = house.makeSnapshot("photos", "unmade", false, Map.of());
    var written = house.makeSnapshot("photos", "written", false, Map.of());
    var letGo = house.makeSnapshot("other", "let-go", false, Map.of());
    ResourceStore store = house.plane().resources();
    var _ = store.requestDeletion(StorageKinds.SNAPSHOT, gone.name(), Optional.empty(), _ -> {});
    house.until("gone", () -> store.find(StorageKinds.SNAPSHOT, gone.uid()).isEmpty());
    Path place = house.mountOfPool("home").resolve("@snapshots/" + photos.uid());
    // Deleted on the disk, by somebody who died before its note went
    forgotten(unmade);
    House.run("btrfs", "subvolume", "delete", place.resolve(unmade.uid().toString()).toString());
    // Writable, so it is none any more
    forgotten(written);
    House.run(
        "btrfs",
        "property",
        "set",
        "-f",
        place.resolve(written.uid().toString()).toString(),
        "ro",
        "false");
    // Of a volume that is not known here
    unmounted(other);
    forgotten(other);
    // Not noted at all
    String stranger = place.resolve(UUID.randomUUID().toString()).toString();
    House.run("btrfs", "subvolume", "snapshot", "-r", house.mountOf("photos").toString(), stranger);
    // When
    thePoolComes();
    // Then
    assertThat(house.names(StorageKinds.SNAPSHOT)).isEmpty();
    assertThat(Path.of(stranger)).isDirectory();
    assertThat(place.resolve(written.uid().toString())).isDirectory();
    assertThat(place.resolveSibling(other.uid().toString()).resolve(letGo.uid().toString()))
        .isDirectory();
  }

  @Test
  void snapshotsThatWereDeletedSinceAreNotReady() {
    // Given
    var photos = house.makeVolume("home", "photos", Map.of());
    house.makeSnapshot("photos", "kept", false, Map.of());
    var gone = house.makeSnapshot("photos", "gone", false, Map.of());
    var noted = house.makeSnapshot("photos", "noted", false, Map.of());
    Path place = house.mountOfPool("home").resolve("@snapshots/" + photos.uid());
    for (UUID uid : List.of(gone.uid(), noted.uid())) {
      House.run("btrfs", "subvolume", "delete", place.resolve(uid.toString()).toString());
    }
    house.node().records().remove(pool(), StorageKinds.SNAPSHOT.name(), gone.uid());
    // When
    thePoolComes();
    // Then
    for (String name : List.of("gone", "noted")) {
      house.until("not ready", () -> !house.get(StorageKinds.SNAPSHOT, name).ready());
      assertThat(house.get(StorageKinds.SNAPSHOT, name).conditions())
          .anySatisfy(
              condition -> assertThat(condition.message()).contains("is not on its pool any more"));
    }
    assertThat(noted(gone.uid())).isEmpty();
    assertThat(house.get(StorageKinds.SNAPSHOT, "kept").ready()).isTrue();
  }

  @Test
  void aQuotaThatWasOvertakenKeepsNoVolumeFromItsPlace() throws Exception {
    // Given
    var photos = house.makeVolume("home", "photos", Map.of());
    byte[] noise = new byte[1 << 20];
    new Random(1).nextBytes(noise);
    Files.write(house.mountOf("photos").resolve("1.jpg"), noise);
    House.run("btrfs", "filesystem", "sync", house.mountOf("photos").toString());
    unmounted(photos);
    VolumeSpec was = photos.spec();
    VolumeSpec less =
        new VolumeSpec(
            was.pool(),
            was.backend(),
            new Quantity(1 << 16),
            was.compression(),
            was.owner(),
            was.mode(),
            was.deletionPolicy(),
            was.noCow(),
            was.displayName(),
            was.source());
    // When
    var _ =
        house
            .plane()
            .resources()
            .change(
                StorageKinds.VOLUME,
                photos.name(),
                Optional.empty(),
                volume -> new ResourceStore.Wish<>(less, volume.metadata().labels()));
    // Then
    house.until(
        "a volume that says that it uses more",
        () ->
            Conditions.find(house.get(StorageKinds.VOLUME, "photos").conditions(), "QuotaSet")
                .isPresent());
    var over = house.get(StorageKinds.VOLUME, "photos");
    assertThat(over.ready()).isTrue();
    assertThat(Conditions.find(over.conditions(), "QuotaSet").orElseThrow().reason())
        .isEqualTo("QuotaBelowUsed");
    assertThat(house.mountOf("photos").resolve("1.jpg")).exists();
  }
}
