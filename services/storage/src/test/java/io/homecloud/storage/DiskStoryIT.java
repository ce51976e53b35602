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
import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Disks that come, are looked into, imported from, adopted and let go, over HTTP. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = StorageHouse.class, restrictToAnnotatedClass = true)
class DiskStoryIT {
  private static final long MIB = 1 << 20;

  private final LoopDisks disks = StorageHouse.disks();

  @BeforeAll
  static void showWhatFailed() {
    RestAssured.enableLoggingOfRequestAndResponseIfValidationFails();
  }

  /** A disk of somebody, with files on it. */
  private Path foreign(String... make) throws Exception {
    Path node = disks.disk(256 * MIB);
    String[] argv = java.util.Arrays.copyOf(make, make.length + 1);
    argv[make.length] = node.toString();
    run(argv);
    Path place = disks.mount(node);
    Files.createDirectories(place.resolve("photos"));
    Files.writeString(place.resolve("photos/summer.jpg"), "sun");
    Files.writeString(place.resolve("letter.txt"), "dear reader");
    disks.unmount(node, place);
    return node;
  }

  /** What the disk is called, once the kernel has told of it; its node may have been another's. */
  private static String id(Path node) {
    AtomicReference<String> id = new AtomicReference<>("");
    eventually(() -> {
      List<String> ids =
          get("/disks?limit=500").extract().path("items.findAll{it.path=='" + node + "'}.id");
      assertThat(ids).hasSize(1);
      get("/disks/" + ids.getFirst()).statusCode(200).body("path", equalTo("" + node));
      id.set(ids.getFirst());
    });
    return Objects.requireNonNull(id.get());
  }

  @Test
  void aDiskIsToldWhenItComesAndWhenItWasMadeSafeToRemove() {
    // Given
    Path node = disks.disk(64 * MIB);
    String id = id(node);
    eventually(() ->
        get("/disks/" + id)
            .statusCode(200)
            .body("node", equalTo("testnode"))
            .body("transport", equalTo("loop"))
            .body("content", equalTo("nothing known"))
            .body("safeToRemove", equalTo(true))
            .body("obstacles.size()", equalTo(0))
            .body("health.result", equalTo("Unsupported"))
            .body("conditions.find{it.type=='Failing'}.status", equalTo("Unknown")));
    told("disk.attached", "\"" + id + "\"");
    // When
    asking()
        .post(API + "/disks/" + id + "/eject")
        .then()
        .statusCode(200)
        .body("unplug", equalTo("now"));
    // Then
    told("disk.detached", "\"" + id + "\"");
    get("/disks/" + id)
        .statusCode(404)
        .body("type", equalTo("urn:homecloud:problem:disk-not-found"));
    asking().post(API + "/disks/" + id + "/eject").then().statusCode(404);
    asking().post(API + "/disks/" + id + "/check").then().statusCode(404);
    assertThat(events("disk.attached")).filteredOn(told -> told.contains(id)).hasSize(1);
  }

  @Test
  void whatPeopleNoteOfADiskStaysWithIt() {
    // Given
    Path node = disks.disk(64 * MIB);
    Path image = disks.image(node);
    String id = id(node);
    String shelf = "shelf-" + id.hashCode();
    // When
    asking()
        .body(
            "{\"displayName\":\"The blue one\",\"labels\":{\"place\":\""
                + shelf
                + "\",\"old\":\"yes\"}}")
        .patch(API + "/disks/" + id)
        .then()
        .statusCode(200);
    asking()
        .body("{\"labels\":{\"old\":null}}")
        .patch(API + "/disks/" + id)
        .then()
        .statusCode(200)
        .body("displayName", equalTo("The blue one"))
        .body("labels", equalTo(Map.of("place", shelf)))
        .body("notedBy", not(emptyOrNullString()))
        .body("notedAt", not(emptyOrNullString()));
    for (String wrong :
        List.of(
            "{\"displayName\":\"\"}",
            "{\"displayName\":\"a\\u0007b\"}",
            "{\"labels\":{\"a b\":\"c\"}}",
            "{\"labels\":[]}",
            "{\"size\":1}",
            "[]")) {
      int status = asking().body(wrong).patch(API + "/disks/" + id).statusCode();
      assertThat(status).as(wrong).isIn(400, 422);
    }
    asking().post(API + "/disks/" + id + "/eject").then().statusCode(200);
    told("disk.detached", "\"" + id + "\"");
    asking().body("{\"displayName\":\"x\"}").patch(API + "/disks/" + id).then().statusCode(404);
    Path again = disks.attach(image);
    // Then
    assertThat(id(again)).isEqualTo(id);
    eventually(() ->
        get("/disks?labelSelector=place=" + shelf)
            .body("items.id", equalTo(List.of(id)))
            .body("items[0].displayName", equalTo("The blue one"))
            .body("items[0].health.result", equalTo("Unsupported")));
  }

  @Test
  void aDiskThatSomebodyUsesIsNotLetGoAndWhoItIsIsNamed() throws Exception {
    // Given
    Path node = foreign("mkfs.ext4", "-q");
    Path place = disks.mount(node);
    String id = id(node);
    try (InputStream _ = Files.newInputStream(place.resolve("letter.txt"))) {
      // When
      var refused = asking().post(API + "/disks/" + id + "/eject");
      // Then
      refused
          .then()
          .statusCode(409)
          .body("type", equalTo("urn:homecloud:problem:disk-busy"))
          .body("detail", containsString("(" + ProcessHandle.current().pid() + ") has "))
          .body("detail", containsString("letter.txt open"));
      get("/disks/" + id)
          .body("safeToRemove", equalTo(false))
          .body("heldBy", contains("mounted at " + place))
          .body("mountPoints", contains(place.toString()));
    }
    asking().post(API + "/disks/" + id + "/check").then().statusCode(200);
    asking().post(API + "/disks/" + id + "/eject").then().statusCode(200);
  }

  @Test
  void theFilesOfADiskAreImportedAndTheDiskStaysAsItWas() throws Exception {
    // Given
    StorageCalls.pool("shelf", "", disks.disk(512 * MIB));
    Path volume = StorageCalls.volume("shelf", "inbox");
    Path node = foreign("mkfs.ext4", "-q");
    String before = run("sha256sum", disks.image(node).toString());
    String wish = "{'volume':'inbox','path':'from%20uncle'}";
    // When
    var first = completed(post("/disks/" + id(node) + "/import", wish));
    var second = completed(post("/disks/" + id(node) + "/import", wish));
    // Then
    first
        .body("action", equalTo("import"))
        .body("resource.name", equalTo("inbox"))
        .body("progress.unit", equalTo("bytes"))
        .body("progress.done", equalTo(14))
        .body("progress.total", equalTo(14))
        .body("result.files", equalTo(2))
        .body("result.findings.size()", equalTo(0));
    second.body("result.files", equalTo(0)).body("result.skipped", equalTo(2));
    assertThat(volume.resolve("from uncle/photos/summer.jpg")).hasContent("sun");
    assertThat(Files.getAttribute(volume.resolve("from uncle/letter.txt"), "unix:uid"))
        .isEqualTo(1000);
    assertThat(run("sha256sum", disks.image(node).toString())).isEqualTo(before);
    get("/disks/" + id(node)).body("safeToRemove", equalTo(true));
    importsThatCannotBe(node);
  }

  private void importsThatCannotBe(Path node) throws Exception {
    String import_ = "/disks/" + id(node) + "/import";
    post(import_, "{'path':'x'}")
        .statusCode(400)
        .body("type", equalTo("urn:homecloud:problem:body-invalid"));
    post(import_, "{'volume':'nothing','path':'x'}").statusCode(404);
    post(import_, "{'volume':'inbox','path':'../x'}")
        .statusCode(422)
        .body("type", equalTo("urn:homecloud:problem:file-name-invalid"));
    post(import_, "{'volume':'inbox','path':'x','partition':'sda9'}")
        .statusCode(422)
        .body("detail", containsString("holds a ext4 file system"));
    post("/disks/no-such-disk/import", "{'volume':'inbox','path':'x'}").statusCode(404);
    Path blank = disks.disk(MIB);
    post("/disks/" + id(blank) + "/import", "{'volume':'inbox','path':'x'}")
        .statusCode(422)
        .body("type", equalTo("urn:homecloud:problem:file-system-unsupported"))
        .body("detail", containsString("nothing known"));
    disks.mount(node);
    post(import_, "{'volume':'inbox','path':'x'}")
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:disk-busy"));
  }

  @Test
  void aPoolOfSomebodyElseIsOfferedAdoptedGivenAwayAndNotTakenUnasked() throws Exception {
    // Given
    Path node = foreign("mkfs.btrfs", "-q", "-L", "attic");
    Path image = disks.image(node);
    String id = id(node);
    get("/disks/" + id)
        .body("content", containsString("\"attic\""))
        .body("poolUid.length()", equalTo(36))
        .body("pool", nullValue());
    get("/pools/attic").statusCode(404);
    // When
    post("/pools/adopt", "{'disks':['" + id + "'],'as':'attic'}").statusCode(201);
    within(
        Duration.ofMinutes(1), () -> get("/pools/attic").body("status.state", equalTo("Healthy")));
    get("/pools/attic")
        .body("status.conditions.find{it.type=='Adopted'}.status", equalTo("True"))
        .body("status.conditions.find{it.type=='Adopted'}.reason", equalTo("AdoptedWithFindings"))
        .body(
            "status.conditions.find{it.type=='Adopted'}.message",
            allOf(containsString("export the pool"), containsString(": letter.txt, photos.")));
    // Then
    get("/disks/" + id).body("pool", equalTo("attic")).body("safeToRemove", equalTo(false));
    StorageCalls.pool("loft", "", disks.disk(512 * MIB));
    Path volume = StorageCalls.volume("loft", "found");
    post("/disks/" + id + "/import", "{'volume':'found','path':'attic'}")
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:disk-busy"))
        .body("detail", containsString("POST /api/storage/v1/pools/attic/export"));
    asking()
        .post(API + "/disks/" + id + "/eject")
        .then()
        .statusCode(409)
        .body("detail", containsString("pools/attic/export"))
        .body("pool", equalTo("attic"));
    asking()
        .post(API + "/pools/attic/export")
        .then()
        .statusCode(200)
        .body("status.state", equalTo("Exported"));
    told("pool.exporting", "\"attic\"");
    completed(post("/disks/" + id + "/import", "{'volume':'found','path':'attic'}"));
    assertThat(volume.resolve("attic/photos/summer.jpg")).hasContent("sun");
    asking().post(API + "/disks/" + id + "/eject").then().statusCode(200);
    Path again = disks.attach(image);
    get("/disks/" + id(again)).body("pool", nullValue());
    get("/pools").body("items.metadata.name", not(hasItem("attic")));
  }

  @Test
  void poolsThatCannotBeAreRefusedWithTheReason() {
    // Given
    Path one = disks.disk(512 * MIB);
    Path two = disks.disk(512 * MIB);
    String wish = "{'metadata':{'name':'wish'},'spec':{'disks':['%s'],'dataProfile':'%s'}}";
    // When / Then
    post("/pools", wish.formatted(one + "','" + two, "raid5"))
        .statusCode(422)
        .body("type", equalTo("urn:homecloud:problem:profile-refused"))
        .body("detail", containsString("lose its parity at a power cut"));
    post("/pools", wish.formatted(one, "raid1"))
        .statusCode(422)
        .body("type", equalTo("urn:homecloud:problem:too-few-disks"))
        .body("detail", containsString("raid1 needs at least 2 disks"));
    post("/pools", wish.formatted(one + "','" + one, "raid1"))
        .statusCode(422)
        .body("detail", containsString("named twice"));
    post("/pools", wish.formatted("/dev/nothing", "single"))
        .statusCode(404)
        .body("type", equalTo("urn:homecloud:problem:disk-not-found"));
    StorageCalls.pool("taken", "", one);
    post("/pools", wish.formatted(one, "single"))
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:disk-busy"));
    post("/pools/taken/disks", "{'disk':'" + one + "'}")
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:disk-busy"));
    asking()
        .delete(API + "/pools/taken/disks/1")
        .then()
        .statusCode(422)
        .body("detail", equalTo("It is the last disk of the pool."));
    post("/pools/taken/convert", "{'dataProfile':'raid1c3','metadataProfile':'raid1c3'}")
        .statusCode(422)
        .body("detail", equalTo("raid1c3 needs 3 disks, and the pool has 1."));
    post("/pools/taken/balance", "{'dataUsage':101}")
        .statusCode(422)
        .body("type", equalTo("urn:homecloud:problem:value-invalid"));
    completed(post("/pools/taken/balance", "{'dataUsage':50,'metadataUsage':50}"));
    completed(post("/pools/taken/disks", "{'disk':'" + two + "'}"));
    get("/pools/taken").body("status.devices.size()", equalTo(2));
    completed(StorageCalls.delete("/pools/taken/disks/" + id(two)));
    get("/pools/taken")
        .body("status.devices.size()", equalTo(1))
        .body("spec.disks", contains(id(one)));
    get("/disks/" + id(two)).body("content", equalTo("nothing known"));
  }

  @Test
  void aDiskThatAnotherPoolWaitsForIsRefusedAndErasingCanBeWithdrawn() {
    // Given
    Path small = disks.disk(64 * MIB);
    String wish = "{'metadata':{'name':'%s'},'spec':{'disks':['" + small + "'],'erase':true}}";
    post("/pools", wish.formatted("waits")).statusCode(201);
    // When / Then
    post("/pools", wish.formatted("also"))
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:disk-busy"))
        .body("detail", containsString("belongs to pool waits"));
    eventually(() -> get("/pools/waits").body("status.state", equalTo("Pending")));
    for (boolean erase : List.of(false, true)) {
      StorageCalls.patch("/pools/waits", "{'spec':{'erase':" + erase + "}}")
          .statusCode(200)
          .body("spec.erase", equalTo(erase));
    }
    StorageCalls.delete("/pools/waits?wait=120s").statusCode(204);
  }

  @Test
  void figuresAreReadWhenTheyAreAskedForAndGoWithWhatTheyAreAbout() {
    // Given
    StorageCalls.pool("counted", "", disks.disk(512 * MIB));
    String wish = "{'metadata':{'name':'tallied'},'spec':{'pool':'counted','quota':'100Mi'}}";
    post("/volumes?wait=120s", wish).statusCode(201);
    // When
    String there = metrics();
    asking().post(API + "/pools/counted/export").then().statusCode(200);
    String gone = metrics();
    // Then
    assertThat(there)
        .contains(
            "homecloud_pool_capacity_bytes{pool=\"counted\",} 5.36870912E8",
            "homecloud_pool_errors{pool=\"counted\",} 0.0",
            "homecloud_pool_degraded{pool=\"counted\",} 0.0",
            "homecloud_pool_ready{pool=\"counted\",} 1.0",
            "homecloud_volume_quota_bytes{pool=\"counted\",volume=\"tallied\",} 1.048576E8")
        .containsPattern("homecloud_pool_whole_bytes\\{pool=\"counted\",} [1-9]")
        .containsPattern("homecloud_pool_used_bytes\\{pool=\"counted\",} [1-9]")
        .containsPattern("homecloud_pool_available_bytes\\{pool=\"counted\",} [1-9]")
        .containsPattern("homecloud_volume_used_bytes\\{pool=\"counted\",volume=\"tallied\",} ")
        .containsPattern(
            "homecloud_device_errors\\{pool=\"counted\",device=\"1\",path=\"/dev/loop\\d+\",kind=\"write\",} 0.0");
    assertThat(gone).doesNotContain("\"counted\"", "\"tallied\"");
  }

  @Test
  void allThatWasToldIsAsPromised() {
    // Given
    Path node = disks.disk(MIB);
    told("disk.attached", id(node));
    // When
    List<String> all = TestKafka.messages("homecloud.storage");
    // Then
    assertThat(all)
        .allSatisfy(told -> assertThat(EventSchemas.violations(told)).as(told).isEmpty());
  }
}
