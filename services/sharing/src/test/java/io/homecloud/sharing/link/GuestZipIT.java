package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.LINKS;
import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.link;
import static io.homecloud.sharing.link.Guests.page;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.MemoryInUse;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several files of a link, or all of them, as one zip. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class GuestZipIT {
  private static final int MANY = 100_000;

  /** Twenty times what is kept of an entry, a tenth of what an entry would be as an object. */
  private static final long NOT_WITH_THE_COUNT = 8L << 20;

  private Path photos = Path.of("/");

  @BeforeEach
  void aShareWithFiles() throws IOException {
    photos = Guests.photos();
  }

  /** As a browser sends the form of a list, without a script. */
  private static Response ticked(String link, String in, String... files) {
    String form =
        Stream.concat(Stream.of("in=" + in), Stream.of(files).map(file -> "file=" + encoded(file)))
            .collect(Collectors.joining("&"));
    return page()
        .contentType("application/x-www-form-urlencoded; charset=utf-8")
        .body(form)
        .post(link + "/zip");
  }

  private static String encoded(String field) {
    return URLEncoder.encode(field, UTF_8);
  }

  private static Map<String, String> contents(Response zip) throws IOException {
    zip.then().statusCode(200).contentType("application/zip");
    Map<String, String> contents = new TreeMap<>();
    try (ZipInputStream in =
        new ZipInputStream(new ByteArrayInputStream(zip.asByteArray()), UTF_8)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        contents.put(entry.getName(), new String(in.readAllBytes(), UTF_8));
      }
    }
    return contents;
  }

  @Test
  void whatIsTickedComesAsOneZip() throws IOException {
    // Given
    String link = link("ticked", "{'share':'photos','paths':['summer']}");

    // When
    Response some = ticked(link, "summer", "note.txt", "lake%20%26%20sea");

    // Then
    assertThat(contents(some))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "summer/", "",
                "summer/note.txt", "0123456789",
                "summer/lake & sea/", "",
                "summer/lake & sea/Bötchen #1.jpg", "a picture"));
    some.then().header("Content-Disposition", "attachment; filename*=UTF-8''summer.zip");
    assertThat(contents(ticked(link, "summer"))).containsKey("summer/page.html").hasSize(6);
    List<String> log = Houses.asking().get(LINKS + "/ticked/log").path("items.path");
    assertThat(log).contains("summer/note.txt", "summer/lake & sea", "summer/");
  }

  @Test
  void aLinkToSeveralThingsGivesThemAll() throws IOException {
    // Given
    String link =
        link(
            "several",
            "{'share':'photos','paths':['summer/note.txt','summer/lake & sea'],'displayName':'Zwei'}");
    assertThat(guest().get(link).asString()).contains("note.txt", "lake &amp; sea");

    // When
    Response all = ticked(link, "");

    // Then
    assertThat(contents(all).keySet())
        .filteredOn(name -> !name.endsWith("/"))
        .allMatch(name -> name.matches("[^/]+/summer/(note.txt|lake & sea/Bötchen #1.jpg)"))
        .hasSize(2);
    assertThat(contents(ticked(link, "", "summer%2Fnote.txt")).values())
        .containsExactlyInAnyOrder("", "0123456789");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.txt",
        "%2E%2E/secret.txt",
        "..%2Fsecret.txt",
        "/etc/passwd",
        "",
        ".",
        "%00",
        "%zz",
        "note.txt/../../secret.txt"
      })
  void nothingBesideIsTicked(String file) {
    // Given
    String link =
        link(
            "beside-" + Integer.toHexString(file.hashCode()),
            "{'share':'photos','paths':['summer']}");

    // When
    Response refused = ticked(link, "summer", "note.txt", file);

    // Then
    refused.then().statusCode(404).contentType("text/html");
    ticked(link, "", "secret.txt").then().statusCode(404);
    ticked(link, "").then().statusCode(200);
    ticked(link, "..", "photos").then().statusCode(404);
    ticked(link, "secret.txt").then().statusCode(404);
  }

  @Test
  void whatIsTickedOverAndOverComesOnceAndNobodyTicksMoreThanAPageHas() throws IOException {
    // Given
    String link = link("over-and-over", "{'share':'photos','paths':['summer']}");
    String[] same = new String[2_000];
    Arrays.fill(same, "note.txt");
    String[] many = IntStream.range(0, 501).mapToObj(i -> "no-" + i).toArray(String[]::new);

    // When
    Response once = ticked(link, "summer", same);
    Response none = ticked(link, "summer", many);

    // Then
    assertThat(contents(once)).containsEntry("summer/note.txt", "0123456789").hasSize(2);
    none.then().statusCode(404);
    List<String> log = Houses.asking().get(LINKS + "/over-and-over/log").path("items.path");
    assertThat(log).containsOnlyOnce("summer/note.txt");
  }

  @Test
  void whoMayOnlyLookGetsNoZip() {
    String link = link("looking", "{'share':'photos','paths':['summer'],'mode':'view'}");
    ticked(link, "summer", "note.txt").then().statusCode(404);
    assertThat(guest().get(link).asString()).doesNotContain("checkbox").doesNotContain("Download");
  }

  @Test
  void noNameIsTakenForAPathElsewhere() throws IOException {
    // Given
    Path names = Files.createDirectories(photos.resolve("names"));
    Files.writeString(names.resolve("..\\..\\evil.txt"), "1");
    Files.writeString(names.resolve("C:\\evil.txt"), "2");
    Files.writeString(names.resolve("new\nline\u001b.txt"), "3");
    Files.writeString(names.resolve("Größe composed.txt"), "4");
    Files.writeString(names.resolve("Gro\u0308ße apart.txt"), "5");
    Files.writeString(names.resolve("漢字 😀.txt"), "6");
    String link = link("names", "{'share':'photos','paths':['names']}");

    // When
    Response all = ticked(link, "names");

    // Then
    assertThat(contents(all))
        .containsOnlyKeys(
            "names/",
            "names/..%5C..%5Cevil.txt",
            "names/C:%5Cevil.txt",
            "names/new%0Aline%1B.txt",
            "names/Größe composed.txt",
            "names/Gro\u0308ße apart.txt",
            "names/漢字 😀.txt");
  }

  @Test
  void aHundredThousandFilesAreSentWithoutBeingHeld() throws Exception {
    // Given
    Path many = Files.createDirectories(photos.resolve("many"));
    for (int i = 0; i < MANY; i++) {
      Files.write(many.resolve("file number " + i), new byte[] {1});
    }
    String link = link("many", "{'share':'photos','paths':['many']}");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(Guests.host() + link + "/zip"))
            .header("Origin", Guests.host())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("in=many"))
            .build();
    long early = 0;
    long late = 0;
    int count = 0;

    // When
    try (HttpClient client = HttpClient.newHttpClient();
        InputStream body = client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
        ZipInputStream zip = new ZipInputStream(body, UTF_8)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (++count == MANY / 20) {
          early = MemoryInUse.bytes();
        } else if (count == MANY) {
          late = MemoryInUse.bytes();
        }
      }
    }

    // Then
    assertThat(count).isEqualTo(MANY + 1);
    assertThat(late - early).isLessThan(NOT_WITH_THE_COUNT);
  }
}
