package io.homecloud.sharing.share;

import static io.homecloud.sharing.share.Houses.SHARES;
import static io.homecloud.sharing.share.Houses.STORAGE;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.post;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.Houses.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.greaterThan;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One share, wished for over HTTP, for the clients of all protocols. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = RealServersHouse.class, restrictToAnnotatedClass = true)
class RealServersIT {
  private static final String PASSWORD = "correct horse 42 Ärger";

  @Test
  void whatOneProtocolWritesTheOthersRead() throws Exception {
    // Given
    RestAssured.enableLoggingOfRequestAndResponseIfValidationFails();
    Houses.pool("home");
    Path volume = volume("home", "docs");
    account("alice");
    // When
    share(
            "docs",
            """
            {'volume':'docs','path':'all','protocols':['smb','nfs','webdav'],'previousVersions':true,
            'access':[{'account':'alice','level':'write'}],'nfs':{'clients':['127.0.0.0/8'],'as':'alice'}}\
            """)
        .statusCode(201);
    Path letter = Files.writeString(ShareHouse.disks().directory().resolve("letter"), "by smb");
    // Then
    String smb = smb("put " + letter + " letter.txt");
    assertThat(smb).contains("putting file");
    assertThat(volume.resolve("all/letter.txt")).hasContent("by smb");
    assertThat(Files.getAttribute(volume.resolve("all/letter.txt"), "unix:uid")).isEqualTo(1000);
    assertThat(webdav("letter.txt")).isEqualTo("by smb");
    assertThat(nfs("letter.txt")).isEqualTo("by smb");

    String instant =
        post(
                STORAGE + "/snapshots?wait=20s",
                "{'metadata':{'name':'before'},'spec':{'volume':'docs'}}")
            .statusCode(201)
            .extract()
            .path("status.createdAt");
    webdav("letter.txt", "--upload-file", Files.writeString(letter, "by dav").toString());
    String name =
        "@GMT-" + instant.substring(0, 19).replace('-', '.').replace('T', '-').replace(':', '.');
    assertThat(smb("get letter.txt " + letter)).contains("getting file");
    assertThat(letter).hasContent("by dav");
    eventually(() -> {
      smb("get " + name + "/letter.txt " + letter);
      assertThat(letter).hasContent("by smb");
    });

    asking().delete(STORAGE + "/volumes/docs?wait=30s").then().statusCode(204);
    eventually(() -> assertThat(smb("ls")).contains("NT_STATUS_"));
    String entry = asking().get(STORAGE + "/trash").path("items[0].metadata.name");
    asking().post(STORAGE + "/trash/" + entry + "/restore?wait=30s").then().statusCode(200);
    eventually(() -> assertThat(smb("ls")).contains("letter.txt"));
    eventually(() -> assertThat(nfs("letter.txt")).isEqualTo("by dav"));
    asking().delete(SHARES + "/docs?wait=20s").then().statusCode(204);
    assertThat(volume.resolve("all/letter.txt")).hasContent("by dav");
  }

  private static void account(String name) {
    post(
            "/api/sharing/v1/accounts?wait=20s",
            "{'metadata':{'name':'%s'},'spec':{}}".formatted(name))
        .statusCode(201)
        .body("status.uid", greaterThan(19_999));
    asking()
        .body(Map.of("password", PASSWORD))
        .put("/api/sharing/v1/accounts/" + name + "/password")
        .then()
        .statusCode(204);
  }

  private static URI url(String protocol) {
    String url = asking().get(SHARES + "/docs").path("status.urls." + protocol);
    return URI.create(url == null ? "none://localhost:1/" : url);
  }

  private static String smb(String command) {
    return run(
        "smbclient",
        "//127.0.0.1/docs",
        "--port=" + smbPort(),
        "--user=alice%" + PASSWORD,
        "--command=" + command);
  }

  private static String smbPort() {
    return org.eclipse.microprofile.config.ConfigProvider.getConfig()
        .getValue("HOMECLOUD_SMB_PORT", String.class);
  }

  private static String webdav(String path, String... more) {
    List<String> argv =
        new java.util.ArrayList<>(
            List.of("curl", "--silent", "--insecure", "--user", "alice:" + PASSWORD));
    argv.addAll(List.of(more));
    argv.add(url("webdav") + path);
    return run(argv.toArray(String[]::new));
  }

  private static String nfs(String path) {
    URI share = url("nfs");
    return run(
        "nfs-cat",
        "nfs://127.0.0.1" + share.getPath() + "/" + path + "?version=4&nfsport=" + share.getPort());
  }

  private static String run(String... argv) {
    var result = new LocalHost().run(new HostCommand(Duration.ofSeconds(30), argv));
    assertThat(result).isInstanceOf(Exited.class);
    Exited exited = (Exited) result;
    return exited.stdout() + exited.stderr();
  }
}
