package io.homecloud.storage.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.Retention;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.schedule.ScheduleSpec;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import io.homecloud.testkit.Elsewhere;
import io.homecloud.testkit.LoopDisks;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdoptionIT {
  private static final long SIZE = 1L << 30;

  private final LoopDisks disks = new LoopDisks();
  private final Path device = disks.disk(SIZE);
  private final Path data = disks.directory().resolve("data");
  private final Path elsewhere = disks.directory().resolve("elsewhere");

  @AfterEach
  void leaveNothing() {
    disks.close();
  }

  /** A pool with a volume in use, one in the trash, snapshots, and a schedule. */
  private void furnish(House house) throws Exception {
    house.makePool("home", device);
    house.makeVolume("home", "files", Map.of("room", "kitchen"));
    Files.writeString(house.mountOf("files").resolve("letter.txt"), "Dear all");
    house.makeSnapshot("files", "before-party", true, Map.of("by", "hand"));
    house.makeVolume("home", "old", Map.of());
    house.makeSnapshot("old", "old-one", false, Map.of());
    house
        .plane()
        .resources()
        .requestDeletion(StorageKinds.VOLUME, new Name("old"), Optional.empty());
    house.until("trash", () -> house.names(StorageKinds.TRASH).size() == 1);
    house.ready(StorageKinds.TRASH, house.names(StorageKinds.TRASH).getFirst());
    house.make(
        StorageKinds.SCHEDULE,
        "nightly",
        house.get(StorageKinds.VOLUME, "files").uid(),
        Map.of("kept", "long"),
        new ScheduleSpec(
            new Name("files"),
            "0 3 29 2 *",
            "Europe/Berlin",
            "5m",
            new Retention(0, 0, 7, 4, 0, 0),
            false));
  }

  @Test
  void aLostDatabaseCostsNothingThatIsOnThePool() throws Exception {
    // Given
    Resource<PoolSpec, PoolStatus> pool;
    Resource<VolumeSpec, VolumeStatus> files;
    Resource<SnapshotSpec, SnapshotStatus> snapshot;
    String entry;
    try (House before = new House(disks, data)) {
      furnish(before);
      pool = before.get(StorageKinds.POOL, "home");
      files = before.get(StorageKinds.VOLUME, "files");
      snapshot = before.get(StorageKinds.SNAPSHOT, "before-party");
      entry = before.names(StorageKinds.TRASH).getFirst();
    }
    // When
    try (House after = new House(disks, data)) {
      Resource<VolumeSpec, VolumeStatus> adopted = awaited(after, "files");
      // Then
      assertThat(adopted.uid()).isEqualTo(files.uid());
      assertThat(adopted.spec()).isEqualTo(files.spec());
      assertThat(adopted.metadata().labels()).isEqualTo(files.metadata().labels());
      assertThat(adopted.metadata().createdBy()).isEqualTo("alice");
      assertThat(adopted.metadata().creationTimestamp())
          .isEqualTo(files.metadata().creationTimestamp());
      assertThat(after.mountOf("files").resolve("letter.txt")).hasContent("Dear all");
      Resource<PoolSpec, PoolStatus> home = after.ready(StorageKinds.POOL, "home");
      assertThat(home.uid()).isEqualTo(pool.uid());
      assertThat(home.spec()).isEqualTo(pool.spec());
      assertThat(Conditions.find(home.conditions(), Condition.ADOPTED).orElseThrow().reason())
          .isEqualTo("Adopted");
      Resource<SnapshotSpec, SnapshotStatus> kept =
          after.get(StorageKinds.SNAPSHOT, "before-party");
      assertThat(kept.ready()).isTrue();
      assertThat(kept.uid()).isEqualTo(snapshot.uid());
      assertThat(kept.spec().pinned()).isTrue();
      assertThat(kept.metadata().labels()).isEqualTo(Map.of("by", "hand"));
      assertThat(kept.status()).isEqualTo(withTransitionOf(kept, snapshot));
      assertThat(after.names(StorageKinds.SNAPSHOT)).containsExactly("before-party", "old-one");
      var trashed = after.ready(StorageKinds.TRASH, entry);
      assertThat(trashed.spec().volume()).isEqualTo(new Name("old"));
      var nightly = after.ready(StorageKinds.SCHEDULE, "nightly");
      assertThat(nightly.spec().retention()).isEqualTo(new Retention(0, 0, 7, 4, 0, 0));
      assertThat(nightly.metadata().labels()).isEqualTo(Map.of("kept", "long"));
      after.until("event", () -> after.told().contains("io.homecloud.pool.created.v1"));
      assertThat(after.told()).doesNotContain("io.homecloud.volume.created.v1");
    }
  }

  private static SnapshotStatus withTransitionOf(
      Resource<SnapshotSpec, SnapshotStatus> now, Resource<SnapshotSpec, SnapshotStatus> before) {
    SnapshotStatus was = Objects.requireNonNull(before.status());
    return new SnapshotStatus(
        was.createdAt(), was.path(), was.observedGeneration(), now.conditions());
  }

  private static Resource<VolumeSpec, VolumeStatus> awaited(House house, String volume) {
    house.until("volume " + volume, () -> house.names(StorageKinds.VOLUME).contains(volume));
    return house.ready(StorageKinds.VOLUME, volume);
  }

  @Test
  void whatAProcessBeforeHasLeftMountedIsAdoptedWhereItIs() throws Exception {
    // Given
    House before = new House(disks, data);
    furnish(before);
    before.stop();
    // When
    try (House after = new House(disks, data)) {
      awaited(after, "files");
      // Then
      assertThat(after.mountOf("files").resolve("letter.txt")).hasContent("Dear all");
      assertThat(after.ready(StorageKinds.POOL, "home").ready()).isTrue();
    }
  }

  /** As a container has that was started while the pool was in place. */
  @Test
  void whatIsMountedElsewhereIsAdoptedWhenItIsNotAnyMore() throws Exception {
    // Given
    try (House before = new House(disks, data)) {
      furnish(before);
    }
    Path there = disks.mount(device);
    Process container = new ProcessBuilder(Elsewhere.command(disks.directory(), "cat")).start();
    container.outputWriter().append('\n').flush();
    assertThat(container.inputReader().readLine()).isEmpty();
    House.run("umount", there.toString());
    // When
    try (House after = new House(disks, data)) {
      after.until("a look", after::looked);
      List<String> meanwhile = after.names(StorageKinds.POOL);
      container.destroy();
      // Then
      assertThat(meanwhile).isEmpty();
      awaited(after, "files");
    } finally {
      container.destroy();
    }
  }

  @Test
  void aLookThatFailsIsMadeAgain() throws Exception {
    // Given
    try (House before = new House(disks, data)) {
      furnish(before);
    }
    AtomicInteger asked = new AtomicInteger();
    Mounts mounts = new Mounts();
    Supplier<List<Mount>> twiceInVain =
        () -> {
          // In the second one the disks are seen, and not what is on them.
          if (List.of(0, 2).contains(asked.getAndIncrement())) {
            throw new StorageFailure("no room for another process");
          }
          return mounts.list();
        };
    // When
    try (House after = new House(disks, data, twiceInVain)) {
      // Then
      awaited(after, "files");
      assertThat(after.looked()).isTrue();
      assertThat(asked.get()).isGreaterThan(3);
    }
  }

  /** A process that died while it looked, or that could not unmount, leaves such a mount. */
  @Test
  void whatIsLeftOfALookGoesAsSoonAsNobodyHoldsIt() throws Exception {
    // Given
    UUID pool;
    try (House before = new House(disks, data)) {
      furnish(before);
      pool = before.get(StorageKinds.POOL, "home").uid();
    }
    Path places = data.resolve("pools");
    Path left = Files.createDirectories(places.resolve(".look-" + pool));
    Files.createDirectories(places.resolve(".look-" + UUID.randomUUID()));
    disks.mountAt(device, left, "ro", "subvolid=5");
    DirectoryStream<Path> holder = Files.newDirectoryStream(left);
    // When
    try (House after = new House(disks, data)) {
      awaited(after, "files");
      boolean stays = Files.exists(left.resolve(".homecloud"));
      holder.close();
      // Then
      assertThat(stays).isTrue();
      after.until("nothing to be left", () -> looks(places).isEmpty());
      assertThat(new Mounts().list())
          .noneMatch(mount -> mount.mountPoint().equals(left.toString()));
      Files.writeString(after.mountOf("files").resolve("new.txt"), "It can be written.");
      var _ = after.ready(StorageKinds.POOL, "home");
    } finally {
      holder.close();
    }
  }

  private static List<String> looks(Path places) {
    return Stream.of(Objects.requireNonNull(places.toFile().list()))
        .filter(name -> name.startsWith(".look-"))
        .toList();
  }

  @Test
  void aLookThatSomebodyHoldsIsLeftToBeSwept() throws Exception {
    // Given
    Path places = Files.createDirectories(data.resolve("pools"));
    try (House before = new House(disks, data)) {
      var pool = new PoolId(before.makePool("home", device).uid());
      before.stop();
      assertThat(new Mounts().unmount(before.mountOfPool("home").toString()))
          .isInstanceOf(MountResult.Done.class);
      disks.awaitUnmounted(device);
      var offer =
          new Offer(pool, "", List.of(before.node().disks().find("" + device).orElseThrow()), true);
      var backend = before.node().pools();
      Look look = StorageProblem.require(Look.at(backend, offer, places, false));
      try (var _ = Files.newDirectoryStream(look.pool().root())) {
        // When
        look.close();
        // Then
        assertThat(look.pool().root().resolve(".homecloud")).exists();
        assertThatThrownBy(() -> Look.sweep(backend, places))
            .isInstanceOf(StorageFailure.class)
            .hasMessageContaining("open");
      }
      Look.sweep(backend, places);
      assertThat(looks(places)).isEmpty();
    }
  }

  @Test
  void whatAPowerCutLeftBetweenTheDiskAndItsNotesIsPutRight() throws Exception {
    // Given
    UUID unnoted;
    UUID lost = UUID.randomUUID();
    try (House before = new House(disks, data)) {
      before.makePool("home", device);
      before.makeVolume("home", "files", Map.of());
      unnoted = before.makeSnapshot("files", "before-party", true, Map.of()).uid();
      Path notes = before.mountOfPool("home").resolve(".homecloud/snapshots");
      Files.move(notes.resolve(unnoted + ".json"), notes.resolve(lost + ".json"));
    }
    // When
    try (House after = new House(disks, data)) {
      awaited(after, "files");
      // Then
      Path notes = after.mountOfPool("home").resolve(".homecloud/snapshots");
      after.until("the note", () -> Files.exists(notes.resolve(unnoted + ".json")));
      assertThat(notes.resolve(unnoted + ".json"))
          .content()
          .contains(after.names(StorageKinds.SNAPSHOT).getFirst());
      assertThat(notes.resolve(lost + ".json")).doesNotExist();
    }
  }

  @Test
  void aDiskOfAnotherInstallationWaitsUntilSomebodyAsks() throws Exception {
    // Given
    try (House before = new House(disks, elsewhere)) {
      furnish(before);
    }
    try (House here = new House(disks, data)) {
      int unasked = here.adoption().adoptOurs(here.node().disks().scan()).adopted();
      // When
      Resource<PoolSpec, PoolStatus> pool =
          here.adoption().adopt(List.of(device.toString()), Optional.empty());
      // Then
      assertThat(unasked).isZero();
      assertThat(pool.name()).isEqualTo(new Name("home"));
      awaited(here, "files");
      assertThat(here.mountOf("files").resolve("letter.txt")).hasContent("Dear all");
      assertThat(here.adoption().adopt(List.of(device.toString()), Optional.empty()).uid())
          .isEqualTo(pool.uid());
    }
    // It is this one's now.
    try (House again = new House(disks, data)) {
      awaited(again, "files");
    }
  }

  @Test
  void namesThatAreTakenAreGivenUpOnlyWhenSomebodySaysSo() throws Exception {
    // Given
    try (House before = new House(disks, elsewhere)) {
      furnish(before);
    }
    Path other = disks.disk(SIZE);
    try (House here = new House(disks, data)) {
      here.makePool("home", other);
      here.makeVolume("home", "files", Map.of());
      List<String> named = List.of(device.toString());
      assertThatThrownBy(() -> here.adoption().adopt(named, Optional.empty()))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("a pool called home")
          .hasMessageContaining("\"as\"");
      // When
      Resource<PoolSpec, PoolStatus> pool =
          here.adoption().adopt(named, Optional.of(new Name("attic")));
      // Then
      assertThat(pool.name()).isEqualTo(new Name("attic"));
      assertThat(awaited(here, "attic-files").spec().pool()).isEqualTo(new Name("attic"));
      assertThat(here.mountOf("attic-files").resolve("letter.txt")).exists();
      assertThat(here.get(StorageKinds.SNAPSHOT, "before-party").spec().volume())
          .isEqualTo(new Name("attic-files"));
      assertThat(here.get(StorageKinds.SCHEDULE, "nightly").spec().volume())
          .isEqualTo(new Name("attic-files"));
    }
  }

  @Test
  void volumesOfTheSameNamesAreListed() throws Exception {
    // Given
    try (House before = new House(disks, elsewhere)) {
      before.makePool("attic", device);
      before.makeVolume("attic", "files", Map.of());
      before.makeVolume("attic", "music", Map.of());
      before.makeVolume("attic", "photos", Map.of());
    }
    Path other = disks.disk(SIZE);
    try (House here = new House(disks, data)) {
      here.makePool("home", other);
      here.makeVolume("home", "files", Map.of());
      here.makeVolume("home", "photos", Map.of());
      // When
      // Then
      assertThatThrownBy(() -> here.adoption().adopt(List.of(device.toString()), Optional.empty()))
          .isInstanceOfSatisfying(
              ProblemException.class,
              problem ->
                  assertThat(problem.members().get("volumes"))
                      .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                      .containsExactlyInAnyOrder("files", "photos"));
      assertThat(here.names(StorageKinds.POOL)).containsExactly("home");
      assertThat(here.names(StorageKinds.VOLUME)).containsExactly("files", "photos");
    }
  }
}
