package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.metrics;
import static io.homecloud.storage.Asking.run;
import static io.homecloud.storage.StorageCalls.completed;
import static io.homecloud.storage.StorageCalls.events;
import static io.homecloud.storage.StorageCalls.get;
import static io.homecloud.storage.StorageCalls.post;
import static io.homecloud.storage.StorageCalls.told;
import static io.homecloud.storage.StorageCalls.uid;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Disks of pools that vanish, come back, fail, rot and fill up, over HTTP. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = StorageHouse.class, restrictToAnnotatedClass = true)
class PoolTroubleIT {
  private static final long GIB = 1L << 30;
  private static final int MIB = 1 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final LoopDisks disks = StorageHouse.disks();

  @BeforeAll
  static void showWhatFailed() {
    RestAssured.enableLoggingOfRequestAndResponseIfValidationFails();
  }

  @AfterAll
  static void allThatWasToldWasAsPromised() {
    assertThat(TestKafka.messages("homecloud.storage"))
        .allSatisfy(told -> assertThat(EventSchemas.violations(told)).as(told).isEmpty());
  }

  /** A file of noise, on the disk. */
  private static byte[] write(Path file, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(file.hashCode()).nextBytes(content);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    return content;
  }

  /** What is on the disk now, in another file; the pool goes on. */
  private Path copy(Path node, Path pool) {
    Path copy = disks.image(node).resolveSibling(disks.image(node).getFileName() + ".copy");
    run("fsfreeze", "--freeze", pool.toString());
    try {
      run("cp", "--sparse=always", disks.image(node).toString(), copy.toString());
    } finally {
      run("fsfreeze", "--unfreeze", pool.toString());
    }
    return copy;
  }

  private static void state(String pool, String state) {
    within(PATIENCE, () -> get("/pools/" + pool).body("status.state", equalTo(state)));
  }

  private static void sound(String pool) {
    state(pool, "Healthy");
    get("/pools/" + pool)
        .body("status.conditions.find{it.type=='Degraded'}.status", equalTo("False"))
        .body("status.devices.missing", everyItem(equalTo(false)))
        .body("status.profiles.findAll{it.used!='0'}.profile", everyItem(equalTo("raid1")));
  }

  @Test
  void aDiskThatVanishesIsToldAndTakenInAgainWhenItComesBack() throws Exception {
    // Given
    Path one = disks.disk(3 * GIB);
    Path two = disks.disk(3 * GIB);
    Path root = StorageCalls.pool("mirror", "", one, two);
    Path volume = StorageCalls.volume("mirror", "docs");
    byte[] film = write(volume.resolve("film"), 20 * MIB);
    Path copy = copy(two, root);
    // When
    disks.vanish(two);
    // Then
    state("mirror", "Degraded");
    get("/pools/mirror")
        .body("status.devices.find{it.id==2}.missing", equalTo(true))
        .body(
            "status.conditions.find{it.type=='Degraded'}.message",
            containsString("/api/storage/v1/pools/mirror/disks/2/replace"));
    told("pool.degraded", "\"mirror\"", "device 2");
    byte[] late = write(volume.resolve("late"), 20 * MIB);
    completed(post("/pools/mirror/balance", "{'dataUsage':0,'metadataUsage':0}"));
    get("/pools/mirror").body("spec.disks", hasSize(2));
    // When
    Path back = disks.attach(copy);
    // Then
    sound("mirror");
    told("pool.healthy", "\"mirror\"");
    within(
        PATIENCE,
        () ->
            get("/tasks")
                .body(
                    "items.findAll{it.action=='scrub' && it.resource.name=='mirror'}.state",
                    contains("Completed")));
    get("/pools/mirror")
        .body("status.devices.path", hasItem(back.toString()))
        .body("status.lastScrub.corrected", greaterThan(0))
        .body("status.lastScrub.uncorrectable", equalTo(0))
        .body("status.devices.errors", everyItem(equalTo(0)));
    within(PATIENCE, () -> assertThat(volume.resolve("late")).exists());
    // The disk that came back must have all of it.
    disks.vanish(one);
    state("mirror", "Degraded");
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
    assertThat(Files.readAllBytes(volume.resolve("film"))).isEqualTo(film);
    assertThat(Files.readAllBytes(volume.resolve("late"))).isEqualTo(late);
    within(
        PATIENCE,
        () ->
            assertThat(events("pool.degraded"))
                .filteredOn(told -> told.contains("mirror"))
                .hasSize(2));
    replacedByAnother(back, one, volume, film);
  }

  private void replacedByAnother(Path survivor, Path gone, Path volume, byte[] film)
      throws Exception {
    Path small = disks.disk(GIB);
    Path fresh = disks.disk(3 * GIB);
    post("/pools/mirror/disks/1/replace", "{'with':'" + small + "'}")
        .statusCode(422)
        .body("type", equalTo("urn:homecloud:problem:disk-too-small"));
    post("/pools/mirror/disks/1/replace", "{'with':'" + survivor + "'}").statusCode(409);
    post("/pools/mirror/disks/7/replace", "{'with':'" + fresh + "'}").statusCode(404);
    post("/pools/mirror/disks/1/replace", "{}").statusCode(400);
    completed(post("/pools/mirror/disks/1/replace", "{'with':'" + fresh + "'}"));
    sound("mirror");
    get("/pools/mirror")
        .body("status.devices.path", hasItem(fresh.toString()))
        .body("status.devices.path", not(hasItem(gone.toString())))
        .body("spec.disks", hasSize(2));
    assertThat(Files.readAllBytes(volume.resolve("film"))).isEqualTo(film);
  }

  @Test
  void aPoolThatIsMissingADiskFromTheStartIsReplacedToAllItsCopies() throws Exception {
    // Given
    Path one = disks.disk(2 * GIB);
    Path two = disks.disk(2 * GIB);
    StorageCalls.pool("pair", "", one, two);
    Path volume = StorageCalls.volume("pair", "books");
    byte[] before = write(volume.resolve("before"), 20 * MIB);
    asking().post(API + "/pools/pair/export").then().statusCode(200);
    run("losetup", "--detach", two.toString());
    post("/pools/adopt?wait=120s", "{'disks':['" + one + "']}")
        .statusCode(201)
        .body("status.state", equalTo("Degraded"));
    told("pool.degraded", "\"pair\"");
    within(PATIENCE, () -> assertThat(volume.resolve("before")).exists());
    // More than fits into the chunks that have two copies already.
    run("fallocate", "--length", "200MiB", volume.resolve("reserved").toString());
    byte[] during = write(volume.resolve("during"), 20 * MIB);
    get("/pools/pair").body("status.profiles.profile", hasItem("single"));
    Path fresh = disks.disk(2 * GIB);
    // When
    completed(post("/pools/pair/disks/2/replace", "{'with':'" + fresh + "'}"));
    // Then
    sound("pair");
    told("pool.healthy", "\"pair\"");
    disks.vanish(one);
    state("pair", "Degraded");
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
    assertThat(Files.readAllBytes(volume.resolve("before"))).isEqualTo(before);
    assertThat(Files.readAllBytes(volume.resolve("during"))).isEqualTo(during);
  }

  @Test
  void aMissingDiskGivesWayToASmallerOneThatJoins() throws Exception {
    // Given
    Path one = disks.disk(2 * GIB);
    Path two = disks.disk(2 * GIB);
    StorageCalls.pool("uneven", "", one, two);
    Path volume = StorageCalls.volume("uneven", "films");
    byte[] before = write(volume.resolve("before"), 20 * MIB);
    asking().post(API + "/pools/uneven/export").then().statusCode(200);
    run("losetup", "--detach", two.toString());
    post("/pools/adopt?wait=120s", "{'disks':['" + one + "']}")
        .statusCode(201)
        .body("status.state", equalTo("Degraded"));
    within(PATIENCE, () -> assertThat(volume.resolve("before")).exists());
    run("fallocate", "--length", "200MiB", volume.resolve("reserved").toString());
    byte[] during = write(volume.resolve("during"), 20 * MIB);
    get("/pools/uneven").body("status.profiles.profile", hasItem("single"));
    Path smaller = disks.disk(2 * GIB - 4 * MIB);
    post("/pools/uneven/disks/2/replace", "{'with':'" + smaller + "'}")
        .statusCode(422)
        .body("type", equalTo("urn:homecloud:problem:disk-too-small"))
        .body(
            "detail",
            allOf(
                containsString("2044 MiB"),
                containsString("2048 MiB"),
                containsString("DELETE …/disks/2")));
    // When
    completed(post("/pools/uneven/disks", "{'disk':'" + smaller + "'}"));
    completed(StorageCalls.delete("/pools/uneven/disks/2"));
    // Then
    sound("uneven");
    get("/pools/uneven").body("spec.disks", hasSize(2)).body("status.devices", hasSize(2));
    disks.vanish(one);
    state("uneven", "Degraded");
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
    assertThat(Files.readAllBytes(volume.resolve("before"))).isEqualTo(before);
    assertThat(Files.readAllBytes(volume.resolve("during"))).isEqualTo(during);
  }

  @Test
  void theOnlyDiskOfAPoolIsPulledAndPluggedInElsewhere() throws Exception {
    // Given
    Path stick = disks.disk(GIB);
    Path root = StorageCalls.pool("stick", "", stick);
    Path volume = StorageCalls.volume("stick", "notes");
    byte[] note = write(volume.resolve("note"), 4 * MIB);
    StorageCalls.snapshot("notes", "notes-a");
    Path _ = StorageCalls.volume("stick", "letters");
    asking().get(API + "/snapshots/notes-a/files/note").then().statusCode(200);
    Path copy = copy(stick, root);
    // When
    disks.vanish(stick);
    // Then
    state("stick", "Unavailable");
    told("pool.degraded", "\"stick\"");
    assertThat(metrics()).contains("homecloud_pool_ready{pool=\"stick\",} 0.0");
    within(PATIENCE, () -> asking().get(API + "/volumes/notes/files/note").then().statusCode(409));
    asking()
        .get(API + "/snapshots/notes-a/files/note")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:snapshot-not-ready"));
    // When: a wish that has to wait
    StorageCalls.delete("/volumes/letters?wait=1s").statusCode(202);
    // Then
    within(
        PATIENCE,
        () ->
            get("/volumes/letters")
                .body("status.conditions.find{it.type=='Ready'}.reason", equalTo("PoolNotReady"))
                .body(
                    "status.conditions.find{it.type=='Ready'}.message",
                    allOf(containsString("deleted when"), containsString("/pools/stick/export"))));
    // When
    Path back = disks.attach(copy);
    // Then
    state("stick", "Healthy");
    told("pool.healthy", "\"stick\"");
    assertThat(metrics()).contains("homecloud_pool_ready{pool=\"stick\",} 1.0");
    get("/pools/stick").body("status.devices.path", contains(back.toString()));
    within(PATIENCE, () -> assertThat(Files.readAllBytes(volume.resolve("note"))).isEqualTo(note));
    within(PATIENCE, () -> get("/volumes/letters").statusCode(404));
    get("/trash").body("items.spec.volume", hasItem("letters"));
  }

  @Test
  void aPoolWhoseOnlyDiskIsDeadIsGivenUpAndItsNamesAreFree() throws Exception {
    // Given
    Path dead = disks.disk(GIB);
    Path root = StorageCalls.pool("buried", "", dead);
    Path _ = StorageCalls.volume("buried", "memories");
    StorageCalls.snapshot("memories", "memories-a");
    Path copy = copy(dead, root);
    disks.vanish(dead);
    state("buried", "Unavailable");
    // When
    asking().post(API + "/pools/buried/export").then().statusCode(200);
    // Then
    get("/pools/buried").statusCode(404);
    get("/volumes/memories").statusCode(404);
    get("/snapshots/memories-a").statusCode(404);
    told("pool.exporting", "\"buried\"", "memories");
    Path _ = StorageCalls.pool("buried", "", disks.disk(GIB));
    Path again = StorageCalls.volume("buried", "memories");
    assertThat(again).isEmptyDirectory();
    // And when it was not dead after all
    Path _ = disks.attach(copy);
    // Then
    within(
        PATIENCE, () -> get("/offers").body("items.volumes.flatten().name", hasItem("memories")));
    get("/volumes/memories").statusCode(200);
    assertThat(again).isEmptyDirectory();
  }

  @Test
  void aDiskThatFailsIsToldAndThePoolGoesOn() throws Exception {
    // Given
    Path good = disks.disk(2 * GIB);
    Path bad = disks.disk(2 * GIB);
    StorageCalls.pool("worn", "", good, bad);
    Path volume = StorageCalls.volume("worn", "music");
    disks.resize(bad, 64 * MIB);
    // When
    byte[] song = write(volume.resolve("song"), 40 * MIB);
    // Then
    within(
        PATIENCE,
        () ->
            get("/pools/worn")
                .body("status.devices.find{it.id==2}.ioErrors", greaterThan(0))
                .body("status.conditions.find{it.type=='DeviceErrors'}.status", equalTo("True"))
                .body(
                    "status.conditions.find{it.type=='DeviceErrors'}.message",
                    containsString("writes failed")));
    state("worn", "Degraded");
    get("/pools/worn")
        .body("status.conditions.find{it.type=='Degraded'}.reason", equalTo("DiskFailing"))
        .body(
            "status.conditions.find{it.type=='Degraded'}.message",
            containsString("/api/storage/v1/pools/worn/disks/2/replace"));
    told("disk.failing", "Pool worn counted");
    told("pool.degraded", "\"worn\"");
    assertThat(metrics()).contains("homecloud_pool_degraded{pool=\"worn\",} 1.0");
    assertThat(Files.readAllBytes(volume.resolve("song"))).isEqualTo(song);
    disks.resize(bad, 2 * GIB);
    asking().post(API + "/pools/worn/reset-errors").then().statusCode(200);
    get("/pools/worn").body("status.devices.errors", everyItem(equalTo(0)));
    state("worn", "Healthy");
    told("pool.healthy", "\"worn\"");
  }

  /** Overwrites the place of a disk where the content begins. */
  private void damage(Path node, byte[] content) throws IOException {
    byte[] sector = Arrays.copyOf(content, 4096);
    try (RandomAccessFile image = new RandomAccessFile(disks.image(node).toFile(), "rw")) {
      byte[] piece = new byte[4 * MIB];
      for (long at = 0; at < image.length(); at += piece.length) {
        image.seek(at);
        image.readFully(piece);
        for (int i = 0; i < piece.length; i += sector.length) {
          if (Arrays.equals(piece, i, i + sector.length, sector, 0, sector.length)) {
            image.seek(at + i);
            image.write(new byte[64]);
            image.getChannel().force(true);
            return;
          }
        }
      }
    }
    throw new AssertionError("the content is not on the disk");
  }

  @Test
  void aScrubRepairsWhatHasAnotherCopyAndNamesWhatHasNone() throws Exception {
    // Given
    Path copied = disks.disk(GIB);
    StorageCalls.pool("double", "", copied, disks.disk(GIB));
    Path doubled = StorageCalls.volume("double", "safe");
    byte[] kept = write(doubled.resolve("kept"), 4 * MIB);
    Path only = disks.disk(GIB);
    StorageCalls.pool("lone", "", only);
    Path alone = StorageCalls.volume("lone", "unsafe");
    byte[] lost = write(Files.createDirectory(alone.resolve("2019")).resolve("lost"), 4 * MIB);
    StorageCalls.snapshot("unsafe", "monday");
    post("/volumes/unsafe/clone?wait=120s", "{'name':'gone'}").statusCode(201);
    StorageCalls.delete("/volumes/gone?wait=120s").statusCode(204);
    run("sync", "-f", doubled.toString());
    run("sync", "-f", alone.toString());
    damage(copied, kept);
    damage(only, lost);
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
    // When
    var repaired = completed(asking().post(API + "/pools/double/scrub").then());
    var named = completed(asking().post(API + "/pools/lone/scrub").then());
    // Then
    String[] damaged = {
      "unsafe/2019/lost", "unsafe/.snapshots/monday/2019/lost", "@trash/gone/2019/lost"
    };
    repaired
        .body("result.corrected", equalTo(1))
        .body("result.uncorrectable", equalTo(0))
        .body("result.damaged", hasSize(0))
        .body("progress.unit", equalTo("bytes"));
    named
        .body("result.uncorrectable", equalTo(1))
        .body("result.damaged", containsInAnyOrder(damaged));
    get("/pools/lone")
        .body("status.lastScrub.damagedFiles", containsInAnyOrder(damaged))
        .body("status.lastScrub.moreDamaged", equalTo(false))
        .body("status.lastScrub.damagedMetadata", equalTo(false))
        .body("status.lastScrub.unverified", equalTo(0))
        .body("status.nextScrub", containsString("T"));
    told("pool.scrub-completed", "\"lone\"", "\"uncorrectable\":1", "\"unsafe/2019/lost\"");
    told("pool.scrub-completed", "\"double\"", "\"corrected\":1", "\"damagedFiles\":[]");
    assertThat(Files.readAllBytes(doubled.resolve("kept"))).isEqualTo(kept);
    // What a scrub counts itself is no reason for another one.
    StorageCalls.patch("/pools/lone?wait=120s", "{'spec':{'compression':'zstd:3'}}")
        .statusCode(200)
        .body("status.conditions.find{it.type=='DeviceErrors'}.status", equalTo("True"));
    assertThat(scrubs("lone")).containsExactly("Completed");
  }

  private static Map<String, String> zipped(String path) throws IOException {
    byte[] zip = asking().get(API + path).then().statusCode(200).extract().asByteArray();
    Map<String, String> contents = new HashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        contents.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return contents;
  }

  private static List<String> scrubs(String pool) {
    return get("/tasks?limit=500")
        .extract()
        .path("items.findAll{it.action=='scrub' && it.resource.name=='%s'}.state".formatted(pool));
  }

  @Test
  void aFileThatCannotBeReadIsLookedForByAScrubAndTold() throws Exception {
    // Given
    Path only = disks.disk(GIB);
    StorageCalls.pool("rotten", "", only);
    Path volume = StorageCalls.volume("rotten", "album");
    byte[] photo = write(volume.resolve("photo"), 4 * MIB);
    Files.writeString(volume.resolve("letter"), "Dear aunt");
    run("sync", "-f", volume.toString());
    get("/pools/rotten").body("status.devices.errors", contains(0));
    damage(only, photo);
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
    // When
    assertThatThrownBy(() -> Files.readAllBytes(volume.resolve("photo")))
        .isInstanceOf(IOException.class);
    // Then
    within(
        PATIENCE,
        () -> get("/pools/rotten").body("status.lastScrub.damagedFiles", contains("album/photo")));
    told("pool.scrub-completed", "\"rotten\"", "\"album/photo\"");
    get("/pools/rotten")
        .body("status.state", equalTo("Healthy"))
        .body(
            "status.conditions.find{it.type=='DeviceErrors'}.message",
            allOf(
                containsString("blocks were wrong"),
                containsString("POST /api/storage/v1/pools/rotten/reset-errors")));
    assertThat(zipped("/volumes/album/files/?zip"))
        .containsEntry("album/letter", "Dear aunt")
        .containsEntry("album/photo", "")
        .hasEntrySatisfying(
            "album/homecloud-unreadable.txt",
            text -> assertThat(text).endsWith("\n\nalbum/photo\n"));
    Files.delete(volume.resolve("photo"));
    asking().post(API + "/pools/rotten/reset-errors").then().statusCode(200);
    get("/pools/rotten")
        .body("status.conditions.find{it.type=='DeviceErrors'}.status", equalTo("False"));
    within(PATIENCE, () -> assertThat(scrubs("rotten")).containsExactly("Completed"));
  }

  @Test
  void aScrubThatTakesLongIsStoppedByHttp() throws Exception {
    // Given
    StorageCalls.pool("slow", "", disks.disk(GIB));
    Path volume = StorageCalls.volume("slow", "patient");
    byte[] film = write(volume.resolve("film"), 100 * MIB);
    run("sync", "-f", volume.toString());
    Path limit =
        Path.of("/sys/fs/btrfs", uid("/pools/slow").toString(), "devinfo/1/scrub_speed_max");
    Files.writeString(limit, Integer.toString(MIB));
    // When
    String scrub = post("/pools/slow/scrub", "").statusCode(202).extract().path("id");
    within(
        PATIENCE,
        () ->
            get("/tasks/" + scrub)
                .body("state", equalTo("Running"))
                .body("progress.done", greaterThan(0))
                .body("progress.unit", equalTo("bytes")));
    post("/tasks/" + scrub + "/cancel", "").statusCode(202);
    // Then
    get("/tasks/" + scrub + "?wait=120s").statusCode(200).body("state", equalTo("Cancelled"));
    assertThat(run("btrfs", "scrub", "status", volume.toString())).doesNotContain("running");
    get("/pools/slow").body("status.state", equalTo("Healthy"));
    assertThat(Files.readAllBytes(volume.resolve("film"))).isEqualTo(film);
    Files.writeString(limit, "0");
    completed(asking().post(API + "/pools/slow/scrub").then())
        .body("result.uncorrectable", equalTo(0));
  }

  @Test
  void littleRoomIsToldOncePerCrossing() throws Exception {
    // Given
    StorageCalls.pool("narrow", "", disks.disk(GIB));
    Path volume = StorageCalls.volume("narrow", "heap");
    Path big = volume.resolve("big");
    // When
    run("fallocate", "--length", "860MiB", big.toString());
    run("sync", "-f", volume.toString());
    lowSpace("True");
    told("pool.space-low", "\"narrow\"");
    run("fallocate", "--length", "8MiB", volume.resolve("little").toString());
    lowSpace("True");
    // Then
    get("/pools/narrow").body("status.state", equalTo("Healthy"));
    Files.delete(big);
    run("btrfs", "filesystem", "sync", volume.toString());
    lowSpace("False");
    // What is answered is read just then; what is told follows when it is written down.
    told("pool.space-regained", "\"narrow\"");
    run("fallocate", "--length", "860MiB", big.toString());
    run("sync", "-f", volume.toString());
    lowSpace("True");
    within(
        PATIENCE,
        () ->
            assertThat(events("pool.space-low"))
                .filteredOn(told -> told.contains("\"narrow\""))
                .hasSize(2));
  }

  private static void lowSpace(String truth) {
    within(
        PATIENCE,
        () ->
            get("/pools/narrow")
                .body("status.conditions.find{it.type=='SpaceLow'}.status", equalTo(truth)));
  }
}
