package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.freshName;
import static io.homecloud.storage.Asking.run;
import static io.homecloud.storage.Asking.upload;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.storage.catalogue.ReadingProcess;
import io.homecloud.testkit.ChildJvm;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A disk that somebody prepared for us: its catalogue lies, and is too large, and leads away. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class ForeignPoolIT {
  private static final long GIB = 1L << 30;
  private static final int LARGEST_DOCUMENT = 64 * 1024;

  private interface Furnishing {
    void in(Path root) throws IOException;
  }

  private static Path foreign(Furnishing furnishing) throws IOException {
    LoopDisks disks = StorageHouse.disks();
    Path device = disks.disk(512L << 20);
    run("mkfs.btrfs", "-q", "-m", "single", "-L", "homecloud-gift", device.toString());
    Path root = disks.mount(device);
    furnishing.in(root);
    disks.unmount(device, root);
    return device;
  }

  private static Response adopt(Path device, String as) {
    return asking()
        .body("{\"disks\":[\"" + device + "\"],\"as\":\"" + as + "\"}")
        .post(API + "/pools/adopt?wait=60s");
  }

  private static void subvolume(Path at) throws IOException {
    Files.createDirectories(at.getParent());
    run("btrfs", "subvolume", "create", at.toString());
  }

  /** A document of a volume or the like, right but for what is replaced in it. */
  private static String document(String kind, UUID uid, String spec) {
    return """
    {"format":1,"installation":"%s","kind":"%s","uid":"%s","name":"%s","labels":{},"spec":%s,\
    "generation":1,"createdAt":"2026-11-02T00:00:00Z","createdBy":"eve","parent":null,"released":false}\
    """
        .formatted(UUID.randomUUID(), kind, uid, "g" + uid.toString().substring(0, 8), spec);
  }

  private static void assertEveryNameIsOne(String pool) {
    for (String kind : List.of("pools", "volumes", "snapshots", "snapshot-schedules", "trash")) {
      List<String> names =
          asking().get(API + "/" + kind + "?limit=1000").path("items.metadata.name");
      assertThat(names).allMatch(Name::valid);
    }
    String data = StorageHouse.disks().directory().toString();
    assertThat(Everything.now().mounts())
        .allMatch(place ->
            place.matches(data + "/(pools|volumes)/[a-z0-9-]+")
                || place.startsWith(data + "/mount"));
    Asking.asking().get(API + "/pools/" + pool).then().statusCode(200);
  }

  @Test
  void aCatalogueThatLiesIsReadForWhatItIs() throws IOException {
    // Given
    Path outside = StorageHouse.directory(freshName());
    Files.writeString(outside.resolve("secret"), "nobody's business");
    UUID[] volumes = new UUID[14];
    Path device =
        foreign(root -> {
          Path notes = Files.createDirectories(root.resolve(".homecloud/volumes"));
          Path plans = Files.createDirectories(root.resolve(".homecloud/snapshot-schedules"));
          String plain = "{\"pool\":\"gift\"}";
          for (int i = 0; i < volumes.length; i++) {
            UUID uid = UUID.randomUUID();
            volumes[i] = uid;
            subvolume(root.resolve("@volumes/" + uid));
            Path note = notes.resolve(uid + ".json");
            String good = document("Volume", uid, plain);
            switch (i) {
              case 0 -> Files.writeString(note, good.replace("\"g", "\"../../etc/g"));
              case 1 -> Files.writeString(note, good.replace("\"g", "\"\\u001b[2J\\u0000\\ng"));
              case 2 -> Files.writeString(note, good.replace("\"g", "\"" + "n".repeat(64)));
              case 3 ->
                  Files.writeString(
                      note, document("Volume", uid, "{\"pool\":\"gift\",\"quota\":\"99999Ei\"}"));
              case 4 ->
                  Files.writeString(
                      note,
                      document(
                          "Volume", uid, "{\"pool\":\"gift\",\"quota\":\"9223372036854775807\"}"));
              case 5 -> Files.writeString(note, "[".repeat(60_000));
              case 6 -> {
                try (RandomAccessFile sparse = new RandomAccessFile(note.toFile(), "rw")) {
                  sparse.setLength(GIB);
                }
              }
              case 7 -> Files.createSymbolicLink(note, Path.of("/etc/shadow"));
              case 8 -> run("mkfifo", note.toString());
              case 9 -> Files.createDirectory(note);
              case 10 ->
                  Files.writeString(
                      note,
                      good.replace("2026-11-02", "9999-12-31")
                          .replace("\"generation\":1", "\"generation\":9223372036854775807")
                          .replace("\"eve\"", "\"" + "\\u202e".repeat(5000) + "\""));
              case 11 ->
                  Files.writeString(
                      note,
                      document(
                          "Volume",
                          uid,
                          "{\"pool\":\"gift\",\"displayName\":\"\\u202e%s\",\"source\":{\"volume\":\"%s\"}}"
                              .formatted("x".repeat(50_000), uid)));
              case 12 -> Files.writeString(note, good.replace(uid.toString(), "../" + uid));
              default ->
                  Files.writeString(
                      note,
                      document(
                          "Volume",
                          uid,
                          "{\"pool\":\"gift\",\"owner\":\"-1:-1\",\"mode\":\"7777\"}"));
            }
            UUID plan = UUID.randomUUID();
            Files.writeString(
                plans.resolve(plan + ".json"),
                document(
                        "SnapshotSchedule",
                        plan,
                        "{\"volume\":\"x\",\"schedule\":\"%s * * * *\",\"retention\":{\"daily\":%d}}"
                            .formatted("0" + ",1".repeat(i * 2000), i - 1))
                    .replace("\"parent\":null", "\"parent\":\"" + uid + "\""));
          }
          Files.createDirectory(root.resolve("@volumes/" + UUID.randomUUID()));
          Files.createSymbolicLink(root.resolve("@volumes/" + UUID.randomUUID()), outside);
          subvolume(root.resolve("@volumes/..\u001b[2J\nevil"));
          subvolume(root.resolve("@snapshots/" + volumes[0] + "/" + UUID.randomUUID()));
          Files.createSymbolicLink(root.resolve("@snapshots/" + volumes[1]), outside);
          subvolume(root.resolve("@trash/" + UUID.randomUUID()));
          Files.createSymbolicLink(root.resolve("@trash/" + UUID.randomUUID()), Path.of("/"));
          Files.writeString(notes.resolve("..\u001b[2J.json"), "{}");
        });
    String pool = freshName();
    // When
    Response offers = asking().get(API + "/offers");
    Response answer = adopt(device, pool);
    // Then
    assertThat(offers.statusCode()).as(offers.asString()).isEqualTo(200);
    assertThat(offers.<List<String>>path("items.find{it.label=='homecloud-gift'}.volumes.name"))
        .hasSize(volumes.length)
        .allMatch(Name::valid);
    assertThat(offers.asString()).doesNotContain("\u001b", "\u202e");
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(201);
    assertThat(answer.<String>path("status.conditions.find{it.type=='Adopted'}.reason"))
        .isEqualTo("AdoptedWithFindings");
    assertThat(answer.<String>path("status.conditions.find{it.type=='Adopted'}.message"))
        .doesNotContain("\u001b", "\u202e", "\n")
        .hasSizeLessThan(2000);
    List<String> inside =
        asking()
            .get(API + "/volumes?limit=1000")
            .path("items.findAll{it.spec.pool=='" + pool + "'}.metadata.uid");
    assertThat(inside).hasSize(volumes.length);
    assertEveryNameIsOne(pool);
    eventually(() ->
        assertThat(
                asking()
                    .get(API + "/volumes?limit=1000")
                    .<List<String>>path(
                        "items.findAll{it.spec.pool=='"
                            + pool
                            + "'}.collect{it.status.conditions.find{c->c.type=='Ready'}.status}"))
            .as("no volume leaves the others behind")
            .filteredOn("True"::equals)
            .hasSizeGreaterThanOrEqualTo(volumes.length - 1));
    assertThat(outside.toFile().list()).containsExactly("secret");
  }

  @Test
  void aCatalogueThatLeadsAwayIsNotFollowedAndSaid() throws IOException {
    // Given
    Path outside = StorageHouse.directory(freshName());
    for (String place : List.of(".homecloud", "@volumes", ".homecloud/pools")) {
      for (boolean link : new boolean[] {true, false}) {
        Path device =
            foreign(root -> {
              Path there = root.resolve(place);
              Files.createDirectories(there.getParent());
              if (link) {
                Files.createSymbolicLink(there, outside);
              } else {
                Files.writeString(there, "no directory");
              }
            });
        String pool = freshName();
        // When
        Response answer =
            asking()
                .body("{\"disks\":[\"" + device + "\"],\"as\":\"" + pool + "\"}")
                .post(API + "/pools/adopt");
        // Then
        assertThat(answer.statusCode()).as(answer.asString()).isBetween(200, 499);
        if (answer.statusCode() < 300) {
          eventually(() -> {
            Response shown = asking().get(API + "/pools/" + pool);
            assertThat(shown.<String>path("status.conditions.find{it.type=='Ready'}.status"))
                .as(place + link + shown.asString())
                .isEqualTo("False");
            assertThat(shown.<String>path("status.conditions.find{it.type=='Ready'}.reason"))
                .as(place + link + shown.asString())
                .isEqualTo("NameTaken");
          });
        } else {
          Asking.assertHelps(answer);
        }
        assertThat(outside).isEmptyDirectory();
      }
    }
  }

  @Test
  void aGibibyteOfCatalogueCostsLittle() throws Exception {
    // Given: every document is the same file, which costs nothing to make and all to read
    Path device =
        foreign(root -> {
          subvolume(root.resolve("@volumes/" + UUID.randomUUID()));
          Path plans = Files.createDirectories(root.resolve(".homecloud/snapshot-schedules"));
          UUID first = UUID.randomUUID();
          String document =
              document("SnapshotSchedule", first, "{\"volume\":\"x\",\"schedule\":\"PAD\"}");
          String full = document.replace("PAD", "0".repeat(LARGEST_DOCUMENT - document.length()));
          Path one = Files.writeString(plans.resolve(first + ".json"), full);
          for (long size = 0; size < GIB; size += LARGEST_DOCUMENT) {
            Files.createLink(plans.resolve(UUID.randomUUID() + ".json"), one);
          }
        });
    String pool = freshName();
    // When
    Response answer = adopt(device, pool);
    // Then
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(201);
    assertThat(answer.<String>path("status.conditions.find{it.type=='Adopted'}.reason"))
        .isEqualTo("AdoptedWithFindings");
    String root = answer.path("status.mountPath");
    try (ChildJvm small = ChildJvm.start(64, ReadingProcess.class, root)) {
      small.await(line -> line.startsWith("read, findings: "), Duration.ofMinutes(2));
    }
    String volume = Asking.volume(pool, "");
    assertThat(upload(Asking.files(volume, "x"), new byte[5]).statusCode()).isEqualTo(201);
  }
}
