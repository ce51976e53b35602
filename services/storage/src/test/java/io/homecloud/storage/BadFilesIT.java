package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.assertHelps;
import static io.homecloud.storage.Asking.assertProblem;
import static io.homecloud.storage.Asking.body;
import static io.homecloud.storage.Asking.files;
import static io.homecloud.storage.Asking.freshName;
import static io.homecloud.storage.Asking.mountPath;
import static io.homecloud.storage.Asking.sending;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever path is asked for, nothing outside the volume is read, made, changed or deleted. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class BadFilesIT {
  private static final String SECRET = "nobody's business";
  private static final byte[] BYTES = "bytes".getBytes(StandardCharsets.UTF_8);
  private static String pool = "";

  private Path outside = Path.of("");
  private String volume = "";
  private Path mounted = Path.of("");

  @BeforeEach
  void linkOutside() throws IOException {
    pool = pool.isEmpty() ? Asking.pool(256L << 20) : pool;
    volume = Asking.volume(pool, "");
    mounted = mountPath("/volumes/" + volume);
    outside = StorageHouse.directory(freshName());
    Files.writeString(outside.resolve("secret.txt"), SECRET);
    Files.writeString(mounted.resolve("mine.txt"), "mine");
    Files.createDirectory(mounted.resolve("dir"));
    Files.createSymbolicLink(mounted.resolve("out"), outside);
    Files.createSymbolicLink(mounted.resolve("secret"), outside.resolve("secret.txt"));
    Files.createSymbolicLink(mounted.resolve("up"), Path.of("../.."));
    Files.createSymbolicLink(mounted.resolve("dir/deep"), outside);
    Files.createSymbolicLink(mounted.resolve("ring"), Path.of("ring"));
    Files.createSymbolicLink(mounted.resolve("proc"), Path.of("/proc/self/root"));
    Files.createSymbolicLink(mounted.resolve("inside"), Path.of("dir"));
  }

  private void assertOutsideIsUntouched() throws IOException {
    try (var entries = Files.list(outside)) {
      assertThat(entries).containsExactly(outside.resolve("secret.txt"));
    }
    assertThat(outside.resolve("secret.txt")).hasContent(SECRET);
  }

  @Test
  void linksAreNeverFollowed() throws IOException {
    List<String> rows =
        List.of(
            "GET|out/",
            "GET|out?zip",
            "GET|out",
            "GET|out/secret.txt",
            "GET|secret",
            "GET|up/etc",
            "GET|dir/deep/secret.txt",
            "GET|ring",
            "GET|ring/x",
            "GET|proc/etc/passwd",
            "GET|inside/deep",
            "PUT|out/new.txt",
            "PUT|dir/deep/secret.txt",
            "PUT|up/new.txt",
            "PUT|inside/new.txt",
            "DELETE|out/secret.txt",
            "DELETE|dir/deep/secret.txt?recursive=true",
            "DELETE|up/pools?recursive=true",
            "POST|out/made|{'directory':true}",
            "POST|out/made/deeper|{'directory':true,'parents':true}",
            "POST|dir/deep/made|{'directory':true,'parents':true}",
            "POST|mine.txt|{'moveTo':'out/mine.txt'}",
            "POST|mine.txt|{'moveTo':'out/secret.txt','replace':true}",
            "POST|mine.txt|{'moveTo':'up/mine.txt'}",
            "POST|out/secret.txt|{'moveTo':'stolen.txt'}",
            "POST|dir/deep/secret.txt|{'moveTo':'stolen.txt'}");
    for (String row : rows) {
      // When
      String[] part = row.split("\\|", -1);
      Response answer =
          part[0].equals("PUT")
              ? sending(BYTES).put(files(volume, part[1]))
              : asking()
                  .body(part.length > 2 ? part[2].replace('\'', '"') : "")
                  .request(part[0], files(volume, part[1]));
      // Then
      assertThat(answer.statusCode()).as(row + answer.asString()).isEqualTo(409);
      assertThat(answer.<String>path("type"))
          .as(row)
          .isIn("urn:homecloud:problem:link-not-followed", "urn:homecloud:problem:not-a-directory");
      assertHelps(answer);
      assertOutsideIsUntouched();
    }
    assertThat(mounted.resolve("stolen.txt")).doesNotExist();
    assertThat(mounted.resolve("mine.txt")).hasContent("mine");
  }

  @Test
  void aLinkItselfIsListedReplacedMovedAndDeletedAlone() throws IOException {
    // When / Then
    List<String> types = asking().get(files(volume, "")).path("items.type");
    assertThat(types).contains("link", "file", "directory");
    sending(BYTES).put(files(volume, "secret")).then().statusCode(201);
    assertThat(mounted.resolve("secret")).hasContent("bytes").isRegularFile();
    asking().body("{\"moveTo\":\"moved\"}").post(files(volume, "out")).then().statusCode(200);
    assertThat(Files.isSymbolicLink(mounted.resolve("moved"))).isTrue();
    asking().delete(files(volume, "moved?recursive=true")).then().statusCode(204);
    asking().delete(files(volume, "dir?recursive=true")).then().statusCode(204);
    assertThat(Files.exists(mounted.resolve("moved"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertOutsideIsUntouched();
  }

  @Test
  void aZipHasLinksAndNothingBehindThem() throws IOException {
    // When
    byte[] zip = asking().get(files(volume, "?zip")).then().statusCode(200).extract().asByteArray();
    // Then
    assertThat(new String(zip, StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        assertThat(entry.getName()).startsWith(volume + "/").doesNotContain("..", "deep/secret");
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).doesNotContain(SECRET);
      }
    }
  }

  @Test
  void linksInASnapshotAreNotFollowedEither() {
    // Given
    String snapshot = freshName();
    asking()
        .body(body(snapshot, "{'volume':'" + volume + "'}"))
        .post(API + "/snapshots?wait=60s")
        .then()
        .statusCode(201);
    for (String path : List.of("out/", "out?zip", "secret", "dir/deep/secret.txt", "up/etc")) {
      // When
      Response answer = asking().get(API + "/snapshots/" + snapshot + "/files/" + path);
      // Then
      assertThat(answer.statusCode()).as(path).isEqualTo(409);
      assertThat(answer.<String>path("type"))
          .as(path)
          .isIn("urn:homecloud:problem:link-not-followed", "urn:homecloud:problem:not-a-directory");
      assertHelps(answer);
    }
    for (String method : List.of("PUT", "POST", "DELETE", "PATCH")) {
      Response answer =
          asking().body("{}").request(method, API + "/snapshots/" + snapshot + "/files/mine.txt");
      assertThat(answer.statusCode()).as(method).isIn(404, 405);
      assertHelps(answer);
    }
  }

  @Test
  void theLongestPathThereCanBeIsReached() {
    // Given
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < 15; i++) {
      path.append("%20".repeat(255));
      asking()
          .body("{\"directory\":true}")
          .post(files(volume, path.toString()))
          .then()
          .statusCode(201);
      path.append('/');
    }
    String longest = path + "%2e" + "%20".repeat(254);
    // When
    sending(BYTES).put(files(volume, longest)).then().statusCode(201);
    // Then
    assertThat(asking().get(files(volume, longest)).asByteArray()).isEqualTo(BYTES);
    assertProblem(asking().get(files(volume, longest + "x")), 422, "file-name-invalid");
  }

  @Test
  void namesThatNoFileCanHaveAreRefused() throws IOException {
    // Given
    List<Path> before = entries();
    for (String path :
        List.of(
            "a%00b",
            "a%2fb",
            "%2e%2e%2fx",
            "dir/%2e%2e%2f%2e%2e%2fx",
            "x".repeat(256),
            "%ff%00",
            ("y".repeat(200) + "/").repeat(21) + "z",
            ".homecloud-partial/x",
            ".homecloud-partial")) {
      for (String method : List.of("PUT", "POST", "DELETE", "MOVE")) {
        // When
        Response answer =
            switch (method) {
              case "PUT" -> sending(BYTES).put(files(volume, path));
              case "MOVE" ->
                  asking().body("{\"moveTo\":\"" + path + "\"}").post(files(volume, "mine.txt"));
              default -> asking().body("{\"directory\":true}").request(method, files(volume, path));
            };
        // Then
        assertThat(answer.statusCode())
            .as(method + " " + path + " " + answer.asString())
            .isBetween(400, 499);
        assertHelps(answer);
      }
    }
    for (String target :
        List.of("..", "../x", "/etc/x", "a/../../x", "", ".", "dir/.", "a\\u0000")) {
      Response answer =
          asking().body("{\"moveTo\":\"" + target + "\"}").post(files(volume, "mine.txt"));
      assertThat(answer.statusCode()).as(target).isBetween(400, 499);
      assertHelps(answer);
    }
    assertThat(entries()).isEqualTo(before);
  }

  private List<Path> entries() throws IOException {
    try (var all = Files.list(mounted)) {
      return all.filter(path -> !path.endsWith(".homecloud-partial")).sorted().toList();
    }
  }

  @Test
  void oddNamesThatAFileCanHaveAreKept() {
    for (String name :
        List.of(
            "-rf",
            "--help",
            "%e2%98%83",
            "%ff",
            "%20",
            "%5c",
            "a%0ab",
            "$(id)",
            "%e2%80%aegnp.txt",
            "con",
            "x".repeat(255))) {
      // When
      sending(BYTES).put(files(volume, name)).then().statusCode(201);
      // Then
      assertThat(asking().get(files(volume, name)).asByteArray()).isEqualTo(BYTES);
      asking().delete(files(volume, name)).then().statusCode(204);
    }
  }

  @Test
  void whatAnUploadSaysOfItselfIsHeldToIt() throws IOException {
    // Given
    List<Path> before = entries();
    // When / Then
    for (String range :
        List.of("bytes 0-9/5", "bytes 5-1/9", "bytes 0-4/*", "0-4/5", "bytes 0-99/100", "x")) {
      assertProblem(
          sending(BYTES).header("Content-Range", range).put(files(volume, "new.txt")),
          400,
          "parameter-invalid");
    }
    assertProblem(
        sending(BYTES).header("Content-Range", "bytes 5-9/10").put(files(volume, "new.txt")),
        416,
        "wrong-offset");
    assertProblem(
        sending(BYTES).header("If-Match", "\"x\"").put(files(volume, "mine.txt")),
        412,
        "file-changed");
    assertProblem(
        sending(BYTES).header("If-None-Match", "*").put(files(volume, "mine.txt")),
        409,
        "file-exists");
    assertProblem(sending(BYTES).put(files(volume, "dir")), 409, "is-a-directory");
    assertProblem(sending(BYTES).put(files(volume, "mine.txt/x")), 409, "not-a-directory");
    assertProblem(sending(BYTES).put(files(volume, "none/x")), 404, "file-not-found");
    assertProblem(asking().get(files(volume, "?continue=x")), 400, "continue-invalid");
    assertProblem(asking().get(files(volume, "?limit=0")), 400, "parameter-invalid");
    assertThat(entries()).isEqualTo(before);
    assertThat(mounted.resolve("mine.txt")).hasContent("mine");
  }

  @Test
  void aChangeThatIsNoneIsRefused() {
    for (String change :
        List.of(
            "",
            "{}",
            "[]",
            "null",
            "{'directory':true,'moveTo':'x'}",
            "{'directory':'yes'}",
            "{'moveTo':7}",
            "{'moveTo':'x','mode':'0777'}",
            "{'directory':true,'directory':true}")) {
      // When
      Response answer = asking().body(change.replace('\'', '"')).post(files(volume, "new"));
      // Then
      assertProblem(answer, 400, "body-invalid");
    }
    assertProblem(
        asking().contentType("text/plain").body("{}").post(files(volume, "new")),
        415,
        "media-type-unsupported");
  }

  @Test
  void aPageMayEndWithTheLongestNameThereIs() throws IOException {
    // Given
    Path directory = Files.createDirectory(mounted.resolve("long"));
    for (String first : List.of("一", "二", "三")) {
      Files.writeString(directory.resolve(first + "日".repeat(84)), first);
    }
    List<String> seen = new ArrayList<>();
    String next = "";
    // When
    do {
      Response page = asking().get(files(volume, "long?limit=1" + next));
      assertThat(page.statusCode()).as(page.asString()).isEqualTo(200);
      seen.addAll(page.<List<String>>path("items.name"));
      String more = page.path("metadata.continue");
      next = more == null ? "" : "&continue=" + more;
    } while (!next.isEmpty());
    // Then
    assertThat(seen).hasSize(3).doesNotHaveDuplicates();
  }
}
