package io.homecloud.sharing.share;

import static io.homecloud.sharing.Told.told;
import static io.homecloud.sharing.share.Houses.SHARES;
import static io.homecloud.sharing.share.Houses.STORAGE;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.patch;
import static io.homecloud.sharing.share.Houses.post;
import static io.homecloud.sharing.share.Houses.reason;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.Houses.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.homecloud.host.mount.DirectoryMount;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ShareServer.Health;
import io.homecloud.sharing.serving.SocketClient;
import io.homecloud.sharing.serving.SocketServer;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shares over HTTP, beside a storage that keeps their volumes on a real disk. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = ShareHouse.class, restrictToAnnotatedClass = true)
class ShareStoryIT {
  @Inject SharingControl control;

  private static final String GUESTS = "'protocols':['smb'],'guests':'write'}";

  @BeforeEach
  void makePool() {
    RestAssured.enableLoggingOfRequestAndResponseIfValidationFails();
    Houses.pool("home");
  }

  @Test
  void aShareIsReadyWithItsDirectoryInPlace() throws Exception {
    // Given
    Path volume = volume("home", "docs");
    // When
    ValidatableResponse answer =
        share("docs", "{'volume':'docs','protocols':['smb','webdav'],'guests':'write'}");
    // Then
    answer
        .statusCode(201)
        .body("status.conditions.find{it.type=='Ready'}.status", equalTo("True"))
        .body("status.urls.smb", containsString("smb://cloud.test:"))
        .body("status.urls.webdav", containsString("https://cloud.test:"))
        .body("status.urls.nfs", nullValue())
        .body("status.sessions", equalTo(0));
    ServedShare served = served("docs");
    assertThat(served.guests()).isEqualTo(Level.WRITE);
    assertThat(DirectoryMount.isAt(served.root())).isTrue();
    Path file = Files.writeString(volume.resolve("a"), "a");
    Files.setAttribute(file, "unix:uid", 1000);
    assertThat(Files.getAttribute(served.root().resolve("a"), "unix:uid"))
        .isEqualTo(ServedShare.FILES_ID);
    String url = answer.extract().path("status.urls.smb");
    new SocketClient(URI.create(url).getPort(), "docs").close();
  }

  @Test
  void aPartOfAVolumeIsMadeOnceAndMissedAfterwards() throws Exception {
    // Given
    Path volume = volume("home", "parts");
    share("part", "{'volume':'parts','path':'a/b'," + GUESTS).statusCode(201);
    assertThat(Files.getAttribute(volume.resolve("a/b"), "unix:uid")).isEqualTo(1000);
    // When
    Files.delete(volume.resolve("a/b"));
    patch(SHARES + "/part?wait=1s", "{'spec':{'hidden':true}}").statusCode(202);
    // Then
    eventually(() -> assertThat(reason("part")).isEqualTo("DirectoryMissing"));
    assertThat(volume.resolve("a/b")).doesNotExist();
    Files.createDirectory(volume.resolve("a/b"));
    patch(SHARES + "/part?wait=2m", "{'spec':{'hidden':false}}").statusCode(200);
  }

  @Test
  void aChangedShareIsServedAsItIsWishedNow() {
    // Given
    volume("home", "changed");
    share("changed", "{'volume':'changed'," + GUESTS).statusCode(201);
    // When
    patch(SHARES + "/changed?wait=2m", "{'spec':{'readOnly':true,'path':'in'}}").statusCode(200);
    // Then
    ServedShare served = served("changed");
    assertThat(served.readOnly()).isTrue();
    assertThatThrownBy(() -> Files.createFile(served.root().resolve("x")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Read-only");
    told("io.homecloud.share.changed.v1", "changed");
  }

  @Test
  void aDeletedShareLeavesTheFilesAndNoMount() throws Exception {
    // Given
    Path volume = volume("home", "deleted");
    share("deleted", "{'volume':'deleted'," + GUESTS).statusCode(201);
    Path root = served("deleted").root();
    Files.writeString(volume.resolve("kept"), "kept");
    // When
    asking().delete(SHARES + "/deleted?wait=2m").then().statusCode(204);
    // Then
    assertThat(Objects.requireNonNull(root.getParent())).doesNotExist();
    assertThat(smb().share("deleted")).isEmpty();
    assertThat(volume.resolve("kept")).hasContent("kept");
    told("io.homecloud.share.created.v1", "deleted");
    told("io.homecloud.share.deleted.v1", "deleted");
  }

  @Test
  void aTrashedVolumeTakesItsShareAlongAndBringsItBack() throws Exception {
    // Given
    volume("home", "trashed");
    String url =
        share("trashed", "{'volume':'trashed'," + GUESTS).extract().path("status.urls.smb");
    try (SocketClient client = new SocketClient(URI.create(url).getPort(), "trashed")) {
      // When
      Houses.trash("trashed");
      // Then
      client.awaitEnd();
      eventually(() -> assertThat(reason("trashed")).isEqualTo("VolumeTrashed"));
      assertThat(smb().share("trashed")).isEmpty();
      told("io.homecloud.share.released.v1", "trashed");
    }
    String entry =
        asking()
            .get(STORAGE + "/trash")
            .path("items.find{it.spec.volume=='trashed'}.metadata.name");
    asking().post(STORAGE + "/trash/" + entry + "/restore?wait=2m").then().statusCode(200);
    eventually(() -> assertThat(reason("trashed")).isEqualTo("Ready"));
    assertThat(DirectoryMount.isAt(served("trashed").root())).isTrue();
  }

  @Test
  void whoUsesAShareBesideTheServerKeepsItsVolumeFromTheTrash() throws Exception {
    // Given
    volume("home", "kept");
    share("kept", "{'volume':'kept'," + GUESTS).statusCode(201);
    Path root = served("kept").root();
    try (var _ = Files.newDirectoryStream(root)) {
      // When
      ValidatableResponse answer = asking().delete(STORAGE + "/volumes/kept").then();
      // Then
      answer
          .statusCode(409)
          .body("type", equalTo("urn:homecloud:problem:volume-busy"))
          .body("detail", containsString("shares/kept/files"))
          .body("detail", containsString("(" + ProcessHandle.current().pid() + ")"));
    }
    eventually(() -> assertThat(reason("kept")).isEqualTo("Ready"));
  }

  @Test
  void thatAVolumeIsLetGoOfIsToldWhenItIs() throws Exception {
    // Given
    volume("home", "held");
    share("held", "{'volume':'held'," + GUESTS).statusCode(201);
    try (var _ = Files.newDirectoryStream(served("held").root())) {
      eventually(() -> {
        leaves("held");
        assertThat(reason("held")).isEqualTo("DirectoryBusy");
      });
      // When: nobody uses it any more
    }
    // Then
    eventually(() -> {
      leaves("held");
      assertThat(reason("held")).isEqualTo("VolumeLeaving");
    });
    assertThat(told("io.homecloud.share.released.v1", "\"held\"").path("reason").asText())
        .isEqualTo("VolumeLeaving");
    asking().delete(SHARES + "/held?wait=2m").then().statusCode(204);
  }

  /** As if storage had just said so, which it will not when it is asked again. */
  private void leaves(String volume) {
    control
        .plane()
        .database()
        .useTransaction(transaction -> {
          transaction
              .handle()
              .execute(
                  "update known_volume set state = 'Leaving', seen_at = now() where name = ?",
                  volume);
          ShareFeature.volumeChanged(transaction, volume);
        });
  }

  @Test
  void anExportedPoolIsLetGoOfAndItsShareComesBackWithIt() throws Exception {
    // Given
    Path disk = ShareHouse.disks().disk(1L << 30);
    post(
            STORAGE + "/pools?wait=2m",
            "{'metadata':{'name':'travels'},'spec':{'disks':['%s']}}".formatted(disk))
        .statusCode(201);
    volume("travels", "bag");
    share("bag", "{'volume':'bag'," + GUESTS).statusCode(201);
    // When
    Houses.export("travels");
    // Then
    eventually(() -> assertThat(reason("bag")).isIn("VolumeLeaving", "VolumeNotReady"));
    assertThat(smb().share("bag")).isEmpty();
    eventually(() -> assertThat(reason("bag")).isEqualTo("VolumeNotReady"));
    String volume = told("io.homecloud.share.created.v1", "\"bag\"").path("volumeUid").asText();
    assertThat(told("io.homecloud.share.released.v1", "\"bag\"").path("volumeUid").asText())
        .isEqualTo(volume);
    post(STORAGE + "/pools/adopt?wait=2m", "{'disks':['%s']}".formatted(disk)).statusCode(201);
    eventually(() -> assertThat(reason("bag")).isEqualTo("Ready"));
    asking().delete(SHARES + "/bag?wait=2m").then().statusCode(204);
    Houses.export("travels");
  }

  @Test
  void aPoolThatComesBackShowsTheSnapshotsThatAreOnItNow() {
    // Given
    Path disk = ShareHouse.disks().disk(1L << 30);
    post(
            STORAGE + "/pools?wait=2m",
            "{'metadata':{'name':'voyages'},'spec':{'disks':['%s']}}".formatted(disk))
        .statusCode(201);
    volume("voyages", "trunk");
    share("trunk", "{'volume':'trunk','previousVersions':true," + GUESTS).statusCode(201);
    var packed =
        post(
                STORAGE + "/snapshots?wait=2m",
                "{'metadata':{'name':'packed'},'spec':{'volume':'trunk'}}")
            .statusCode(201)
            .extract();
    String taken = packed.path("status.createdAt");
    Path beside = Path.of(packed.<String>path("status.path")).getParent();
    Path views = Objects.requireNonNull(served("trunk").snapshots());
    eventually(() -> assertThat(views.resolve(time(taken))).exists());
    Houses.export("voyages");
    eventually(() -> assertThat(reason("trunk")).isEqualTo("VolumeNotReady"));
    // Where it was meanwhile one was deleted that is known, and one was taken that is not.
    control
        .plane()
        .database()
        .useTransaction(transaction -> {
          String trunk = "(select uid from known_volume where name = 'trunk')";
          transaction.handle().execute("delete from known_snapshot where volume = " + trunk);
          transaction
              .handle()
              .execute(
                  "insert into known_snapshot (uid, volume, path, created_at) "
                      + "select id, uid, '%s/' || id, '2020-01-01T00:00:00Z' ".formatted(beside)
                      + "from (select gen_random_uuid() id, uid from known_volume where name = 'trunk') gone");
        });
    // When
    post(STORAGE + "/pools/adopt?wait=2m", "{'disks':['%s']}".formatted(disk)).statusCode(201);
    // Then
    eventually(() -> assertThat(reason("trunk")).isEqualTo("Ready"));
    eventually(() -> assertThat(views.resolve(time(taken))).exists());
    assertThat(views.resolve(time("2020-01-01T00:00:00Z"))).doesNotExist();
    asking().delete(SHARES + "/trunk?wait=2m").then().statusCode(204);
    Houses.export("voyages");
  }

  /** What a snapshot of that time is called in a share. */
  private static String time(String taken) {
    return "@GMT-" + taken.substring(0, 19).replace('-', '.').replace('T', '-').replace(':', '.');
  }

  @Test
  void aVolumeWhoseEventsDoNotComeIsAskedFor() {
    // Given
    volume("home", "unheard");
    eventually(() -> assertThat(notMountedAMinuteAgo("unheard")).isEqualTo(1));
    // When
    share("unheard", "{'volume':'unheard'," + GUESTS).statusCode(201);
    // Then
    assertThat(reason("unheard")).isEqualTo("Ready");
  }

  private int notMountedAMinuteAgo(String volume) {
    return control
        .plane()
        .database()
        .inTransaction(transaction ->
            transaction
                .handle()
                .execute(
                    "update known_volume set state = 'Unavailable', seen_at = seen_at - interval '1 minute' where name = ?",
                    volume));
  }

  @Test
  void whatAServerSaysIsInTheCondition() {
    // Given
    volume("home", "refused");
    smb().refuse("line 7: no such word");
    // When
    post(
            SHARES + "?wait=1s",
            "{'metadata':{'name':'refused'},'spec':{'volume':'refused'," + GUESTS + "}")
        .statusCode(202);
    // Then
    eventually(() ->
        share("refused")
            .body("status.urls.smb", nullValue())
            .body(
                "status.conditions.find{it.type=='Ready'}.message",
                containsString("line 7: no such word")));
    // It was up all the time.
    told("io.homecloud.server.failed.v1", "line 7: no such word");
    smb().refuse(null);
    eventually(() -> assertThat(reason("refused")).isEqualTo("Ready"));
    told("io.homecloud.server.recovered.v1", "smb");
  }

  @Test
  void aServerThatIsNotWhereClientsLookIsNamedByItsShares() {
    // Given
    volume("home", "moved");
    share("moved", "{'volume':'moved'," + GUESTS).statusCode(201);
    String words = "SMB is at port 4450: port 445 is taken by smbd (process 812).";
    // When
    smb().move(words);
    // Then
    eventually(() ->
        share("moved")
            .body("status.conditions.find{it.type=='Ready'}.status", equalTo("True"))
            .body("status.conditions.find{it.type=='Degraded'}.reason", equalTo("OtherPort"))
            .body("status.conditions.find{it.type=='Degraded'}.message", equalTo(words)));
    asking()
        .get("/api/sharing/v1/servers")
        .then()
        .body("items.find{it.protocol=='smb'}.state", equalTo("Up"))
        .body("items.find{it.protocol=='smb'}.message", equalTo(words));
    smb().move(null);
    eventually(
        () -> share("moved").body("status.conditions.find{it.type=='Degraded'}", nullValue()));
  }

  @Test
  void aServerThatFailsIsToldAndSoIsItsRecovery() {
    // Given
    volume("home", "failing");
    share("failing", "{'volume':'failing','protocols':['webdav'],'guests':'read'}").statusCode(201);
    // When
    TestSharing.server(Protocol.WEBDAV).become(new Health.Down("exited with code 3"));
    // Then
    eventually(() ->
        share("failing")
            .body(
                "status.conditions.find{it.type=='Ready'}.message",
                containsString("exited with code 3")));
    eventually(() ->
        assertThat(metrics())
            .contains("homecloud_server_up{protocol=\"webdav\",} 0.0")
            .contains("homecloud_share_ready{share=\"failing\",} 0.0"));
    TestSharing.server(Protocol.WEBDAV).become(new Health.Up());
    eventually(() -> assertThat(reason("failing")).isEqualTo("Ready"));
    assertThat(metrics())
        .contains("homecloud_server_up{protocol=\"webdav\",} 1.0")
        .contains("homecloud_share_ready{share=\"failing\",} 1.0")
        .contains("homecloud_share_sessions{share=\"failing\",} 0.0");
    told("io.homecloud.server.failed.v1", "exited with code 3");
    told("io.homecloud.server.recovered.v1", "webdav");
    // One that does not start is Off again before anybody looks.
    TestSharing.server(Protocol.NFS).become(new Health.Down("died at its start"));
    TestSharing.server(Protocol.NFS).become(new Health.Off());
    told("io.homecloud.server.failed.v1", "died at its start");
  }

  private static String metrics() {
    return asking()
        .accept("text/plain")
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .extract()
        .asString();
  }

  @Test
  void aSessionIsSeenAndEnded() throws Exception {
    // Given
    volume("home", "visited");
    String url =
        share("visited", "{'volume':'visited'," + GUESTS).extract().path("status.urls.smb");
    try (SocketClient client = new SocketClient(URI.create(url).getPort(), "visited")) {
      eventually(() -> share("visited").body("status.sessions", equalTo(1)));
      String id =
          asking()
              .get("/api/sharing/v1/sessions")
              .path("items.find{it.session.share=='visited'}.id");
      // When
      asking().delete("/api/sharing/v1/sessions/" + id).then().statusCode(204);
      // Then
      client.awaitEnd();
      asking().delete("/api/sharing/v1/sessions/" + id).then().statusCode(404);
    }
    eventually(() -> share("visited").body("status.sessions", equalTo(0)));
    told("io.homecloud.session.opened.v1", "visited");
    told("io.homecloud.session.closed.v1", "visited");
  }

  @Test
  void snapshotsAreSeenByTheirTimes() throws Exception {
    // Given
    Path volume = volume("home", "older");
    share("older", "{'volume':'older','path':'in','previousVersions':true," + GUESTS)
        .statusCode(201);
    Path file = Files.writeString(volume.resolve("in/letter"), "first");
    Files.setAttribute(file, "unix:uid", 1000);
    // When
    String snapshot =
        post(
                STORAGE + "/snapshots?wait=2m",
                "{'metadata':{'name':'before'},'spec':{'volume':'older'}}")
            .statusCode(201)
            .extract()
            .path("status.createdAt");
    Files.writeString(file, "second");
    // Then
    Path views = Objects.requireNonNull(served("older").snapshots());
    String name = time(snapshot);
    eventually(() -> assertThat(views.resolve(name).resolve("letter")).hasContent("first"));
    assertThat(Files.getAttribute(views.resolve(name).resolve("letter"), "unix:uid"))
        .isEqualTo(ServedShare.FILES_ID);
    assertThatThrownBy(() -> Files.createFile(views.resolve(name).resolve("x")))
        .isInstanceOf(FileSystemException.class);
    asking().delete(STORAGE + "/snapshots/before?wait=2m").then().statusCode(204);
    eventually(() ->
        assertThat(Files.exists(views.resolve(name), java.nio.file.LinkOption.NOFOLLOW_LINKS))
            .isFalse());
  }

  private static SocketServer smb() {
    return TestSharing.server(Protocol.SMB);
  }

  private static ServedShare served(String share) {
    return smb().share(share).orElseThrow();
  }
}
