package io.homecloud.storage.disk;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.catalogue.Wishes;
import io.homecloud.storage.disk.Health.Verdict;
import io.homecloud.testkit.TestPostgres;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of disks from one start of the service to the next. */
class DiskRegisterIT {
  private static final long MIB = 1 << 20;

  private static final DiskEvents DEAF =
      _ -> {
        throw new StorageFailure("nothing is heard here");
      };

  private final DiskBench bench = new DiskBench();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final ControlPlane plane =
      new ControlPlane(
          "storage",
          "node1",
          source,
          Wishes.JSON,
          Clock.systemUTC(),
          event -> {
            told.add(event.type() + " " + event.data().path("id").asText());
            return CompletableFuture.completedFuture(null);
          },
          Map.of());

  DiskRegisterIT() {
    plane.start(List.of(), List.of());
  }

  @AfterEach
  void leaveNothing() {
    plane.close();
    source.close();
    bench.close();
  }

  /** As after a start: nothing is remembered but what is in the database. */
  private DiskRegister started() {
    return new DiskRegister("node1", plane.resources(), Clock.systemUTC());
  }

  private List<Disk> there() {
    return bench.disks.scan().stream().filter(Disk::offered).toList();
  }

  @Test
  void aDiskIsToldOnceAndNotAgainAfterARestart() {
    // Given
    String staying = bench.look(bench.loops.disk(MIB)).id().value();
    Path goes = bench.loops.disk(MIB);
    String going = bench.look(goes).id().value();
    started().agree(this::there);
    started().agree(this::there);
    bench.run("losetup", "--detach", goes.toString());
    String coming = bench.look(bench.loops.disk(MIB)).id().value();
    // When
    started().agree(this::there);
    // Then
    eventually(() ->
        assertThat(told)
            .filteredOn(one -> one.contains(staying) || one.contains(going) || one.contains(coming))
            .containsExactlyInAnyOrder(
                "io.homecloud.disk.attached.v1 " + staying,
                "io.homecloud.disk.attached.v1 " + going,
                "io.homecloud.disk.detached.v1 " + going,
                "io.homecloud.disk.attached.v1 " + coming));
  }

  @Test
  void whatPeopleNoteOfADiskIsKeptWhileItIsAway() {
    // Given
    Disk disk = bench.look(bench.loops.disk(MIB));
    DiskNote note = new DiskNote("The blue one", Map.of("shelf", "2"));
    DiskRegister register = started();
    register.agree(() -> List.of(disk));
    register.note(disk.id(), _ -> note, "alice");
    register.checked(disk, reading(Verdict.FAILING, "It expects to fail."));
    // When
    register.agree(() -> List.of());
    register.checked(disk, reading(Verdict.FAILING, "It said so before."));
    started().agree(() -> List.of());
    boolean known = started().known().containsKey(disk.id().value());
    started().agree(() -> List.of(disk));
    // Then
    assertThat(known).isFalse();
    var row = started().find(disk.id()).orElseThrow();
    assertThat(row.spec().displayName()).isEqualTo("The blue one");
    assertThat(row.spec().notedBy()).isEqualTo("alice");
    assertThat(row.metadata().labels()).isEqualTo(Map.of("shelf", "2"));
    // It may have been repaired meanwhile, so it is asked anew.
    assertThat(row.conditions()).isEmpty();
    assertThat(started().known()).containsKey(disk.id().value());
    register.note(disk.id(), _ -> new DiskNote(null, Map.of()), "bob");
    register.agree(() -> List.of());
    assertThat(started().find(disk.id())).isEmpty();
    eventually(() ->
        assertThat(told)
            .filteredOn(one -> one.contains(disk.id().value()) && !one.contains("failing"))
            .extracting(one -> one.split(" ", 2)[0])
            .containsExactly(
                "io.homecloud.disk.attached.v1",
                "io.homecloud.disk.detached.v1",
                "io.homecloud.disk.attached.v1",
                "io.homecloud.disk.detached.v1"));
  }

  @Test
  void aDiskThatExpectsToFailIsToldOnce() {
    // Given
    Disk disk = bench.look(bench.loops.disk(MIB));
    DiskRegister register = started();
    register.agree(() -> List.of(disk));
    HealthReading failing = reading(Verdict.FAILING, "It expects to fail.");
    // When
    register.checked(disk, failing);
    register.checked(disk, new HealthReading.Asleep());
    started().checked(disk, failing);
    // Then
    DiskStatus status = Objects.requireNonNull(register.find(disk.id()).orElseThrow().status());
    assertThat(Conditions.isTrue(status.conditions(), DiskStatus.FAILING)).isTrue();
    assertThat(Objects.requireNonNull(status.checkup()).result()).isEqualTo(Checkup.Result.Failing);
    assertThat(status.checkup().temperature()).isEqualTo(41);
    register.checked(disk, reading(Verdict.HEALTHY, ""));
    assertThat(
            Conditions.isTrue(
                register.find(disk.id()).orElseThrow().conditions(), DiskStatus.FAILING))
        .isFalse();
    register.agree(() -> List.of());
    eventually(() -> assertThat(told).anyMatch(one -> one.contains("disk.detached")));
    assertThat(told).filteredOn(one -> one.contains("disk.failing")).hasSize(1);
  }

  @Test
  void aDiskThatIsSuspectIsToldOnceAndIsSoStillWhenItSleeps() {
    // Given
    Disk disk = bench.look(bench.loops.disk(MIB));
    DiskRegister register = started();
    register.agree(() -> List.of(disk));
    HealthReading suspect = reading(Verdict.SUSPECT, "8 sectors cannot be read");
    // When
    register.checked(disk, suspect);
    register.checked(disk, new HealthReading.Asleep());
    started().checked(disk, suspect);
    // Then
    var failing =
        Conditions.find(register.find(disk.id()).orElseThrow().conditions(), DiskStatus.FAILING)
            .orElseThrow();
    assertThat(failing.status()).isEqualTo(Truth.False);
    assertThat(failing.message()).isEqualTo("8 sectors cannot be read");
    register.agree(() -> List.of());
    eventually(() -> assertThat(told).anyMatch(one -> one.contains("disk.detached")));
    assertThat(told).filteredOn(one -> one.contains("disk.suspect")).hasSize(1);
    assertThat(told).noneMatch(one -> one.contains("disk.failing"));
  }

  @Test
  void aPoolIsToldWhenADiskOfItBeginsToFailAndWhenItIsWellAgain() {
    // Given
    Disk disk = bench.look(bench.disk(128 * MIB, "mkfs.btrfs", "-q"));
    UUID pool = ((DiskContent.BtrfsMember) disk.content()).fsid();
    DiskRegister register = started();
    register.agree(() -> List.of(disk));
    AtomicReference<Verdict> verdict = new AtomicReference<>(Verdict.HEALTHY);
    List<UUID> touched = new CopyOnWriteArrayList<>();
    try (SeenDisks seen = new SeenDisks(bench.disks);
        DiskKeeper keeper =
            new DiskKeeper(
                seen,
                register,
                new DiskTools(
                    DEAF,
                    asked ->
                        asked.id().equals(disk.id())
                            ? reading(Objects.requireNonNull(verdict.get()), "It expects to fail.")
                            : new HealthReading.Unsupported("another disk of the machine"),
                    bench.removal),
                Clock.systemUTC(),
                touched::add)) {
      keeper.ask(disk);
      keeper.start();
      for (Verdict next : List.of(Verdict.SUSPECT, Verdict.FAILING, Verdict.HEALTHY)) {
        // When
        verdict.set(next);
        keeper.ask(disk);
        keeper.ask(disk);
        // Then
        List<UUID> expected =
            switch (next) {
              case SUSPECT -> List.of();
              case FAILING -> List.of(pool);
              case HEALTHY -> List.of(pool, pool);
            };
        eventually(() -> assertThat(touched).isEqualTo(expected));
      }
    }
  }

  private static HealthReading reading(Verdict verdict, String reason) {
    return new HealthReading.Reported(
        new Health(
            verdict,
            reason.isEmpty() ? List.of() : List.of(reason),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.of(41),
            OptionalLong.empty(),
            OptionalLong.empty()));
  }
}
