package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.body;
import static io.homecloud.storage.Asking.files;
import static io.homecloud.storage.Asking.freshName;
import static io.homecloud.storage.Asking.upload;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.ApiDocument;
import io.homecloud.testkit.HostileClient;
import io.homecloud.testkit.HostileClient.Answer;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What holds for every operation that there is, also for those that are added tomorrow. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class EveryOperationIT {
  /** What would be granted. */
  private static final Map<String, String> GRANTED =
      Map.ofEntries(
          Map.entry("pools", "{'metadata':{'name':'#'},'spec':{'disks':['{disks}'],'erase':true}}"),
          Map.entry(
              "volumes",
              "{'metadata':{'name':'#','labels':{'a':'b'}},'spec':{'pool':'{pools}','quota':'1Gi',"
                  + "'compression':'zstd','owner':'1:1','mode':'0700','displayName':'x'}}"),
          Map.entry(
              "snapshots",
              "{'metadata':{'name':'#'},'spec':{'volume':'{volumes}','displayName':'x'}}"),
          Map.entry(
              "snapshot-schedules",
              "{'metadata':{'name':'#'},'spec':{'volume':'{volumes}','schedule':'0 3 * * *',"
                  + "'timeZone':'UTC','jitter':'5m','retention':{'daily':7},'suspended':false}}"),
          Map.entry("adopt", "{'disks':['{disks}'],'as':'#'}"),
          Map.entry("balance", "{'dataUsage':5,'metadataUsage':5}"),
          Map.entry("disks", "{'disk':'{disks}','erase':true}"),
          Map.entry("replace", "{'with':'{disks}','erase':true}"),
          Map.entry("convert", "{'dataProfile':'single','metadataProfile':'single'}"),
          Map.entry("import", "{'volume':'{volumes}','path':'old'}"),
          Map.entry("clone", "{'name':'#','snapshot':'{snapshots}'}"),
          Map.entry("rollback", "{'snapshot':'{snapshots}'}"),
          Map.entry("restore", "{'as':'#','paths':['file'],'to':'back'}"),
          Map.entry("files", "{'moveTo':'file2','replace':true}"));

  private static final int ROUNDS = Boolean.getBoolean("homecloud.soak") ? 60 : 3;
  private static final int EACH = 6;

  private static HostileClient client() {
    HostileClient client =
        new HostileClient("http://localhost:" + RestAssured.port, StorageKinds.API);
    assertThat(client.document().operations()).hasSizeGreaterThan(40);
    assertThat(client.document().words()).contains("quota", "disks", "retention");
    return client;
  }

  @Test
  void nobodyIsAnsweredWithoutAValidToken() {
    // Given
    HostileClient client = client();
    for (ApiDocument.Operation operation : client.document().operations()) {
      HttpRequest.Builder bare = client.bare(operation);
      // When / Then
      assertThat(client.send(bare.build()).status())
          .as(operation + " without a token")
          .isEqualTo(401);
      TestTokens.wrong()
          .forEach((what, token) -> {
            Answer answer =
                client.send(bare.copy().header("Authorization", "Bearer " + token).build());
            assertThat(answer.status()).as(operation + " with a token " + what).isEqualTo(401);
            assertThat(answer.type()).startsWith("application/problem+json");
            assertThat(answer.text()).contains("urn:homecloud:problem:unauthenticated");
          });
      Answer low =
          client.send(
              bare.copy().header("Authorization", "Bearer " + TestTokens.member("anna")).build());
      assertThat(low.status()).as(operation + " as a member").isEqualTo(403);
      assertThat(low.text()).contains("urn:homecloud:problem:forbidden");
    }
  }

  @Test
  void whateverIsSentNothingBreaks() {
    // When
    List<String> broken =
        client()
            .breaks(ROUNDS, EACH, EveryOperationIT::furnished, GRANTED, TestTokens.administrator());

    // Then
    assertThat(broken).isEmpty();
  }

  @Test
  void whatIsHardlyHttpBreaksNothing() throws IOException {
    String token = "Authorization: Bearer " + TestTokens.administrator() + "\r\n";
    String volumes = " /api/storage/v1/volumes";
    List<String> starts =
        List.of(
            "GET" + volumes + "/%zz HTTP/1.1\r\n",
            "GET" + volumes + "/% HTTP/1.1\r\n",
            "GET" + volumes + "/%00 HTTP/1.1\r\n",
            "GET" + volumes + "?limit=%zz HTTP/1.1\r\n",
            "GET" + volumes + "/../../../../etc/passwd HTTP/1.1\r\n",
            "GET" + volumes + "/" + "x".repeat(9000) + " HTTP/1.1\r\n",
            "GET" + volumes + " HTTP/1.1\r\nX-Long: " + "x".repeat(70_000) + "\r\n",
            "GET" + volumes + " HTTP/9.9\r\n",
            "GET\r\n",
            "\0\1\2\3\r\n",
            "POST" + volumes + " HTTP/1.1\r\nContent-Length: -5\r\n",
            "POST" + volumes + " HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
            "POST" + volumes + " HTTP/1.1\r\nTransfer-Encoding: x\r\n",
            "POST" + volumes + " HTTP/1.1\r\nContent-Length: 99999999999999\r\n",
            "PUT" + volumes + "/x/files/y HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n",
            "ODD" + volumes + " HTTP/1.1\r\n",
            "TRACE" + volumes + " HTTP/1.1\r\n",
            "OPTIONS * HTTP/1.1\r\n");
    for (String start : starts) {
      try (Socket socket = new Socket("localhost", RestAssured.port)) {
        socket.setSoTimeout(120_000);
        // When
        String head = start + "Host: localhost\r\nConnection: close\r\n" + token + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        socket.shutdownOutput();
        String answer = answered(socket);
        // Then: an answer, or none to what is no request
        assertThat(answer)
            .as(start.substring(0, Math.min(80, start.length())))
            .matches("(?s)(HTTP/1.[01] [24][0-9][0-9] .*)?")
            .doesNotContain("Exception", "io.homecloud", "io.vertx", "root:");
      }
    }
    given().get("/q/health/live").then().statusCode(200);
  }

  private static String answered(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException e) {
      return ""; // it would not even listen to the end
    }
  }

  /** A pool with one of everything: what follows which segment of a path. */
  private static Map<String, String> furnished() {
    String pool = Asking.pool(128L << 20);
    String volume = Asking.volume(pool, "");
    String gone = Asking.volume(pool, "");
    String snapshot = freshName();
    String schedule = freshName();
    asking()
        .body(body(snapshot, "{'volume':'" + volume + "'}"))
        .post(API + "/snapshots?wait=120s")
        .then()
        .statusCode(201);
    asking()
        .body(body(schedule, "{'volume':'" + volume + "','schedule':'0 3 * * *'}"))
        .post(API + "/snapshot-schedules?wait=120s")
        .then()
        .statusCode(201);
    assertThat(upload(files(volume, "file"), new byte[10]).statusCode()).isEqualTo(201);
    asking().delete(API + "/volumes/" + gone + "?wait=120s").then().statusCode(204);
    String task = asking().post(API + "/pools/" + pool + "/scrub").path("id");
    String trash =
        asking()
            .get(API + "/trash?limit=1000")
            .path("items.find{it.spec.volume=='" + gone + "'}.metadata.name");
    return Map.of(
        "pools", pool,
        "volumes", volume,
        "snapshots", snapshot,
        "snapshot-schedules", schedule,
        "trash", trash,
        "tasks", task,
        "disks", StorageHouse.disks().disk(128L << 20).toString(),
        "files", "file",
        "withs", "now",
        "schedules", "0 3 * * *");
  }
}
