package io.homecloud.sharing.share;

import static io.homecloud.sharing.share.HouseClient.account;
import static io.homecloud.sharing.share.Houses.SHARES;
import static io.homecloud.sharing.share.Houses.STORAGE;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.patch;
import static io.homecloud.sharing.share.Houses.post;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.RealServersHouse.read;
import static io.homecloud.sharing.share.RealServersHouse.scratch;
import static io.homecloud.sharing.share.RealServersHouse.served;
import static io.homecloud.sharing.share.RealServersHouse.zeros;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.StayingClient;
import io.homecloud.testkit.Repeated;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shares, wished for over HTTP, for other people's clients of all protocols. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = RealServersHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class RealServersIT {
  private static final String SESSIONS = "/api/sharing/v1/sessions";

  @BeforeEach
  void aPool() {
    Houses.pool("home");
  }

  @Test
  void whatOneProtocolWritesTheOthersReadAndWrite() throws Exception {
    // Given
    account("alice");
    Path docs = served("docs", "alice", "'previousVersions':true,");
    HouseClient alice = new HouseClient("docs", "alice");
    Path letter = Files.writeString(scratch("letter"), "by smb");
    // When
    assertThat(alice.put(Protocol.SMB, letter, "letter.txt").said()).contains("putting file");
    // Then
    assertThat(docs.resolve("letter.txt")).hasContent("by smb");
    assertThat(Files.getAttribute(docs.resolve("letter.txt"), "unix:uid")).isEqualTo(1000);
    assertThat(read(alice, Protocol.WEBDAV, "letter.txt")).isEqualTo("by smb");
    assertThat(read(alice, Protocol.NFS, "letter.txt")).isEqualTo("by smb");

    String instant =
        post(
                STORAGE + "/snapshots?wait=2m",
                "{'metadata':{'name':'before'},'spec':{'volume':'docs'}}")
            .statusCode(201)
            .extract()
            .path("status.createdAt");
    Files.delete(docs.resolve("letter.txt"));
    for (Protocol writer : List.of(Protocol.NFS, Protocol.SMB, Protocol.WEBDAV)) {
      Files.writeString(letter, "by " + writer);
      assertThat(alice.put(writer, letter, "letter.txt").done()).isTrue();
      for (Protocol reader : Protocol.values()) {
        assertThat(read(alice, reader, "letter.txt")).isEqualTo("by " + writer);
      }
    }
    String name =
        "@GMT-" + instant.substring(0, 19).replace('-', '.').replace('T', '-').replace(':', '.');
    eventually(
        () -> assertThat(read(alice, Protocol.SMB, name + "/letter.txt")).isEqualTo("by smb"));

    Houses.trash("docs");
    eventually(() -> assertThat(HouseClient.run(alice.smb("ls")).said()).contains("NT_STATUS_"));
    String entry = asking().get(STORAGE + "/trash").path("items[0].metadata.name");
    asking().post(STORAGE + "/trash/" + entry + "/restore?wait=2m").then().statusCode(200);
    eventually(() -> assertThat(HouseClient.run(alice.smb("ls")).said()).contains("letter.txt"));
    eventually(() ->
        assertThat(read(alice, Protocol.NFS, "letter.txt")).isEqualTo("by " + Protocol.WEBDAV));
    asking().delete(SHARES + "/docs?wait=2m").then().statusCode(204);
    assertThat(docs.resolve("letter.txt")).hasContent("by " + Protocol.WEBDAV);
  }

  /** For a minute in the long tests. */
  @Test
  void manyWriteWhileSharesComeAndGo() throws Exception {
    // Given
    account("carol");
    Path crowded = served("crowded", "carol", "");
    Repeated seeded = Repeated.rounds(1, 1);
    Crowd crowd =
        new Crowd(new HouseClient("crowded", "carol"), Files.createDirectory(scratch("crowd")));
    boolean soak = Boolean.getBoolean("homecloud.soak");
    Instant end = Instant.now().plusSeconds(soak ? 60 : 8);
    Path note = Files.writeString(scratch("news"), "news");

    // When
    crowd.begin(Protocol.SMB, soak ? 50 : 15, seeded.random());
    crowd.begin(Protocol.WEBDAV, soak ? 20 : 6, seeded.random());
    int shares = 0;
    for (; shares < 2 || Instant.now().isBefore(end); shares++) {
      String name = "passing-" + shares;
      share(
              name,
              """
              {'volume':'crowded','path':'%s','protocols':['smb','nfs','webdav'],\
              'access':[{'account':'carol','level':'write'}],'nfs':{'clients':['127.0.0.0/8'],'as':'carol'}}\
              """
                  .formatted(name))
          .statusCode(201);
      HouseClient carol = new HouseClient(name, "carol");
      for (Protocol protocol : Protocol.values()) {
        HouseClient.Told told = carol.put(protocol, note, "news-" + protocol);
        assertThat(told.done()).as("%s over %s: %s", name, protocol, told).isTrue();
      }
      asking().delete(SHARES + "/" + name + "?wait=2m").then().statusCode(204);
    }

    // Then
    assertThat(crowd.end()).isEmpty();
    System.out.printf("%d wrote at once, %d shares came and went%n", crowd.most(), shares);
    assertThat(crowd.most()).isGreaterThan(soak ? 35 : 1);
    assertThat(crowd.written()).hasSizeGreaterThanOrEqualTo(soak ? 70 : 21);
    assertThat(crowded.toFile().list())
        .containsExactlyInAnyOrderElementsOf(crowd.written().keySet());
    crowd
        .written()
        .forEach(
            (name, content) -> assertThat(crowded.resolve(name)).hasSameBinaryContentAs(content));
  }

  @Test
  void whereAQuotaEndsAnUploadTheClientIsToldAndOthersGoOn() throws Exception {
    // Given
    account("tom");
    Path toms = served("toms", "tom", "");
    patch(STORAGE + "/volumes/toms?wait=2m", "{'spec':{'quota':'20Mi'}}").statusCode(200);
    HouseClient tom = new HouseClient("toms", "tom");
    Path note = Files.writeString(scratch("small"), "small");
    Path large = scratch("large");
    byte[] random = new byte[40 << 20];
    new Random(1).nextBytes(random);
    Files.write(large, random);

    for (Protocol protocol : Protocol.values()) {
      String kept = "kept-" + protocol;
      assertThat(tom.put(protocol, note, kept).done()).isTrue();

      // When
      HouseClient.Told told = tom.put(protocol, large, "large");

      // Then
      assertThat(told.done()).as("%s: %s", protocol, told).isFalse();
      assertThat(told.said()).containsPattern("DISK_FULL|QUOTA|Failed to write|507");
      for (Protocol reader : Protocol.values()) {
        assertThat(read(tom, reader, kept)).isEqualTo("small");
      }
      Files.deleteIfExists(toms.resolve("large"));
      eventually(() -> {
        Files.deleteIfExists(toms.resolve("afterwards"));
        assertThat(tom.put(protocol, note, "afterwards").done()).as("%s", protocol).isTrue();
      });
    }
    assertThat(toms.toFile().list())
        .containsExactlyInAnyOrder("kept-SMB", "kept-NFS", "kept-WEBDAV", "afterwards");
  }

  @Test
  void namesAreTheSameForAllProtocols() throws Exception {
    // Given
    account("nora");
    Path names = served("names", "nora", "");
    HouseClient nora = new HouseClient("names", "nora");
    Path content = scratch("content");
    // By name over SMB, where what Windows forbids is mapped into the private use area, and on disk
    Map<String, String> all =
        Map.of(
            "Grün CASE.txt", "Grün CASE.txt",
            "gru\u0308n.txt", "gru\u0308n.txt",
            "what\uf022 is\uf024 it\uf027", "what: is> it|");

    for (Protocol writer : Protocol.values()) {
      for (Map.Entry<String, String> name : all.entrySet()) {
        Files.writeString(content, writer + " wrote " + name.getValue());
        Files.deleteIfExists(names.resolve(name.getValue()));
        String written = writer == Protocol.SMB ? name.getKey() : name.getValue();

        // When
        HouseClient.Told told = nora.put(writer, content, written);

        // Then
        assertThat(told.done()).as("%s: %s", written, told).isTrue();
        assertThat(names.resolve(name.getValue())).hasSameTextualContentAs(content);
        for (Protocol reader : Protocol.values()) {
          String seen = reader == Protocol.SMB ? name.getKey() : name.getValue();
          assertThat(read(nora, reader, seen)).isEqualTo(Files.readString(content));
        }
      }
    }
    assertThat(names.toFile().list()).containsExactlyInAnyOrderElementsOf(all.values());
    assertThat(read(nora, Protocol.SMB, "GRÜN case.TXT")).endsWith("Grün CASE.txt");
  }

  @Test
  void whatWindowsCannotCallAFileHasAnotherNameOverSmbByWhichItIsReached() throws Exception {
    // Given
    account("otto");
    Path odd = served("odd", "otto", "");
    HouseClient otto = new HouseClient("odd", "otto");
    Path content = scratch("odd-one");
    List<String> names = List.of("A.txt", "a.txt", "dot.", "blank ", "CON", "NUL.txt");
    for (String name : names) {
      Files.writeString(content, "is <" + name + ">");
      Protocol writer = name.equals("CON") ? Protocol.NFS : Protocol.WEBDAV;
      assertThat(otto.put(writer, content, name).done()).as(name).isTrue();
    }

    // When
    List<String> seen =
        Pattern.compile("^  (.*\\S) +N +\\d+ ", Pattern.MULTILINE)
            .matcher(HouseClient.run(otto.smb("ls")).said())
            .results()
            .map(line -> line.group(1))
            .toList();

    // Then
    assertThat(odd.toFile().list()).containsExactlyInAnyOrderElementsOf(names);
    assertThat(seen).hasSize(6).contains("A.txt", "a.txt").doesNotContain("CON", "NUL.txt");
    List<String> read = new ArrayList<>();
    for (String name : seen) {
      read.add(read(otto, Protocol.SMB, name));
    }
    assertThat(read)
        .containsExactlyInAnyOrderElementsOf(names.stream().map(n -> "is <" + n + ">").toList());
    assertThat(read(otto, Protocol.SMB, "A.txt")).isEqualTo("is <A.txt>");
    assertThat(read(otto, Protocol.SMB, "a.txt")).isEqualTo("is <a.txt>");
  }

  @Test
  void whoIsConnectedIsSeenAndSentAwayWhenTheAccountIsDisabled() throws Exception {
    // Given
    account("bob");
    Path bobs = served("bobs", "bob", "");
    HouseClient bob = new HouseClient("bobs", "bob");
    Path big = scratch("big");
    try (var file = Files.newOutputStream(big)) {
      file.write(new byte[32 << 20]);
    }
    assertThat(bob.put(Protocol.SMB, big, "big").done()).isTrue();
    List<StayingClient> clients = new ArrayList<>();
    for (Protocol protocol : Protocol.values()) {
      clients.add(StayingClient.start(bob.reading(protocol, "big")));
    }
    eventually(() -> {
      assertThat(sessions("findAll{it.session.share=='bobs'}.session.protocol"))
          .containsExactlyInAnyOrder("smb", "webdav");
      assertThat(sessions("session.protocol")).contains("nfs");
    });
    assertThat(sessions("findAll{it.session.account=='bob'}.session.address"))
        .containsExactly("127.0.0.1", "127.0.0.1");
    List<List<String>> open =
        asking().get(SESSIONS).path("items.findAll{it.session.protocol=='smb'}.session.openFiles");
    assertThat(open).contains(List.of("big"));

    // When
    patch("/api/sharing/v1/accounts/bob?wait=2m", "{'spec':{'disabled':true}}").statusCode(200);

    // Then
    eventually(() -> assertThat(sessions("findAll{it.session.account=='bob'}.id")).isEmpty());
    eventually(() -> {
      for (Protocol protocol : Protocol.values()) {
        assertThat(bob.get(protocol, "big", scratch("got")).done()).as("%s", protocol).isFalse();
      }
    });
    for (StayingClient client : clients) {
      client.close();
    }
    eventually(() -> assertThat(sessions("session.protocol")).doesNotContain("nfs", "smb"));
    assertThat(bobs.resolve("big")).hasSize(32 << 20);
  }

  @Test
  void eachProtocolsSessionCanBeEnded() throws Exception {
    // Given
    account("dora");
    Path doras = served("doras", "dora", "");
    HouseClient dora = new HouseClient("doras", "dora");
    assertThat(dora.put(Protocol.WEBDAV, zeros(), "big").done()).isTrue();

    for (Protocol protocol : Protocol.values()) {
      String ids =
          "findAll{it.session.protocol=='%s' && it.session.account in ['dora',null]}.id"
              .formatted(protocol.name().toLowerCase(Locale.ROOT));
      try (StayingClient _ = StayingClient.start(dora.reading(protocol, "big"))) {
        eventually(() -> assertThat(sessions(ids)).hasSize(1));
        String id = sessions(ids).getFirst();

        // When
        int status = asking().delete(SESSIONS + "/" + id).statusCode();

        // Then
        assertThat(status).as(id).isEqualTo(204);
        eventually(() -> assertThat(sessions(ids)).isEmpty());
        asking().delete(SESSIONS + "/" + id).then().statusCode(404);
      }
    }
    assertThat(doras.resolve("big")).hasSize(32 << 20);
  }

  private static List<String> sessions(String path) {
    List<String> found = asking().get(SESSIONS).path("items." + path);
    return found == null ? List.of() : found;
  }

  @Test
  void whoDidWhatIsReadByAdministratorsWhereItIsWrittenDown() throws Exception {
    // Given
    account("ida");
    served("watched", "ida", "'accessLog':true,");
    served("quiet", "ida", "");
    Path note = Files.writeString(scratch("note"), "hello");

    // When
    for (String share : List.of("watched", "quiet")) {
      HouseClient ida = new HouseClient(share, "ida");
      for (Protocol protocol : Protocol.values()) {
        assertThat(ida.put(protocol, note, protocol + ".txt").done()).isTrue();
      }
    }

    // Then
    eventually(() -> {
      for (Protocol protocol : Protocol.values()) {
        List<Map<String, String>> found =
            accesses("watched")
                .path(
                    "items.access.findAll{it.protocol=='%s' && it.path.contains('%s.txt')}"
                        .formatted(protocol.name().toLowerCase(Locale.ROOT), protocol));
        assertThat(found).as("%s", protocol).isNotEmpty();
        assertThat(found)
            .allSatisfy(one ->
                assertThat(one)
                    .containsEntry("share", "watched")
                    .containsEntry("address", "127.0.0.1"));
        Set<String> accounts = new java.util.HashSet<>();
        found.forEach(one -> accounts.add(String.valueOf(one.get("account"))));
        assertThat(accounts).containsExactly(protocol == Protocol.NFS ? "null" : "ida");
      }
    });
    assertThat(accesses("quiet").<List<?>>path("items")).isEmpty();
    asking().get(SHARES + "/nosuch/accesses").then().statusCode(404);
    io.restassured.RestAssured.given()
        .auth()
        .oauth2(io.homecloud.testkit.TestTokens.member("ida"))
        .get(SHARES + "/watched/accesses")
        .then()
        .statusCode(403);

    // When
    patch(SHARES + "/watched?wait=2m", "{'spec':{'accessLog':false}}").statusCode(200);

    // Then
    eventually(() -> assertThat(accesses("watched").<List<?>>path("items")).isEmpty());
    assertThat(scratch("log/access")).isEmptyDirectory();
  }

  private static io.restassured.response.Response accesses(String share) {
    return asking().get(SHARES + "/" + share + "/accesses?limit=500");
  }
}
