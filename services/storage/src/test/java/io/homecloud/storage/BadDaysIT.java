package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.assertProblem;
import static io.homecloud.storage.Asking.body;
import static io.homecloud.storage.Asking.files;
import static io.homecloud.storage.Asking.freshName;
import static io.homecloud.storage.Asking.mountPath;
import static io.homecloud.storage.Asking.run;
import static io.homecloud.storage.Asking.upload;
import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.Elsewhere;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No room, no right to write, others who were quicker, others who hold on. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class BadDaysIT {
  private static final int MIB = 1 << 20;

  /** What failed is tried again after pauses that double. */
  private static final Duration LONGEST_PAUSES = Duration.ofMinutes(3);

  private static String pool = "";

  @BeforeEach
  void havePool() {
    pool = pool.isEmpty() ? Asking.pool(512L << 20) : pool;
  }

  private static byte[] noise(int mebibytes) {
    byte[] bytes = new byte[mebibytes * MIB];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static Response patch(String resource, String spec) {
    return asking()
        .body("{\"spec\":" + spec.replace('\'', '"') + "}")
        .patch(API + resource + "?wait=3s");
  }

  private static void label(String resource, String value) {
    asking()
        .body("{\"metadata\":{\"labels\":{\"when\":\"" + value + "\"}}}")
        .patch(API + resource)
        .then()
        .statusCode(200);
  }

  private static void assertNothingPartial(String volume) throws IOException {
    Path partial = mountPath("/volumes/" + volume).resolve(".homecloud-partial");
    if (Files.exists(partial)) {
      try (var left = Files.list(partial)) {
        assertThat(left).isEmpty();
      }
    }
  }

  private static void assertReady(String resource) {
    asking()
        .get(API + resource)
        .then()
        .body("status.conditions.find{it.type=='Ready'}.status", equalTo("True"));
  }

  private static void assertReadOnly(String resource) {
    asking()
        .get(API + resource)
        .then()
        .body("status.conditions.find{it.type=='Ready'}.reason", equalTo("ReadOnly"));
  }

  @Test
  void aQuotaBelowWhatIsUsedIsRefused() {
    // Given
    String volume = Asking.volume(pool, ",'quota':'64Mi'");
    assertThat(upload(files(volume, "noise"), noise(8)).statusCode()).isEqualTo(201);
    // When
    Response answer = patch("/volumes/" + volume, "{'quota':'1Mi'}");
    // Then
    assertProblem(answer, 422, "quota-below-used");
    asking().get(API + "/volumes/" + volume).then().body("spec.quota", equalTo("64Mi"));
  }

  @Test
  void aQuotaThatEndsAnUploadLeavesNothingOfIt() throws IOException {
    // Given
    String volume = Asking.volume(pool, ",'quota':'8Mi'");
    assertThat(upload(files(volume, "kept"), noise(2)).statusCode()).isEqualTo(201);
    // When
    HttpResponse<String> answer = upload(files(volume, "noise"), noise(32));
    // Then
    assertProblem(answer, 409, "quota-exceeded");
    assertThat(asking().get(files(volume, "")).<List<String>>path("items.name"))
        .containsExactly("kept");
    assertNothingPartial(volume);
    eventually(
        () -> assertThat(upload(files(volume, "fits"), noise(4)).statusCode()).isEqualTo(201));
  }

  @Test
  void anUploadGoesOnWhereItWasWhenTheQuotaIsRaised() throws IOException {
    // Given
    String volume = Asking.volume(pool, ",'quota':'8Mi'");
    byte[] whole = noise(16);
    byte[] first = java.util.Arrays.copyOfRange(whole, 0, 4 * MIB);
    byte[] rest = java.util.Arrays.copyOfRange(whole, 4 * MIB, whole.length);
    String total = "/" + whole.length;
    assertThat(
            upload(
                    files(volume, "noise"),
                    first,
                    "Content-Range",
                    "bytes 0-" + (first.length - 1) + total)
                .statusCode())
        .isEqualTo(202);
    String second = "bytes " + first.length + "-" + (whole.length - 1) + total;
    // When
    HttpResponse<String> refused = upload(files(volume, "noise"), rest, "Content-Range", second);
    // Then
    assertProblem(refused, 409, "quota-exceeded");
    assertThat(
            upload(files(volume, "noise"), new byte[0], "Content-Range", "bytes *" + total).body())
        .isEqualTo("{\"offset\":" + first.length + "}");
    eventually(() -> patch("/volumes/" + volume, "{'quota':'64Mi'}").then().statusCode(200));
    assertThat(upload(files(volume, "noise"), rest, "Content-Range", second).statusCode())
        .isEqualTo(201);
    assertThat(mountPath("/volumes/" + volume).resolve("noise")).hasBinaryContent(whole);
    assertNothingPartial(volume);
  }

  @Test
  void aFullPoolRefusesAndGoesOnWhenThereIsRoomAgain() throws IOException {
    // Given
    String full = Asking.pool(128L << 20);
    String volume = Asking.volume(full, "");
    String large = freshName();
    for (int piece = 0; piece < 64; piece++) {
      HttpResponse<String> answer = upload(files(volume, large + piece), noise(4));
      if (answer.statusCode() != 201) {
        assertProblem(answer, 409, "pool-full");
        break;
      }
      assertThat(piece).isLessThan(63);
    }
    // When
    HttpResponse<String> file = upload(files(volume, "more"), noise(16));
    Response wish =
        asking().body(body(freshName(), "{'pool':'" + full + "'}")).post(API + "/volumes?wait=5s");
    // Then
    assertProblem(file, 409, "pool-full");
    assertNothingPartial(volume);
    assertThat(wish.statusCode()).as(wish.asString()).isIn(201, 202);
    String name = wish.path("metadata.name");
    eventually(() ->
        asking()
            .get(API + "/volumes/" + name)
            .then()
            .body(
                "status.conditions.find{it.type=='Ready'}",
                anyOf(hasEntry("status", "True"), hasEntry("reason", "PoolFull"))));
    asking().delete(files(volume, large + "0")).then().statusCode(204);
    eventually(
        () -> assertThat(upload(files(volume, "fits"), noise(1)).statusCode()).isEqualTo(201));
    within(LONGEST_PAUSES, () -> assertReady("/volumes/" + name));
  }

  @Test
  void aPoolThatCanOnlyBeReadSaysSoAndComesBack() throws IOException {
    // Given
    String mine = Asking.pool(128L << 20);
    String volume = Asking.volume(mine, "");
    String late = "late-" + volume;
    String uid = asking().get(API + "/volumes/" + volume).path("metadata.uid");
    assertThat(upload(files(volume, "kept"), noise(1)).statusCode()).isEqualTo(201);
    Path root = mountPath("/pools/" + mine);
    run("mount", "-o", "remount,ro", root.toString());
    try {
      Everything before = Everything.now();
      // When
      HttpResponse<String> file = upload(files(volume, "new"), noise(1));
      Response change = asking().body("{\"directory\":true}").post(files(volume, "new"));
      Response deletion = asking().delete(files(volume, "kept"));
      Response wish =
          asking().body(body(late, "{'pool':'" + mine + "'}")).post(API + "/volumes?wait=2s");
      Response snapshot =
          asking().body(body(late, "{'volume':'" + volume + "'}")).post(API + "/snapshots?wait=2s");
      // Then
      assertProblem(file, 409, "read-only");
      for (Response refused : List.of(change, deletion)) {
        assertProblem(refused, 409, "read-only");
      }
      for (Response later : List.of(wish, snapshot)) {
        assertThat(later.statusCode()).as(later.asString()).isEqualTo(202);
      }
      for (String later : List.of("/volumes/" + late, "/snapshots/" + late)) {
        eventually(() -> assertReadOnly(later));
      }
      assertThat(asking().get(files(volume, "kept")).asByteArray()).hasSize(MIB);
      patch("/volumes/" + volume, "{'compression':'zstd'}");
      eventually(() -> assertReadOnly("/volumes/" + volume));
      assertThat(StorageCalls.events("volume.changed")).noneMatch(told -> told.contains(uid));
      patch("/pools/" + mine, "{'compression':'zstd:5'}");
      label("/volumes/" + volume, "late");
      for (String changed : List.of("/pools/" + mine, "/volumes/" + volume)) {
        eventually(() -> assertReadOnly(changed));
      }
      assertThat(Everything.now().onDisk()).isEqualTo(before.onDisk());
      asking()
          .get(API + "/pools/" + mine)
          .then()
          .body("status.state", equalTo("ReadOnly"))
          .body("status.conditions.find{it.type=='Degraded'}.reason", equalTo("ReadOnly"));
      StorageCalls.told("pool.degraded", mine, "allows no more writing");
    } finally {
      run("mount", "-o", "remount,rw", root.toString());
    }
    patch("/pools/" + mine, "{'compression':'zstd:6'}");
    for (String name :
        List.of("/volumes/" + late, "/snapshots/" + late, "/pools/" + mine, "/volumes/" + volume)) {
      within(LONGEST_PAUSES, () -> assertReady(name));
    }
    StorageCalls.told("volume.changed", uid);
    StorageCalls.told("pool.healthy", mine);
    asking().get(API + "/pools/" + mine).then().body("status.state", equalTo("Healthy"));
    assertThat(StorageCalls.events("pool.degraded"))
        .filteredOn(told -> told.contains(mine))
        .hasSize(1);
  }

  private static List<Response> atOnce(int times, Callable<Response> request) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(times)) {
      List<Future<Response>> asked = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        asked.add(clients.submit(request));
      }
      List<Response> answers = new ArrayList<>();
      for (Future<Response> one : asked) {
        answers.add(one.get());
      }
      return answers;
    }
  }

  private static void assertOneHasIt(List<Response> answers, int won, String word) {
    assertThat(answers).filteredOn(answer -> answer.statusCode() == won).hasSize(1);
    answers.stream()
        .filter(answer -> answer.statusCode() != won)
        .forEach(answer -> assertProblem(answer, 409, word));
  }

  @Test
  void ofSeveralWhoWantOneNameOneHasIt() throws Exception {
    // Given
    String volume = Asking.volume(pool, "");
    Path root = mountPath("/pools/" + pool);
    for (String kind : List.of("volumes", "snapshots", "snapshot-schedules")) {
      Everything before = Everything.now();
      String name = freshName();
      String spec =
          switch (kind) {
            case "volumes" -> "{'pool':'" + pool + "'}";
            case "snapshots" -> "{'volume':'" + volume + "'}";
            default -> "{'volume':'" + volume + "','schedule':'0 3 * * *'}";
          };
      // When
      List<Response> answers =
          atOnce(6, () -> asking().body(body(name, spec)).post(API + "/" + kind + "?wait=120s"));
      // Then
      assertOneHasIt(answers, 201, "name-taken");
      Everything after = Everything.now();
      assertThat(after.resources()).hasSize(before.resources().size() + 1);
      assertThat(subvolumes(after, root))
          .hasSize(subvolumes(before, root).size() + (kind.equals("volumes") ? 1 : 0));
    }
  }

  private static List<String> subvolumes(Everything all, Path root) {
    return all.onDisk().stream().filter(path -> path.startsWith(root + "/@volumes/")).toList();
  }

  private static Response pool(String name, Path disk) {
    return asking()
        .body(body(name, "{'disks':['" + disk + "'],'metadataProfile':'single'}"))
        .post(API + "/pools?wait=60s");
  }

  private static boolean isEmpty(Path disk) {
    return run("wipefs", "--no-act", disk.toString()).isBlank();
  }

  @Test
  void ofSeveralPoolsThatAreToHaveOneNameOneIsMadeAndTheDisksOfTheOthersStayEmpty()
      throws Exception {
    // Given
    String name = freshName();
    List<Path> disks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      disks.add(StorageHouse.disks().disk(256L << 20));
    }
    Iterator<Path> each = disks.iterator();
    // When
    List<Response> answers =
        atOnce(
            4,
            () -> {
              Path own;
              synchronized (each) {
                own = each.next();
              }
              return pool(name, own);
            });
    // Then
    assertOneHasIt(answers, 201, "name-taken");
    assertThat(disks).filteredOn(BadDaysIT::isEmpty).hasSize(3);
    asking().delete(API + "/pools/" + name + "?wait=60s").then().statusCode(204);
  }

  @Test
  void ofSeveralPoolsThatAreToHaveOneDiskOneHasIt() throws Exception {
    // Given
    Path disk = StorageHouse.disks().disk(256L << 20);
    // When
    List<Response> answers = atOnce(4, () -> pool(freshName(), disk));
    // Then
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 201).hasSize(1);
    for (Response answer : answers) {
      if (answer.statusCode() != 201) {
        String type = answer.path("type");
        // Of who comes late the disk is not empty any more.
        String word = type.endsWith("disk-not-empty") ? "disk-not-empty" : "disk-busy";
        assertProblem(answer, 409, word);
      }
    }
    String winner =
        answers.stream()
            .filter(answer -> answer.statusCode() == 201)
            .map(answer -> answer.<String>path("metadata.name"))
            .findAny()
            .orElseThrow();
    List<String> having =
        asking()
            .get(API + "/pools?limit=1000")
            .path("items.findAll{it.status.devices.any{d->d.path=='" + disk + "'}}.metadata.name");
    assertThat(having).containsExactly(winner);
    asking().delete(API + "/pools/" + winner + "?wait=60s").then().statusCode(204);
  }

  @Test
  void ofSeveralWhoRestoreOneVolumeOneHasIt() throws Exception {
    // Given
    String volume = Asking.volume(pool, "");
    assertThat(upload(files(volume, "kept"), noise(1)).statusCode()).isEqualTo(201);
    asking().delete(API + "/volumes/" + volume + "?wait=120s").then().statusCode(204);
    String id =
        asking()
            .get(API + "/trash?limit=1000")
            .path("items.find{it.spec.volume=='" + volume + "'}.metadata.name");
    String taken = Asking.volume(pool, "");
    // When
    Response refused =
        asking().body("{\"as\":\"" + taken + "\"}").post(API + "/trash/" + id + "/restore");
    List<Response> answers =
        atOnce(
            4,
            () ->
                asking()
                    .body("{\"as\":\"" + freshName() + "\"}")
                    .post(API + "/trash/" + id + "/restore?wait=120s"));
    // Then
    assertProblem(refused, 409, "name-taken");
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
    answers.stream()
        .filter(answer -> answer.statusCode() != 200)
        .forEach(answer -> assertProblem(answer, 404, "not-found"));
    String name =
        answers.stream()
            .filter(answer -> answer.statusCode() == 200)
            .map(answer -> answer.<String>path("metadata.name"))
            .findAny()
            .orElseThrow();
    assertThat(mountPath("/volumes/" + name).resolve("kept")).exists();
    asking().get(API + "/trash/" + id).then().statusCode(404);
  }

  private static boolean othersHaveOpen(Path file) {
    return ProcessHandle.allProcesses()
        .filter(process -> !process.equals(ProcessHandle.current()))
        .map(process -> Path.of("/proc", Long.toString(process.pid()), "fd").toFile().listFiles())
        .filter(Objects::nonNull)
        .flatMap(Arrays::stream)
        .anyMatch(descriptor -> {
          try {
            return Files.readSymbolicLink(descriptor.toPath()).equals(file);
          } catch (IOException gone) {
            return false;
          }
        });
  }

  @Test
  void aVolumeThatSomebodyElsewhereHoldsIsNotTrashed() throws Exception {
    // Given
    String volume = Asking.volume(pool, "");
    assertThat(upload(files(volume, "film"), noise(1)).statusCode()).isEqualTo(201);
    Path film = mountPath("/volumes/" + volume).resolve("film");
    ExecutorService background = Executors.newSingleThreadExecutor();
    Future<HostResult> playing =
        background.submit(() ->
            new LocalHost()
                .run(
                    new HostCommand(
                        Duration.ofMinutes(2),
                        Elsewhere.command(
                            StorageHouse.disks().directory(),
                            "tail",
                            "--follow",
                            "--bytes=1",
                            film.toString()))));
    eventually(() -> assertThat(othersHaveOpen(film)).isTrue());
    try {
      // When
      Response answer = asking().delete(API + "/volumes/" + volume);
      // Then
      assertProblem(answer, 409, "volume-busy");
      assertThat(answer.<String>path("detail")).contains("tail (", "film");
      assertThat(answer.<List<String>>path("holders.command")).contains("tail");
      assertThat(answer.<List<Integer>>path("holders.pid"))
          .allSatisfy(pid -> assertThat(ProcessHandle.of(pid)).isPresent());
      assertThat(film).exists();
      asking()
          .get(API + "/volumes/" + volume)
          .then()
          .body("status.conditions.find{it.type=='Ready'}.status", equalTo("True"));
    } finally {
      playing.cancel(true);
      background.shutdown();
    }
    eventually(
        () -> asking().delete(API + "/volumes/" + volume + "?wait=120s").then().statusCode(204));
  }

  @Test
  void aDeletionOfWhatSomebodyHasChangedDoesNothing() {
    // Given
    String volume = Asking.volume(pool, "");
    // When
    Response answer = asking().header("If-Match", "\"1\"").delete(API + "/volumes/" + volume);
    // Then
    assertProblem(answer, 412, "revision-mismatch");
    assertThat(Everything.now().mounts()).contains(mountPath("/volumes/" + volume).toString());
  }
}
