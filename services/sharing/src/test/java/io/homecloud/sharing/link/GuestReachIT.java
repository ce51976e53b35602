package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.link;
import static io.homecloud.sharing.link.Guests.page;
import static io.homecloud.sharing.link.Guests.path;
import static io.homecloud.sharing.link.Guests.wish;
import static io.homecloud.sharing.share.Houses.account;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.Houses.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ShareServer.Health;
import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.sharing.share.TestSharing;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A link reaches what servers let people have, as whoever the files belong to, and no more. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class GuestReachIT {
  private static Path house = Path.of("/");
  private static int bella;

  /** All of a volume, in which people have their homes. */
  @BeforeEach
  void aHouse() throws IOException {
    if (bella > 0) {
      return;
    }
    Houses.pool("home");
    house = volume("home", "house");
    Files.writeString(house.resolve("plan.txt"), "of the house");
    String access = "'access':[{'account':'bella','level':'write'}]";
    int uid = account("bella", "{}").extract().path("status.uid");
    share("house", "{'volume':'house','protocols':['webdav'],%s}".formatted(access))
        .statusCode(201);
    share(
            "mine",
            "{'volume':'house','path':'people','homes':true,'protocols':['webdav'],%s}"
                .formatted(access))
        .statusCode(201);
    Path home = house.resolve("people/bella");
    eventually(() -> assertThat(home).isDirectory());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
        .isEqualTo("rwx------");
    own(Files.writeString(home.resolve("diary.txt"), "dear diary"), uid);
    bella = uid;
  }

  private static Path own(Path file, int uid) throws IOException {
    Files.setAttribute(file, "unix:uid", uid);
    Files.setAttribute(file, "unix:gid", uid);
    return file;
  }

  private static Set<String> names(Response zip) throws IOException {
    zip.then().statusCode(200).contentType("application/zip");
    Set<String> names = new HashSet<>();
    try (ZipInputStream in =
        new ZipInputStream(new ByteArrayInputStream(zip.asByteArray()), UTF_8)) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }

  @Test
  void theHomeOfAnotherIsNotReachedByAShareAroundIt() throws IOException {
    // Given
    for (String path : new String[] {"people/bella", "people/bella/diary.txt"}) {
      assertThat(wish("spy", "'spec':{'share':'house','paths':['" + path + "']}").asString())
          .contains("file-not-found");
    }
    assertThat(
            wish("spy", "'spec':{'share':'house','paths':['people/bella'],'mode':'upload'}")
                .statusCode())
        .isEqualTo(404);
    // When
    String link = link("around", "{'share':'house'}");
    // Then
    guest().get(link).then().body(containsString("plan.txt")).body(containsString("people"));
    guest().get(link + "/f/people").then().statusCode(200).body(not(containsString("bella")));
    for (String how : new String[] {"", "?raw", "?download", "?zip", "?small"}) {
      guest().get(link + "/f/people/bella" + how).then().statusCode(404);
      guest().get(link + "/f/people/bella/diary.txt" + how).then().statusCode(404);
    }
    assertThat(names(guest().get(link + "/f/?zip")))
        .anyMatch(name -> name.endsWith("/plan.txt"))
        .noneMatch(name -> name.contains("bella"));
    Response ticked =
        page()
            .contentType("application/x-www-form-urlencoded; charset=utf-8")
            .body("in=people&file=bella")
            .post(link + "/zip");
    assertThat(names(ticked)).noneMatch(name -> name.contains("bella"));
  }

  @Test
  void whatBecomesAnothersLeavesTheLink() throws IOException {
    // Given
    Path lent = own(Files.createDirectory(house.resolve("lent")), 1000);
    own(Files.writeString(lent.resolve("letter.txt"), "dear you"), 1000);
    String link = link("lent", "{'share':'house','paths':['lent']}");
    guest().get(link + "/f/lent/letter.txt?raw").then().statusCode(200);
    // When
    own(lent, bella);
    Files.setPosixFilePermissions(lent, PosixFilePermissions.fromString("rwx------"));
    // Then
    guest().get(link).then().statusCode(404);
    guest().get(link + "/f/lent/letter.txt?raw").then().statusCode(404);
  }

  @Test
  void nothingIsBroughtWhereServersMayNotWrite() throws IOException {
    // Given
    Path box = own(Files.createDirectory(house.resolve("box")), 1000);
    String link = link("brings", "{'share':'house','paths':['box'],'mode':'upload'}");
    bring(link + "/files/a").statusCode(201);
    // When
    own(box, bella);
    // Then
    bring(link + "/files/b").statusCode(409);
    assertThat(box.resolve("b")).doesNotExist();
    assertThat(
            wish("late", "'spec':{'share':'house','paths':['box'],'mode':'upload'}").statusCode())
        .isEqualTo(403);
  }

  @Test
  void whatMakesWindowsSignInElsewhereIsNotBrought() throws IOException {
    // Given
    Path box = own(Files.createDirectory(house.resolve("letters")), 1000);
    String spec = "{'share':'house','paths':['letters'],'mode':'upload'%s}";
    String link = link("letters", spec.formatted(""));
    String named = link("shortcuts", spec.formatted(",'limits':{'types':['url']}"));
    // When, Then
    for (String name :
        List.of("a.url", "a.LNK", "a.scf", "a.searchConnector-ms", "a.url.%20.", "Desktop.ini")) {
      bring(link + "/files/" + name)
          .statusCode(409)
          .body("type", equalTo("urn:homecloud:problem:upload-refused"))
          .body("detail", containsString("Bring it within a zip."));
    }
    assertThat(box).isEmptyDirectory();
    bring(link + "/files/curl.txt").statusCode(201);
    bring(named + "/files/a.url").statusCode(201);
  }

  private static ValidatableResponse bring(String file) {
    return page().contentType(ContentType.BINARY).body("x".getBytes(UTF_8)).put(file).then();
  }

  @Test
  void whatServersKeepBesidePeoplesFilesIsNotShown() throws IOException {
    // Given
    List<String> all = List.of(".recycle", ".DAV", ".davfs.tmpA1b2C3", ".trash");
    for (String kept : all) {
      Files.createDirectories(house.resolve(kept));
      Files.writeString(house.resolve(kept + "/gone.txt"), "deleted");
      Files.createDirectories(house.resolve("deep/" + kept));
      Files.writeString(house.resolve("deep/" + kept + "/gone.txt"), "deleted");
    }
    String link = link("tidy", "{'share':'house'}");
    // When
    Set<String> zipped = names(guest().get(link + "/f/?zip"));
    // Then
    assertThat(zipped)
        .anyMatch(name -> name.endsWith("/deep/"))
        .noneMatch(name -> name.contains("gone.txt") || name.contains("/."));
    for (String kept : all) {
      guest().get(link).then().body(not(containsString(kept)));
      guest().get(link + "/f/deep").then().body(not(containsString(kept)));
      for (String how : new String[] {"", "?raw", "?download", "?zip"}) {
        guest().get(link + "/f/" + kept + how).then().statusCode(404);
        guest().get(link + "/f/" + kept + "/gone.txt" + how).then().statusCode(404);
        guest().get(link + "/f/deep/" + kept + "/gone.txt" + how).then().statusCode(404);
      }
      String spec = "'spec':{'share':'house','paths':['" + kept + "'],'mode':'%s'}";
      assertThat(wish("bin", spec.formatted("download")).statusCode()).isEqualTo(404);
      assertThat(wish("bin", spec.formatted("upload")).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aLinkNeedsNoServer() {
    // Given
    String link = link("serverless", "{'share':'house'}");
    // When
    TestSharing.server(Protocol.WEBDAV).become(new Health.Down("killed"));
    // Then
    try {
      eventually(() -> assertThat(Houses.reason("house")).isEqualTo("ServerNotReady"));
      guest().get(link).then().statusCode(200).body(containsString("plan.txt"));
    } finally {
      TestSharing.server(Protocol.WEBDAV).become(new Health.Up());
    }
  }

  @Test
  void whoHasAHomeLinksToWhatIsInIt() throws IOException {
    // Given
    String token = TestTokens.member("bella");
    // When
    Response made = wish(token, "of-mine", "'spec':{'share':'mine','paths':['diary.txt']}");
    Response box = wish(token, "to-me", "'spec':{'share':'mine','mode':'upload'}");
    // Then
    guest().get(path(made) + "/f/diary.txt?raw").then().body(equalTo("dear diary"));
    page()
        .contentType(ContentType.BINARY)
        .body("hello".getBytes(UTF_8))
        .put(path(box) + "/files/note.txt")
        .then()
        .statusCode(201);
    Path note = house.resolve("people/bella/note.txt");
    assertThat(note).hasContent("hello");
    assertThat(Files.getAttribute(note, "unix:uid")).isEqualTo(bella);
    assertThat(wish("of-hers", "'spec':{'share':'mine','paths':['bella']}").statusCode())
        .isEqualTo(404);
    assertThat(
            wish(token, "up", "'spec':{'share':'mine','paths':['../bella/diary.txt']}")
                .statusCode())
        .isEqualTo(422);
    assertThat(asking().get(Guests.LINKS + "/of-mine").<String>path("spec.share"))
        .isEqualTo("mine");
  }
}
