package io.homecloud.sharing.share;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.homecloud.host.mount.DirectoryMount;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shares over HTTP, beside a storage that keeps their volumes on a real disk. */
@QuarkusTest
@QuarkusTestResource(value = TestServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = ShareHouse.class, restrictToAnnotatedClass = true)
class ShareStoryIT {
  private static final String STORAGE = "/api/storage/v1";
  private static final String SHARING = "/api/sharing/v1";

  @BeforeEach
  void makePool() {
    RestAssured.enableLoggingOfRequestAndResponseIfValidationFails();
    if (asking().get(STORAGE + "/pools/home").statusCode() == 404) {
      Path disk = ShareHouse.disks().disk(2L << 30);
      post(
              STORAGE + "/pools?wait=30s",
              "{'metadata':{'name':'home'},'spec':{'disks':['%s']}}".formatted(disk))
          .statusCode(201);
    }
  }

  @Test
  void aShareIsReadyWithItsDirectoryInPlace() throws Exception {
    // Given
    Path volume = volume("docs");
    // When
    ValidatableResponse answer =
        share("docs", "{'volume':'docs','protocols':['smb','webdav'],'guests':'write'}");
    // Then
    int port = TestSharing.server(Protocol.SMB).share("docs").isPresent() ? 1 : 0;
    assertThat(port).isOne();
    answer
        .statusCode(201)
        .body("status.conditions.find{it.type=='Ready'}.status", equalTo("True"))
        .body("status.urls.smb", containsString("smb://cloud.test:"))
        .body("status.urls.webdav", containsString("https://cloud.test:"))
        .body("status.sessions", equalTo(0));
    ServedShare served = TestSharing.server(Protocol.SMB).share("docs").orElseThrow();
    assertThat(served.guests()).isEqualTo(Level.WRITE);
    assertThat(DirectoryMount.isAt(served.root())).isTrue();
    Files.setAttribute(Files.writeString(volume.resolve("a"), "a"), "unix:uid", 1000);
    assertThat(Files.getAttribute(served.root().resolve("a"), "unix:uid"))
        .isEqualTo(ServedShare.FILES_ID);
  }

  private static RequestSpecification asking() {
    return given()
        .auth()
        .oauth2(TestTokens.administrator())
        .contentType(ContentType.JSON);
  }

  private static ValidatableResponse post(String path, String body) {
    return asking().body(body.replace('\'', '"')).post(path).then();
  }

  private static ValidatableResponse share(String name, String spec) {
    return post(
        SHARING + "/shares?wait=20s",
        "{'metadata':{'name':'%s'},'spec':%s}".formatted(name, spec));
  }

  private static Path volume(String name) {
    return Path.of(
        post(
                STORAGE + "/volumes?wait=30s",
                "{'metadata':{'name':'%s'},'spec':{'pool':'home','owner':'1000:1000'}}"
                    .formatted(name))
            .statusCode(201)
            .extract()
            .<String>path("status.mountPath"));
  }
}
