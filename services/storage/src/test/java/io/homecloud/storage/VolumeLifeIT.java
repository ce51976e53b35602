package io.homecloud.storage;

import static io.homecloud.storage.StorageCalls.delete;
import static io.homecloud.storage.StorageCalls.events;
import static io.homecloud.storage.StorageCalls.get;
import static io.homecloud.storage.StorageCalls.patch;
import static io.homecloud.storage.StorageCalls.post;
import static io.homecloud.storage.StorageCalls.problem;
import static io.homecloud.storage.StorageCalls.snapshot;
import static io.homecloud.storage.StorageCalls.told;
import static io.homecloud.storage.StorageCalls.uid;
import static io.homecloud.storage.StorageCalls.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.homecloud.control.Name;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.trash.TrashSpec;
import io.homecloud.storage.volume.Place;
import io.homecloud.storage.volume.SnapshotId;
import io.homecloud.storage.volume.VolumeId;
import io.homecloud.storage.volume.VolumeSettings;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of volumes, snapshots and schedules over their life, over HTTP. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = StorageHouse.class, restrictToAnnotatedClass = true)
class VolumeLifeIT {
  @Inject StorageControl control;

  @BeforeEach
  void makePool() {
    StorageCalls.pool("home", 2L << 30);
  }

  private MountedPool pool(String name) {
    return control.pools().require(uid("/pools/" + name));
  }

  private VolumeSettings settings(String volume) {
    return control
        .node()
        .volumes()
        .settings(pool("home"), new VolumeId(uid("/volumes/" + volume)))
        .orElseThrow();
  }

  private Path noted(String kind, String name) {
    return pool("home")
        .root()
        .resolve(".homecloud/%s/%s.json".formatted(kind, uid("/" + kind + "/" + name)));
  }

  @Test
  void everythingThatCanBeWishedOfAVolumeIsDone() {
    // When
    post(
            "/volumes?wait=120s",
            """
            {'metadata':{'name':'wishes','labels':{'for':'databases'}},
             'spec':{'pool':'home','displayName':'Unsere Datenbanken ☃','noCow':true,'quota':'64Mi',
              'owner':'20000:20001','mode':'0750','deletionPolicy':'Trash'}}
            """)
        .statusCode(201);
    // Then
    get("/volumes/wishes")
        .body("spec.displayName", equalTo("Unsere Datenbanken ☃"))
        .body("spec.deletionPolicy", equalTo("Trash"))
        .body("metadata.labels.for", equalTo("databases"))
        .body("metadata.createdBy", not(equalTo("")))
        .body("metadata.creationTimestamp", notNullValue());
    get("/volumes?labelSelector=for=databases").body("items.metadata.name", contains("wishes"));
    assertThat(settings("wishes").noCow()).isTrue();
    assertThat(settings("wishes").quota()).isEqualTo(OptionalLong.of(64L << 20));
    assertThat(settings("wishes").owner()).hasToString("20000:20001");
    assertThat(settings("wishes").mode()).isEqualTo(0750);
    problem(patch("/volumes/wishes", "{'spec':{'noCow':false}}"), 422, "field-immutable");
    problem(patch("/volumes/wishes", "{'spec':{'pool':'other'}}"), 422, "field-immutable");
    problem(patch("/volumes/wishes", "{'spec':{'compression':'zstd:3'}}"), 422, "value-invalid");
    problem(patch("/volumes/wishes", "{'spec':{'displayName':' '}}"), 422, "value-invalid");
    problem(patch("/volumes/wishes", "{'spec':{'deletionPolicy':'Burn'}}"), 400, "body-invalid");
    patch("/volumes/wishes", "{'metadata':{'labels':{'for':null,'by':'me'}}}").statusCode(200);
    eventually(
        () -> assertThat(noted("volumes", "wishes")).content().contains("\"by\":\"me\"", "☃"));
  }

  @Test
  void aQuotaGrowsAndShrinksButNotBelowWhatIsUsed() throws IOException {
    // Given
    Path volume = volume("home", "quota", ",'quota':'50M'");
    byte[] much = new byte[20 << 20];
    new java.util.Random(1).nextBytes(much);
    Files.write(volume.resolve("film"), much);
    snapshot("quota", "quota-a");
    // When / Then
    patch("/volumes/quota?wait=120s", "{'spec':{'quota':'2G'}}").statusCode(200);
    assertThat(settings("quota").quota()).isEqualTo(OptionalLong.of(2_000_000_000));
    patch("/volumes/quota?wait=120s", "{'spec':{'quota':'30M'}}").statusCode(200);
    assertThat(settings("quota").quota()).isEqualTo(OptionalLong.of(30_000_000));
    problem(patch("/volumes/quota", "{'spec':{'quota':'10M'}}"), 422, "quota-below-used");
    get("/volumes/quota")
        .body("spec.quota", equalTo("30M"))
        .body("status.conditions.find{it.type=='Ready'}.status", equalTo("True"));
    assertThat(settings("quota").quota()).isEqualTo(OptionalLong.of(30_000_000));
    patch("/volumes/quota?wait=120s", "{'spec':{'quota':null}}")
        .statusCode(200)
        .body("spec.quota", nullValue());
    assertThat(settings("quota").quota()).isEmpty();
  }

  @Test
  void aQuotaThatIsNearlyUsedIsToldOncePerCrossing() throws Exception {
    // Given
    Path volume = volume("home", "narrow", ",'quota':'100M'");

    // When
    byte[] film = new byte[97_000_000];
    new Random(97).nextBytes(film); // of zeros nothing would be left
    Files.write(volume.resolve("film"), film);
    Asking.run("sync", "-f", volume.toString());

    // Then
    spaceLow("narrow", "of 100 MB of its quota are left.");
    told("volume.space-low", "\"narrow\"", "\"quota\":100000000");

    // When
    patch("/volumes/narrow?wait=120s", "{'spec':{'quota':null}}").statusCode(200);

    // Then
    spaceLow("narrow", null);
    told("volume.space-regained", "\"narrow\"");
    assertThat(events("volume.space-low"))
        .filteredOn(told -> told.contains("\"narrow\""))
        .hasSize(1);
  }

  private static void spaceLow(String volume, @Nullable String ending) {
    within(
        Duration.ofMinutes(1),
        () ->
            get("/volumes/" + volume)
                .body(
                    "status.conditions.find{it.type=='SpaceLow'}?.message",
                    ending == null ? nullValue() : endsWith(ending)));
  }

  @Test
  void aPinnedSnapshotStaysUntilItIsUnpinned() {
    // Given
    volume("home", "pinned", "");
    post(
            "/snapshots?wait=120s",
            "{'metadata':{'name':'pinned-a','labels':{'of':'2026'}},'spec':{'volume':'pinned','pinned':true}}")
        .statusCode(201)
        .body("metadata.createdBy", not(equalTo("")));
    assertThat(noted("snapshots", "pinned-a"))
        .content()
        .contains("\"pinned\":true", "\"of\":\"2026\"");
    // When
    problem(delete("/snapshots/pinned-a"), 409, "snapshot-pinned");
    patch("/snapshots/pinned-a", "{'metadata':{'labels':{'of':'2027'}}}").statusCode(200);
    eventually(
        () -> assertThat(noted("snapshots", "pinned-a")).content().contains("\"of\":\"2027\""));
    delete("/volumes/pinned?wait=120s").statusCode(204);
    // Then
    String trashed =
        get("/trash").extract().path("items.find{it.spec.volume=='pinned'}.metadata.name");
    problem(delete("/trash/" + trashed), 409, "snapshot-pinned");
    patch("/snapshots/pinned-a?wait=120s", "{'spec':{'pinned':false}}").statusCode(200);
    assertThat(noted("snapshots", "pinned-a")).content().contains("\"pinned\":false");
    problem(patch("/snapshots/pinned-a", "{'spec':{'volume':'quota'}}"), 422, "field-immutable");
    problem(patch("/snapshots/pinned-a", "{'spec':{'displayName':''}}"), 422, "value-invalid");
    delete("/snapshots/pinned-a?wait=120s").statusCode(204);
    delete("/trash/" + trashed + "?wait=120s").statusCode(204);
    get("/trash").body("items.spec.volume", not(hasItem("pinned")));
  }

  @Test
  void theTrashIsEmptiedOfAllThatIsNotPinned() {
    // Given
    for (String name : List.of("emptied-a", "emptied-b", "emptied-kept")) {
      volume("home", name, "");
    }
    post(
            "/snapshots?wait=120s",
            "{'metadata':{'name':'emptied-s'},'spec':{'volume':'emptied-kept','pinned':true}}")
        .statusCode(201);
    List<String> ids =
        Stream.of("emptied-a", "emptied-b", "emptied-kept")
            .map(name -> uid("/volumes/" + name).toString())
            .toList();
    for (String name : List.of("emptied-a", "emptied-b", "emptied-kept")) {
      delete("/volumes/" + name + "?wait=120s").statusCode(204);
    }
    problem(delete("/trash?pool=nowhere"), 404, "pool-not-found");
    get("/trash").body("items.metadata.name", hasItems(ids.toArray(String[]::new)));

    // When
    var emptied = delete("/trash?pool=home");

    // Then
    emptied
        .statusCode(200)
        .body("deleted", hasItems(ids.get(0), ids.get(1)))
        .body("pinned", hasItem(ids.get(2)));
    eventually(() -> get("/trash").body("items.metadata.name", not(hasItem(ids.get(0)))));
    eventually(() -> get("/trash").body("items.metadata.name", not(hasItem(ids.get(1)))));
    get("/trash").body("items.metadata.name", hasItem(ids.get(2)));
    patch("/snapshots/emptied-s?wait=120s", "{'spec':{'pinned':false}}").statusCode(200);
    delete("/trash").statusCode(200);
    eventually(() -> get("/trash").body("items.metadata.name", not(hasItem(ids.get(2)))));
    told("volume.purged", ids.get(2), "\"emptied-kept\"", "\"reason\":\"asked\"");
  }

  @Test
  void nothingIsNotedAgainOfASnapshotWhoseVolumeIsDeletedForGood() {
    // Given
    volume("home", "purged", "");
    snapshot("purged", "purged-a");
    Path note = noted("snapshots", "purged-a");
    UUID snapshot = uid("/snapshots/purged-a");
    Place.Snapshot place =
        new Place.Snapshot(new VolumeId(uid("/volumes/purged")), new SnapshotId(snapshot));
    delete("/volumes/purged?wait=120s").statusCode(204);
    String trashed =
        get("/trash").extract().path("items.find{it.spec.volume=='purged'}.metadata.name");
    ResourceStore store = control.plane().resources();

    // When it is looked at again after its subvolume has gone and before its row has
    store.useTransaction(transaction -> {
      assertThat(store.lock(transaction.handle(), StorageKinds.SNAPSHOT, snapshot)).isPresent();
      delete("/trash/" + trashed).statusCode(202);
      eventually(() -> assertThat(control.node().volumes().info(pool("home"), place)).isEmpty());
      for (int i = 0; i < 20; i++) {
        control.plane().wake(snapshot);
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
    });

    // Then
    eventually(() -> get("/trash/" + trashed).statusCode(404));
    get("/snapshots/purged-a").statusCode(404);
    assertThat(note).doesNotExist();
  }

  @Test
  void theTrashGoesOldestFirstWhenRoomIsScarce() throws IOException {
    // Given
    StorageCalls.pool("small", 640L << 20);
    for (String name : List.of("first", "second")) {
      fill(volume("small", name, ""), name, "100M");
      snapshot(name, name + "-a");
      delete("/volumes/" + name + "?wait=120s").statusCode(204);
    }
    get("/trash").body("items.spec.volume", hasItems("first", "second"));
    Path third = volume("small", "third", "");
    int files = 0;
    while (fill(third, "f" + files, "16M")) {
      files++;
    }
    volume("small", "fourth", "");
    // When
    delete("/volumes/fourth?wait=120s").statusCode(204);
    // Then
    eventually(() -> get("/trash").body("items.spec.volume", not(hasItem("first"))));
    get("/trash").body("items.spec.volume", hasItems("second", "fourth"));
    told("volume.purged", "\"first\"", "\"reason\":\"room\"");
    get("/snapshots/first-a").statusCode(404);
    get("/snapshots/second-a").statusCode(200);
    String root = pool("small").root().toString();
    snapshot("third", "third-a");
    remount(root, "ro");
    problem(post("/volumes/third/rollback", "{'snapshot':'third-a'}"), 409, "read-only");
    problem(post("/snapshots/third-a/restore", "{'paths':['']}"), 409, "read-only");
    problem(delete("/volumes/third"), 409, "read-only");
    get("/volumes/third").body("metadata.deletionTimestamp", nullValue());
    assertThat(third.resolve("f0")).exists();
    remount(root, "rw");
  }

  private static void remount(String root, String how) {
    HostCommand command =
        new HostCommand(Duration.ofMinutes(1), "mount", "-o", "remount," + how, root);
    // Refused while something of it is open for writing.
    eventually(() ->
        assertThat(new LocalHost().run(command))
            .isInstanceOfSatisfying(
                Exited.class, exited -> assertThat(exited.code()).as(exited.stderr()).isZero()));
  }

  private static boolean fill(Path volume, String name, String size) {
    HostResult result =
        new LocalHost()
            .run(
                new HostCommand(
                    Duration.ofMinutes(1),
                    "fallocate",
                    "-l",
                    size,
                    volume.resolve(name).toString()));
    return result instanceof Exited(int code, _, _) && code == 0;
  }

  @Test
  void theTrashKeepsAVolumeForAWeek() {
    // Given
    volume("home", "weekly", "");
    String name = uid("/volumes/weekly").toString();
    delete("/volumes/weekly?wait=120s").statusCode(204);
    Instant now = Instant.now();
    // When / Then
    trashedAt(name, now.minus(Duration.ofDays(6)));
    eventually(() ->
        get("/trash/" + name)
            .body(
                "status.expiresAt",
                equalTo(
                    now.minus(Duration.ofDays(6))
                        .plus(Duration.ofDays(7))
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString())));
    trashedAt(name, now.minus(Duration.ofDays(8)));
    eventually(() -> get("/trash/" + name).statusCode(404));
    assertThat(pool("home").root().resolve("@trash/" + name)).doesNotExist();
    told("volume.purged", name, "\"weekly\"", "\"reason\":\"expired\"");
  }

  @Test
  void ofASnapshotThatIsNotOnThePoolNoNoteStaysWhenItsVolumeIsPurged() {
    // Given
    volume("home", "purged", "");
    snapshot("purged", "half-gone");
    Path note = noted("snapshots", "half-gone");
    VolumeId volume = new VolumeId(uid("/volumes/purged"));
    SnapshotId snapshot = new SnapshotId(uid("/snapshots/half-gone"));
    var _ = control.node().volumes().delete(pool("home"), new Place.Snapshot(volume, snapshot));
    assertThat(note).exists();

    // When
    delete("/volumes/purged?wait=120s").statusCode(204);
    delete("/trash/" + volume.value() + "?wait=120s").statusCode(204);

    // Then
    assertThat(note).doesNotExist();
    get("/snapshots").body("items.metadata.name", not(hasItem("half-gone")));
  }

  private void trashedAt(String name, Instant time) {
    var _ =
        control
            .plane()
            .resources()
            .change(
                StorageKinds.TRASH,
                new Name(name),
                Optional.empty(),
                entry ->
                    new ResourceStore.Wish<>(
                        new TrashSpec(
                            entry.spec().volume(),
                            entry.spec().spec(),
                            time.truncatedTo(ChronoUnit.SECONDS)),
                        entry.metadata().labels()));
  }

  /** The counters of volumes in the pool. */
  private long counters() {
    return Asking.run("btrfs", "qgroup", "show", pool("home").root().toString())
        .lines()
        .filter(line -> line.startsWith("1/"))
        .count();
  }

  @Test
  void aVolumeThatWasNeverMadeLeavesNoCounter() throws IOException {
    // Given
    UUID uid = UUID.randomUUID();
    Path inTheWay = pool("home").root().resolve("@volumes/" + uid);
    Files.createDirectory(inTheWay);
    long before = counters();
    var like = control.plane().resources().find(StorageKinds.POOL, new Name("home")).orElseThrow();
    VolumeSpec spec =
        new VolumeSpec(like.name(), null, null, null, null, null, null, false, null, null);
    control
        .plane()
        .resources()
        .create(
            StorageKinds.VOLUME,
            new ResourceStore.Draft<>(
                uid, new Name("unmade"), like.node(), like.uid(), Map.of(), spec, "test"));
    eventually(() ->
        get("/volumes/unmade")
            .body("status.conditions.find{it.type=='Ready'}.reason", equalTo("NameTaken")));
    long meanwhile = counters();
    // When
    delete("/volumes/unmade?wait=120s").statusCode(204);
    // Then
    assertThat(meanwhile).isEqualTo(before + 1);
    assertThat(counters()).isEqualTo(before);
    Files.delete(inTheWay);
  }

  @Test
  void aVolumeWhoseDeletionCannotBeWrittenDownStaysInItsPlace() throws IOException {
    // Given
    Path volume = volume("home", "stays", "");
    Files.writeString(volume.resolve("letter"), "here");
    var database = control.plane().database();
    database.useTransaction(transaction ->
        transaction
            .handle()
            .execute(
                """
                create function refused() returns trigger language plpgsql as $$
                  begin raise exception 'no deletion now'; end $$;
                create trigger refused before update of deletion_requested_at on resource for each row
                  when (new.name = 'stays') execute function refused();\
                """));
    // When
    try {
      assertThat(delete("/volumes/stays").extract().statusCode()).isGreaterThanOrEqualTo(500);
    } finally {
      database.useTransaction(
          transaction -> transaction.handle().execute("drop function refused cascade"));
    }
    // Then
    eventually(() -> assertThat(volume.resolve("letter")).hasContent("here"));
    get("/volumes/stays").body("metadata.deletionTimestamp", nullValue());
    StorageCalls.told("volume.changed", uid("/volumes/stays").toString());
  }

  /** As if it had been admitted just before. */
  private void cloneOf(UUID original, String name) {
    var like = control.plane().resources().find(StorageKinds.POOL, new Name("home")).orElseThrow();
    VolumeSpec spec =
        new VolumeSpec(
            like.name(),
            null,
            null,
            null,
            null,
            null,
            null,
            false,
            null,
            new VolumeSpec.Source(original, null));
    control
        .plane()
        .resources()
        .create(
            StorageKinds.VOLUME,
            new ResourceStore.Draft<>(
                UUID.randomUUID(),
                new Name(name),
                like.node(),
                like.uid(),
                Map.of(),
                spec,
                "test"));
  }

  @Test
  void aCloneWhoseOriginalWentToTheTrashFirstSaysTheWayOut() {
    // Given
    volume("home", "original", "");
    UUID original = uid("/volumes/original");
    delete("/volumes/original?wait=120s").statusCode(204);
    String ready = "status.conditions.find{it.type=='Ready'}.";
    // When
    cloneOf(original, "too-late");
    // Then
    eventually(() ->
        get("/volumes/too-late")
            .body(ready + "reason", equalTo("VolumeNotFound"))
            .body(
                ready + "message",
                containsString("/api/storage/v1/trash/" + original + "/restore")));
    post("/trash/" + original + "/restore?wait=120s", "").statusCode(200);
    eventually(() -> get("/volumes/too-late").body(ready + "status", equalTo("True")));
    delete("/volumes/original?wait=120s").statusCode(204);
    delete("/trash/" + original + "?wait=120s").statusCode(204);
    cloneOf(original, "much-too-late");
    eventually(() ->
        get("/volumes/much-too-late")
            .body(ready + "message", containsString("was deleted before that was made")));
    delete("/volumes/much-too-late?wait=120s").statusCode(204);
  }
}
