package io.homecloud.sharing.share;

import static io.homecloud.sharing.share.HouseClient.account;
import static io.homecloud.sharing.share.Houses.SHARES;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.patch;
import static io.homecloud.sharing.share.Houses.post;
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
      eventually(() -> {
        assertThat(before.get(protocol, "note", scratch("got")).done())
            .as("%s", protocol)
            .isFalse();
        assertThat(read(after, protocol, "note")).isEqualTo("a note");
      });
    }
  }

  @Test
  void whoIsConnectedNoticesNothingOfWhatElseAShareCanHave() throws Exception {
    // Given
    account("sven");
    Path switched = served("switched", "sven", "");
    HouseClient sven = new HouseClient("switched", "sven");
    assertThat(sven.put(Protocol.SMB, zeros(), "film").done()).isTrue();
    try (StayingClient reader = StayingClient.start(sven.reading(Protocol.SMB, "film"))) {
      // When
      for (String what : List.of("recycleBin", "previousVersions", "accessLog", "hidden")) {
        for (boolean on : new boolean[] {true, false}) {
          patch(SHARES + "/switched?wait=2m", "{'spec':{'%s':%s}}".formatted(what, on))
              .statusCode(200);
        }
      }
      patch(
              SHARES + "/switched?wait=2m",
              "{'spec':{'recycleBin':true,'previousVersions':true,'accessLog':true,'hidden':true}}")
          .statusCode(200);

      // Then
      assertThat(reader.rest()).isEqualTo(32 << 20);
    }
    assertThat(sven.put(Protocol.SMB, Files.writeString(scratch("after"), "after"), "a").done())
        .isTrue();
    assertThat(switched.resolve("a")).hasContent("after");
  }

  @Test
  void whoIsTakenOutOfAGroupLosesWhatItMayAtOnce() throws Exception {
    // Given
    String groups = "/api/sharing/v1/groups";
    post(groups + "?wait=2m", "{'metadata':{'name':'crew'},'spec':{}}").statusCode(201);
    account("captain");
    account("tom");
    patch("/api/sharing/v1/accounts/tom?wait=2m", "{'spec':{'groups':['crew']}}").statusCode(200);
    served("ship", "captain", "");
    patch(
            SHARES + "/ship?wait=2m",
            "{'spec':{'access':[{'account':'captain','level':'write'},{'group':'crew','level':'read'}]}}")
        .statusCode(200);
    HouseClient captain = new HouseClient("ship", "captain");
    HouseClient tom = new HouseClient("ship", "tom");
    assertThat(captain.put(Protocol.SMB, zeros(), "log").done()).isTrue();
    Map<Protocol, StayingClient> readers = new EnumMap<>(Protocol.class);
    for (Protocol protocol : List.of(Protocol.SMB, Protocol.WEBDAV)) {
      readers.put(protocol, StayingClient.start(tom.reading(protocol, "log")));
    }
    try (StayingClient stays = StayingClient.start(captain.reading(Protocol.SMB, "log"))) {
      // When
      patch("/api/sharing/v1/accounts/tom?wait=2m", "{'spec':{'groups':[]}}").statusCode(200);

      // Then
      eventually(() ->
          assertThat(
                  asking()
                      .get("/api/sharing/v1/sessions")
                      .<List<String>>path(
                          "items.findAll{it.session.share=='ship' && it.session.account=='tom'}.session.protocol"))
              .isEmpty());
      assertThat(tom.get(Protocol.SMB, "log", scratch("not-his")).done()).isFalse();
      readers.forEach((protocol, reader) -> {
        try (reader) {
          assertThat(reader.rest()).as("%s", protocol).isLessThan(32 << 20);
        }
      });
      assertThat(stays.rest()).isEqualTo(32 << 20);
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
            SHARES + "/films?wait=2m",
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
    patch(SHARES + "/films?wait=2m", "{'spec':{'readOnly':true}}").statusCode(200);

    // Then
    for (Protocol protocol : Protocol.values()) {
      assertThat(owen.put(protocol, note, "refused").done()).as("%s", protocol).isFalse();
    }

    // When
    patch(SHARES + "/films?wait=2m", "{'spec':{'readOnly':false}}").statusCode(200);

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
