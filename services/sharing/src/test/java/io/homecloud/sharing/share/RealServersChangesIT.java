package io.homecloud.sharing.share;

import static io.homecloud.sharing.share.HouseClient.account;
import static io.homecloud.sharing.share.Houses.SHARES;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.patch;
import static io.homecloud.sharing.share.RealServersHouse.read;
import static io.homecloud.sharing.share.RealServersHouse.scratch;
import static io.homecloud.sharing.share.RealServersHouse.served;
import static io.homecloud.sharing.share.RealServersHouse.zeros;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.StayingClient;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients of the servers of an installation notice of changes, and what not. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = RealServersHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class RealServersChangesIT {
  @BeforeEach
  void aPool() {
    Houses.pool("home");
  }

  @Test
  void whatIsBrokenByHandIsPutRightByItself() throws Exception {
    // Given
    account("hank");
    served("mended", "hank", "");
    Path data = ShareHouse.disks().directory().resolve("sharing");
    Map<Path, String> good = new HashMap<>();
    for (String file :
        List.of(
            "samba/smb.conf",
            "samba/private/smbpasswd",
            "ganesha/ganesha.conf",
            "httpd/httpd.conf",
            "httpd/access/users")) {
      good.put(data.resolve(file), Files.readString(data.resolve(file)));
    }

    // When
    for (Path file : good.keySet()) {
      Files.writeString(file, "[global\nguest ok = = yes");
    }
    Files.delete(data.resolve("samba/passwd"));

    // Then
    eventually(() -> {
      good.forEach((file, content) -> assertThat(file).hasContent(content));
      assertThat(data.resolve("samba/passwd")).exists();
    });
    HouseClient hank = new HouseClient("mended", "hank");
    Path note = Files.writeString(scratch("mended"), "mended");
    for (Protocol protocol : Protocol.values()) {
      assertThat(hank.put(protocol, note, "by-" + protocol).done()).as("%s", protocol).isTrue();
    }
  }

  @Test
  void aNewPasswordIsTakenAndTheOldOneRefusedByAllServersAtOnce() throws Exception {
    // Given
    account("paula");
    served("paulas", "paula", "");
    HouseClient before = new HouseClient("paulas", "paula");
    Path note = Files.writeString(scratch("paulas"), "a note");
    assertThat(before.put(Protocol.SMB, note, "note").done()).isTrue();
    assertThat(read(before, Protocol.WEBDAV, "note")).isEqualTo("a note");

    // When
    asking()
        .body(Map.of("password", "battery staple 43 Öl"))
        .put("/api/sharing/v1/accounts/paula/password")
        .then()
        .statusCode(204);

    // Then
    HouseClient after = new HouseClient("paulas", "paula", "battery staple 43 Öl");
    for (Protocol protocol : List.of(Protocol.SMB, Protocol.WEBDAV)) {
      assertThat(before.get(protocol, "note", scratch("got")).done()).as("%s", protocol).isFalse();
      assertThat(read(after, protocol, "note")).isEqualTo("a note");
    }
  }

  @Test
  void whoReadsGoesOnWhenTheShareIsReadOnlyAndWhenItIsNotAnyMore() throws Exception {
    // Given
    account("owen");
    account("rita");
    Path film = zeros();
    Path films = served("films", "owen", "'guests':'none',");
    patch(
            SHARES + "/films?wait=20s",
            "{'spec':{'access':[{'account':'owen','level':'write'},{'account':'rita','level':'read'}]}}")
        .statusCode(200);
    HouseClient owen = new HouseClient("films", "owen");
    HouseClient rita = new HouseClient("films", "rita");
    assertThat(owen.put(Protocol.SMB, film, "film").done()).isTrue();
    Map<Protocol, StayingClient> readers = new EnumMap<>(Protocol.class);
    for (Protocol protocol : Protocol.values()) {
      readers.put(protocol, StayingClient.start(rita.reading(protocol, "film")));
    }
    Path note = Files.writeString(scratch("for-films"), "new");

    // When
    patch(SHARES + "/films?wait=20s", "{'spec':{'readOnly':true}}").statusCode(200);

    // Then
    for (Protocol protocol : Protocol.values()) {
      assertThat(owen.put(protocol, note, "refused").done()).as("%s", protocol).isFalse();
    }

    // When
    patch(SHARES + "/films?wait=20s", "{'spec':{'readOnly':false}}").statusCode(200);

    // Then
    for (Protocol protocol : Protocol.values()) {
      assertThat(owen.put(protocol, note, "new-" + protocol).done()).as("%s", protocol).isTrue();
    }
    readers.forEach((protocol, reader) -> {
      try (reader) {
        assertThat(reader.rest()).as("%s", protocol).isEqualTo(32 << 20);
      }
    });
    assertThat(films.resolve("new-SMB")).hasContent("new");
    assertThat(films.resolve("refused")).doesNotExist();
  }
}
