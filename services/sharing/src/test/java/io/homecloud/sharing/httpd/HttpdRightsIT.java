package io.homecloud.sharing.httpd;

import static io.homecloud.sharing.httpd.HttpdLab.PASSWORD;
import static io.homecloud.sharing.httpd.HttpdLab.person;
import static io.homecloud.sharing.httpd.HttpdLab.read;
import static io.homecloud.sharing.httpd.HttpdLab.share;
import static io.homecloud.sharing.httpd.HttpdLab.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.AddressGuard;
import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may do what over WebDAV, and what nobody may. */
class HttpdRightsIT {
  private static HttpdLab lab;
  private static ServedShare[] shares;
  private static Path files;

  @BeforeAll
  static void serve() throws IOException {
    lab = new HttpdLab();
    files = lab.directory("files");
    Path home = lab.directory("homes");
    Path snapshots = lab.directory("snapshots");
    Path then = Files.createDirectory(snapshots.resolve("@GMT-2026.11.20-10.00.00"));
    Files.writeString(then.resolve("letter.txt"), "as it was");
    Files.createSymbolicLink(then.resolve("out"), Path.of("/etc"));
    Path second = Files.createDirectories(snapshots.resolve(".all/second"));
    Files.writeString(second.resolve("letter.txt"), "as it became");
    Path link = snapshots.resolve("@GMT-2026.11.21-10.00.00");
    Files.createSymbolicLink(link, second);
    for (String name : List.of("anna", "ben")) {
      HttpdLab.must("install", "-d", "-o", "19999", "-g", "19999", home.resolve(name).toString());
    }
    shares =
        new ServedShare[] {
          new HttpdLab.Share("files", files)
              .grants(write("anna"), read("ben"))
              .snapshots(snapshots)
              .made(),
          new HttpdLab.Share("open", lab.directory("open"))
              .guests(Level.READ)
              .grants(write("anna"))
              .snapshots(snapshots)
              .made(),
          share("drop", lab.directory("drop"), Level.WRITE, false),
          share("archive", lab.directory("archive"), Level.NONE, true, write("anna")),
          new HttpdLab.Share("secret", lab.directory("secret"))
              .grants(write("anna"))
              .hidden()
              .made(),
          new HttpdLab.Share("homes", home)
              .homes(
                  Map.of(
                      new Name("anna"), home.resolve("anna"), new Name("ben"), home.resolve("ben")))
              .grants(write("anna"), write("ben"))
              .made(),
          new HttpdLab.Share("homeless", lab.directory("homeless"))
              .homes(Map.of())
              .grants(write("anna"))
              .made()
        };
    lab.served(shares);
    for (String share : List.of("files", "open", "archive", "homeless")) {
      Path file = Files.writeString(lab.disk.resolve(share).resolve("letter.txt"), "as it is");
      HttpdLab.must("chown", "19999:19999", file.toString());
    }
  }

  @AfterAll
  static void close() throws IOException {
    lab.close();
  }

  @Test
  void readersReadAndWritersWrite() {
    // When, Then
    for (String method : List.of("GET", "HEAD", "OPTIONS", "PROPFIND")) {
      assertThat(lab.status("anna", method, "/dav/files/letter.txt", "-H", "Depth: 0"))
          .isBetween(200, 207);
      assertThat(lab.status("ben", method, "/dav/files/letter.txt", "-H", "Depth: 0"))
          .isBetween(200, 207);
      assertThat(lab.status("", method, "/dav/files/letter.txt")).isEqualTo(401);
      assertThat(lab.status("carl", method, "/dav/files/letter.txt")).isEqualTo(401);
    }
    assertThat(lab.status("anna", "PUT", "/dav/files/new.txt", "-d", "x")).isEqualTo(201);
    assertThat(files.resolve("new.txt")).hasContent("x");
    String lock =
        "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>";
    for (String method :
        List.of("PUT", "DELETE", "MKCOL", "MOVE", "COPY", "PROPPATCH", "LOCK", "POST")) {
      String[] words = {"-d", lock, "-H", "Destination: " + lab.url("/dav/files/other.txt")};
      assertThat(lab.status("ben", method, "/dav/files/letter.txt", words)).isEqualTo(403);
      assertThat(lab.status("", method, "/dav/files/letter.txt", words)).isEqualTo(401);
    }
    assertThat(files.resolve("letter.txt")).hasContent("as it is");
  }

  @Test
  void whoSaysWhoTheyAreIsNoGuest() {
    // When
    assertThat(lab.status("anna", "PUT", "/dav/drop/annas", "-d", "x")).isEqualTo(201);
    assertThat(lab.status("ben", "GET", "/dav/open/letter.txt")).isEqualTo(200);
    assertThat(lab.status("", "PUT", "/dav/drop/guests", "-d", "x")).isEqualTo(201);

    // Then
    Eventually.eventually(() ->
        assertThat(lab.server.sessions())
            .extracting(ClientSession::share, ClientSession::account)
            .contains(
                tuple(new Name("drop"), new Name("anna")),
                tuple(new Name("open"), new Name("ben")),
                tuple(new Name("drop"), null)));
    assertThat(lab.status("ben", "PUT", "/dav/open/letter.txt", "-d", "x")).isEqualTo(403);
    assertThat(lab.status("carl", "PUT", "/dav/drop/carls", "-d", "x")).isEqualTo(401);
    assertThat(lab.status("", "GET", "/dav/open/letter.txt", "-u", "anna:wrong")).isEqualTo(401);
  }

  @Test
  void nobodyLocksForLongerThanTenMinutes() {
    // Given
    String lock =
        "<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>";
    for (String wished : List.of("Infinite", "Infinite, Second-4100000000", "Second-86400", "")) {
      // When
      String answer =
          lab.curl(
              "-u",
              "anna:" + PASSWORD,
              "-X",
              "LOCK",
              "-H",
              "Timeout:" + wished,
              "-d",
              lock,
              lab.url("/dav/files/locked" + wished.hashCode() + ".txt"));
      // Then
      assertThat(answer).as(wished).containsPattern("<D:timeout>Second-(600|59[0-9])</D:timeout>");
    }
  }

  @Test
  void guestsAreAskedForAPasswordOnlyWhereTheyMayNot() {
    // When, Then
    assertThat(lab.status("", "GET", "/dav/open/letter.txt")).isEqualTo(200);
    assertThat(lab.status("", "PUT", "/dav/open/guest.txt", "-d", "x")).isEqualTo(401);
    assertThat(lab.status("anna", "PUT", "/dav/open/member.txt", "-d", "x")).isEqualTo(201);
    assertThat(lab.status("ben", "PUT", "/dav/open/member.txt", "-d", "x")).isEqualTo(403);
    assertThat(lab.status("", "PUT", "/dav/drop/guest.txt", "-d", "x")).isEqualTo(201);
  }

  @Test
  void whatIsReadOnlyIsForEverybody() {
    // When, Then
    assertThat(lab.status("anna", "GET", "/dav/archive/letter.txt")).isEqualTo(200);
    assertThat(lab.status("anna", "PUT", "/dav/archive/letter.txt", "-d", "x")).isEqualTo(403);
    assertThat(lab.status("anna", "DELETE", "/dav/archive/letter.txt")).isEqualTo(403);
  }

  @Test
  void everybodyHasTheirOwnHomeAlone() {
    // When, Then
    assertThat(lab.status("anna", "PUT", "/dav/homes/anna/a.txt", "-d", "x")).isEqualTo(201);
    assertThat(lab.status("ben", "GET", "/dav/homes/anna/a.txt")).isEqualTo(403);
    assertThat(lab.status("ben", "PUT", "/dav/homes/anna/b.txt", "-d", "x")).isEqualTo(403);
    assertThat(lab.status("", "GET", "/dav/homes/anna/a.txt")).isEqualTo(401);
    assertThat(
            lab.status(
                "anna",
                "MOVE",
                "/dav/homes/anna/a.txt",
                "-H",
                "Destination: " + lab.url("/dav/homes/ben/a.txt")))
        .isEqualTo(403);
    assertThat(lab.listed("anna", "/dav/homes/"))
        .containsExactly("/dav/homes/", "/dav/homes/anna/");
  }

  @Test
  void whereNobodyHasAHomeNothingIsServed() {
    // When, Then
    for (String method : List.of("GET", "PROPFIND", "PUT", "DELETE")) {
      assertThat(lab.status("anna", method, "/dav/homeless/letter.txt", "-H", "Depth: 0"))
          .isEqualTo(403);
    }
    assertThat(lab.status("anna", "PUT", "/dav/homeless/anna/new.txt", "-d", "x")).isEqualTo(403);
    assertThat(lab.listed("anna", "/dav/homeless/")).doesNotContain("/dav/homeless/letter.txt");
    assertThat(lab.disk.resolve("homeless/letter.txt")).hasContent("as it is");
  }

  @Test
  void sharesThatOneMaySeeAreListed() {
    // When, Then
    assertThat(lab.listed("anna", "/dav/"))
        .containsExactlyInAnyOrder(
            "/dav/", "/dav/files/", "/dav/open/", "/dav/drop/", "/dav/archive/", "/dav/homes/");
    assertThat(lab.listed("ben", "/dav/"))
        .containsExactlyInAnyOrder(
            "/dav/", "/dav/files/", "/dav/open/", "/dav/drop/", "/dav/homes/");
    assertThat(lab.status("", "PROPFIND", "/dav/", "-H", "Depth: 1")).isEqualTo(401);
    assertThat(lab.status("anna", "PROPFIND", "/dav/secret/", "-H", "Depth: 1")).isEqualTo(207);
    assertThat(lab.status("anna", "MKCOL", "/dav/mine")).isEqualTo(403);
    assertThat(lab.status("anna", "PUT", "/dav/files", "-d", "x")).isNotEqualTo(201);
  }

  @Test
  void previousVersionsAreReadAndNeverWritten() {
    // Given
    String version = "/dav/files/.snapshots/@GMT-2026.11.20-10.00.00/";
    // When, Then
    assertThat(lab.curl("-u", "ben:" + PASSWORD, lab.url(version + "letter.txt")))
        .isEqualTo("as it was");
    assertThat(lab.listed("ben", "/dav/files/.snapshots/"))
        .containsExactlyInAnyOrder(
            "/dav/files/.snapshots/", version, "/dav/files/.snapshots/@GMT-2026.11.21-10.00.00/");
    assertThat(lab.listed("ben", "/dav/files/")).doesNotContain("/dav/files/.snapshots/");
    assertThat(lab.status("ben", "GET", version + "out/passwd")).isIn(403, 404);
    assertThat(lab.status("ben", "GET", "/dav/files/.snapshots/.all/second/letter.txt"))
        .isEqualTo(404);
    assertThat(lab.status("anna", "PUT", version + "new.txt", "-d", "x")).isEqualTo(403);
    assertThat(lab.status("anna", "DELETE", version + "letter.txt")).isEqualTo(403);
    assertThat(lab.status("", "GET", version + "letter.txt")).isEqualTo(401);
    assertThat(
            lab.status(
                "anna",
                "MOVE",
                "/dav/files/letter.txt",
                "-H",
                "Destination: " + lab.url(version + "moved.txt")))
        .isEqualTo(403);
  }

  @Test
  void guestsReadNothingOfWhatWasDeletedOrChanged() throws IOException {
    // Given
    Path bin = Files.createDirectory(lab.disk.resolve("open/.recycle"));
    Files.writeString(bin.resolve("secret"), "deleted");
    for (String path :
        List.of(
            ".recycle/",
            "/.recycle/secret",
            "./.recycle/secret",
            "a/../%2erecycle/secret",
            ".snapshots/",
            ".snapshots/@GMT-2026.11.20-10.00.00/letter.txt")) {
      for (String method : List.of("GET", "PROPFIND", "DELETE")) {
        // When, Then
        assertThat(lab.status("", method, "/dav/open/" + path, "--path-as-is"))
            .as(method + " " + path)
            .isEqualTo(401);
      }
      assertThat(lab.status("ben", "PROPFIND", "/dav/open/" + path, "-H", "Depth: 1"))
          .as(path)
          .isEqualTo(207);
    }
  }

  @Test
  void noPathLeadsOut() throws IOException {
    // Given
    Files.createSymbolicLink(files.resolve("etc"), Path.of("/etc"));
    Files.createSymbolicLink(files.resolve("same"), Path.of("letter.txt"));
    Path outside = lab.disk.resolve("archive/letter.txt");
    // When, Then
    for (String path :
        List.of(
            "/dav/files/etc/passwd",
            "/dav/files/same",
            "/dav/files/../archive/../../../../etc/passwd",
            "/dav/files/%2e%2e/%2e%2e/etc/passwd",
            "/dav/files/..%2f..%2fetc/passwd",
            "/dav/files/%252e%252e/passwd",
            "/dav/files/..%5c..%5cetc",
            "/dav/files/a%00b",
            "/dav/files/.DAV/x",
            "/dav/files/a/.DAV",
            "/dav/files/.davfs.tmp123456",
            "//etc/passwd",
            "/")) {
      assertThat(lab.status("anna", "GET", path, "--path-as-is")).as(path).isBetween(400, 499);
      assertThat(lab.status("anna", "DELETE", path, "--path-as-is")).as(path).isBetween(400, 499);
    }
    for (String place : List.of("/dav/files/../../x", "/dav/files/etc/x", "/dav/other/x", "/x")) {
      assertThat(
              lab.status(
                  "anna",
                  "COPY",
                  "/dav/files/letter.txt",
                  "--path-as-is",
                  "-H",
                  "Destination: " + lab.url(place)))
          .as(place)
          .isBetween(400, 502)
          .isNotEqualTo(500);
    }
    assertThat(outside).exists();
    assertThat(lab.status("anna", "PROPFIND", "/dav/files/", "-H", "Depth: infinity"))
        .isEqualTo(403);
  }

  @Test
  void filesAreNeverActiveContent() throws IOException {
    // Given
    Files.writeString(files.resolve("page.html"), "<script>alert(1)</script>");
    Files.writeString(files.resolve("photo.jpg"), "no photo");
    // When
    String page = lab.curl("-u", "anna:" + PASSWORD, "-D", "-", lab.url("/dav/files/page.html"));
    String photo = lab.curl("-u", "anna:" + PASSWORD, "-D", "-", lab.url("/dav/files/photo.jpg"));
    String none = lab.curl("-u", "anna:" + PASSWORD, "-D", "-", lab.url("/dav/files/none"));
    // Then
    assertThat(page).containsIgnoringCase("content-disposition: attachment");
    assertThat(photo).doesNotContainIgnoringCase("content-disposition");
    assertThat(List.of(page, photo, none))
        .allSatisfy(answer ->
            assertThat(answer)
                .containsIgnoringCase("content-security-policy: sandbox; default-src 'none'")
                .containsIgnoringCase("x-content-type-options: nosniff")
                .doesNotContainIgnoringCase("debian"));
  }

  @Test
  void guessersAreKeptOutAndGuestsAreNot() {
    // Given
    assertThat(lab.status("ben", "GET", "/dav/files/letter.txt")).isEqualTo(200);
    // When
    for (int i = 0; i < AddressGuard.MOST; i++) {
      String[] words = {"-o", "/dev/null", "-w", "%{http_code}", "-u", "ben:wrong" + i};
      List<String> all = new java.util.ArrayList<>(List.of(words));
      all.addAll(List.of("--interface", "127.0.0.2", lab.url("/dav/files/letter.txt")));
      assertThat(lab.curl(all.toArray(String[]::new))).isEqualTo("401");
    }
    // Then
    Eventually.eventually(() ->
        assertThat(lab.status("ben", "GET", "/dav/files/letter.txt", "--interface", "127.0.0.2"))
            .isEqualTo(429));
    assertThat(lab.status("", "GET", "/dav/open/letter.txt", "--interface", "127.0.0.2"))
        .isEqualTo(200);
    assertThat(lab.status("ben", "GET", "/dav/files/letter.txt")).isEqualTo(200);
  }

  @Test
  void aNetworkIsKeptOutByWhatItsAddressesBeginWith() throws Exception {
    // Given
    try (HttpdLab other = new HttpdLab()) {
      other.listen(InetAddress.ofLiteral("::1"));
      other.served(share("files", other.directory("files"), write("anna")));

      // When
      block(other, "2001:db8::7");

      // Then
      assertThat(other.status("anna", "OPTIONS", "/dav/files/")).isEqualTo(200);

      // When
      block(other, "::7");

      // Then
      assertThat(other.status("anna", "OPTIONS", "/dav/files/")).isEqualTo(429);
    }
  }

  private static void block(HttpdLab lab, String address) throws IOException {
    StringBuilder text = new StringBuilder();
    AddressBeginning.of(InetAddress.ofLiteral(address))
        .forEach(beginning -> text.append(beginning).append(" yes\n"));
    OwnDirectory.write(lab.own.resolve("access/blocked"), text.toString());
  }

  @Test
  void whatIsTakenAwayIsGoneAtTheNextRequest() {
    // Given
    try (HttpdLab other = new HttpdLab()) {
      ServedShare share = share("files", other.directory("files"), write("anna"), write("ben"));
      other.served(share);
      assertThat(other.status("anna", "PUT", "/dav/files/a", "-d", "x")).isEqualTo(201);
      // When
      other.serve(List.of(person("anna", false), person("ben")), share);
      // Then
      assertThat(other.status("anna", "GET", "/dav/files/a")).isEqualTo(401);
      // When
      other.serve(
          List.of(person("anna"), person("ben")), share("files", share.root(), read("anna")));
      // Then
      assertThat(other.status("anna", "GET", "/dav/files/a")).isEqualTo(200);
      assertThat(other.status("anna", "DELETE", "/dav/files/a")).isEqualTo(403);
      assertThat(other.status("ben", "GET", "/dav/files/a")).isEqualTo(403);
      // When
      other.serve(share("others", other.directory("others"), write("anna")));
      // Then
      assertThat(other.status("anna", "GET", "/dav/files/a")).isEqualTo(403);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
