package io.homecloud.sharing.link;

import static io.homecloud.sharing.Told.told;
import static io.homecloud.sharing.link.Guests.LINKS;
import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.link;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.MemoryInUse;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.builder.ResponseBuilder;
import io.restassured.http.ContentType;
import io.restassured.http.Cookies;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What guests bring: pieces, many bytes, no room, and connections that end. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DropBoxIT {
  private static final long LARGE = 512L << 20;
  private static final long NOT_WITH_THE_SIZE = 16L << 20;

  @Inject SharingControl control;

  private static Path box = Path.of("/");
  private static int count;

  /** A volume that holds 16 MiB, and one where zeros take no room. */
  @BeforeEach
  void aShare() throws IOException {
    if (count++ > 0) {
      return;
    }
    var _ = Guests.photos();
    for (String[] volume :
        new String[][] {{"small", "'quota':'16Mi'"}, {"roomy", "'compression':'zstd'"}}) {
      Houses.post(
              Houses.STORAGE + "/volumes?wait=2m",
              "{'metadata':{'name':'%s'},'spec':{'pool':'home','owner':'1000:1000',%s}}"
                  .formatted(volume[0], volume[1]))
          .statusCode(201);
      Houses.share(
              volume[0],
              "{'volume':'%s','path':'box','protocols':['webdav'],'access':[]}"
                  .formatted(volume[0]))
          .statusCode(201);
    }
    box = mounted("small").resolve("box");
  }

  private static Path mounted(String volume) {
    return Path.of(
        Houses.asking()
            .get(Houses.STORAGE + "/volumes/" + volume)
            .<String>path("status.mountPath"));
  }

  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(bytes).nextBytes(noise);
    return noise;
  }

  /**
   * Not by REST Assured, which makes objects of all bytes in case something is to be logged.
   *
   * @param range its Content-Range, and what this attempt is called; either may be absent or empty
   */
  private static Response put(
      String link, Cookies cookies, String name, byte[] bytes, String... range) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(Guests.host() + link + "/files/" + name))
            .PUT(BodyPublishers.ofByteArray(bytes));
    if (range.length > 0 && !range[0].isEmpty()) {
      request.header("Content-Range", range[0]);
    }
    if (range.length > 1) {
      request.header("Idempotency-Key", range[1]);
    }
    return send(request, cookies);
  }

  private static Response send(HttpRequest.Builder request, Cookies cookies) {
    HttpRequest complete =
        request
            .header("Origin", Guests.host())
            .header("Cookie", GuestPages.VISIT + "=" + cookies.get(GuestPages.VISIT).getValue())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(complete, HttpResponse.BodyHandlers.ofString());
      return new ResponseBuilder()
          .setStatusCode(answer.statusCode())
          .setContentType(answer.headers().firstValue("Content-Type").orElse("text/plain"))
          .setBody(answer.body())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static byte[] form(String name, byte[] content) {
    byte[] head =
        ("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n")
            .getBytes(UTF_8);
    byte[] end = "\r\n--x--\r\n".getBytes(UTF_8);
    byte[] form = Arrays.copyOf(head, head.length + content.length + end.length);
    System.arraycopy(content, 0, form, head.length, content.length);
    System.arraycopy(end, 0, form, head.length + content.length, end.length);
    return form;
  }

  private static Cookies visit(String link) {
    return guest().get(link).detailedCookies();
  }

  /** Nothing that was not brought to its end, neither here nor in the counts. */
  private static void assertNothingLeft(String link, String volume) {
    Eventually.eventually(() -> {
      try (Stream<Path> files = Files.walk(mounted(volume))) {
        assertThat(files.filter(Files::isRegularFile)).isEmpty();
      }
      Houses.patch(LINKS + "/" + link + "?wait=2m", "{'metadata':{'labels':{'looked':'at'}}}");
      Houses.asking()
          .get(LINKS + "/" + link)
          .then()
          .body("status.files", equalTo(0))
          .body("status.bytes", equalTo("0"));
    });
  }

  @Test
  void guestsOfTwoLinksDoNotGoOnWithEachOthersFile() throws IOException {
    // Given
    String one = link("one", "{'share':'roomy','mode':'upload'}");
    String other = link("other", "{'share':'roomy','mode':'upload'}");
    Cookies here = visit(one);
    Cookies there = visit(other);
    byte[] first = "a".repeat(100).getBytes(UTF_8);
    byte[] second = "b".repeat(100).getBytes(UTF_8);
    put(one, here, "same.txt", first, "bytes 0-99/200").then().statusCode(202);
    put(other, there, "same.txt", second, "bytes 0-99/200").then().statusCode(202);

    // When
    Response ended = put(one, here, "same.txt", first, "bytes 100-199/200");

    // Then
    ended.then().statusCode(201).body("name", equalTo("same.txt"));
    assertThat(mounted("roomy").resolve("box/same.txt")).hasContent("a".repeat(200));
    put(other, there, "same.txt", new byte[0], "bytes */200")
        .then()
        .statusCode(202)
        .body("offset", equalTo(100));
    put(other, there, "same.txt", second, "bytes 100-199/200")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:file-exists"));
    put(other, there, "same.txt", second, "bytes 0-99/200").then().statusCode(202);
    put(other, there, "same.txt", second, "bytes 100-199/200")
        .then()
        .statusCode(201)
        .body("name", equalTo("same (2).txt"));
    assertThat(mounted("roomy").resolve("box/same (2).txt")).hasContent("b".repeat(200));
  }

  @Test
  void aQuotaThatIsReachedInTheMiddleIsToldAndNothingIsLeft() throws IOException {
    // Given
    String link = link("full", "{'share':'small','mode':'upload'}");
    Cookies cookies = visit(link);
    byte[] large = noise(20 << 20);

    // When
    Response whole = put(link, cookies, "whole.bin", large);
    // Then
    whole
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:homecloud:problem:quota-exceeded"))
        .body("detail", containsString("quota"))
        .body("detail", not(containsString("box/")));
    assertNothingLeft("full", "small");

    // When
    Response form =
        send(
            HttpRequest.newBuilder(URI.create(Guests.host() + link + "/upload"))
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofByteArray(form("form.bin", large))),
            cookies);
    // Then
    form.then()
        .statusCode(200)
        .body(containsString("“form.bin” was not taken."))
        .body(containsString("quota"));
    assertNothingLeft("full", "small");

    // When
    int piece = 4 << 20;
    Response last = null;
    for (int from = 0; from < large.length; from += piece) {
      last =
          put(
              link,
              cookies,
              "pieces.bin",
              Arrays.copyOfRange(large, from, from + piece),
              "bytes " + from + "-" + (from + piece - 1) + "/" + large.length);
      if (last.statusCode() != 202) {
        break;
      }
    }
    // Then
    assertThat(last).isNotNull();
    last.then().statusCode(409).body("type", equalTo("urn:homecloud:problem:quota-exceeded"));
    assertNothingLeft("full", "small");
    assertThat(put(link, cookies, "small.bin", noise(1 << 20)).statusCode()).isEqualTo(201);
    Files.delete(box.resolve("small.bin"));
  }

  @Test
  void aConnectionThatEndsLeavesWhatCanGoOnAndOfAFormNothing() throws IOException {
    // Given
    String link =
        link("cut", "{'share':'small','mode':'upload','limits':{'bytes':'3Mi','files':2}}");
    Cookies cookies = visit(link);
    byte[] whole = noise(2 << 20);

    // When
    send(
        link + "/files/cut.bin",
        "PUT",
        cookies,
        "bytes 0-2097151/2097152",
        whole.length,
        1 << 20,
        whole);

    // Then
    Eventually.eventually(() -> assertThat(offset(link, cookies)).isGreaterThan(0));
    int offset = offset(link, cookies);
    Cookies other = visit(link);
    put(link, other, "cut.bin", new byte[0], "bytes */2097152")
        .then()
        .statusCode(202)
        .body("offset", equalTo(0));
    put(link, other, "cut.bin", noise(100), "bytes " + offset + "-" + (offset + 99) + "/2097152")
        .then()
        .statusCode(409)
        .body("detail", containsString("first byte"));
    // More of what was sent may arrive until then.
    Eventually.eventually(() -> {
      int from = offset(link, cookies);
      byte[] rest = Arrays.copyOfRange(whole, from, whole.length);
      put(link, cookies, "cut.bin", rest, "bytes " + from + "-2097151/2097152")
          .then()
          .statusCode(201);
    });
    assertThat(box.resolve("cut.bin")).hasBinaryContent(whole);
    Files.delete(box.resolve("cut.bin"));
    Houses.asking().delete(LINKS + "/cut?wait=2m").then().statusCode(204);

    // When
    String forms = link("cut-form", "{'share':'small','mode':'upload'}");
    byte[] form = form("half.bin", whole);
    send(forms + "/upload", "POST", visit(forms), "", form.length + 1000, form.length / 2, form);

    // Then
    assertNothingLeft("cut-form", "small");
  }

  private static int offset(String link, Cookies cookies) {
    return put(link, cookies, "cut.bin", new byte[0], "bytes */2097152").path("offset");
  }

  /** Sends the beginning of a body, and ends the connection. */
  private static void send(
      String path,
      String method,
      Cookies cookies,
      String range,
      int announced,
      int sent,
      byte[] body)
      throws IOException {
    String cookie = cookies.get(GuestPages.VISIT).getValue();
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost:"
            + RestAssured.port
            + "\r\nOrigin: "
            + Guests.host()
            + "\r\nCookie: "
            + GuestPages.VISIT
            + "="
            + cookie
            + "\r\nContent-Type: "
            + (range.isEmpty()
                ? "multipart/form-data; boundary=x"
                : "application/octet-stream\r\nContent-Range: " + range)
            + "\r\nContent-Length: "
            + announced
            + "\r\n\r\n";
    try (Socket socket = new Socket("localhost", RestAssured.port);
        OutputStream out = socket.getOutputStream()) {
      out.write(head.getBytes(UTF_8));
      out.write(body, 0, sent);
    }
  }

  @Test
  void twoGuestsWithFilesOfOneNameAndSizeAreNotMixed() throws IOException {
    // Given
    String link = link("two", "{'share':'roomy','mode':'upload'}");
    Cookies first = visit(link);
    Cookies second = visit(link);

    // When
    put(link, first, "photo.jpg", "aaa".getBytes(UTF_8), "bytes 0-2/6").then().statusCode(202);
    put(link, second, "photo.jpg", "bbb".getBytes(UTF_8), "bytes 0-2/6").then().statusCode(202);
    put(link, second, "photo.jpg", "BBB".getBytes(UTF_8), "bytes 3-5/6").then().statusCode(201);
    put(link, first, "photo.jpg", "AAA".getBytes(UTF_8), "bytes 3-5/6").then().statusCode(201);

    // Then
    Path roomy = mounted("roomy").resolve("box");
    assertThat(roomy.resolve("photo.jpg")).hasContent("aaaAAA");
    assertThat(roomy.resolve("photo (2).jpg")).hasContent("bbbBBB");
  }

  @Test
  void aVolumeThatIsNotInPlaceForAWhileEndsNothing() throws IOException {
    // Given: a machine that has just started anew, and does not know it yet
    String link = link("restarted", "{'share':'roomy','mode':'upload'}");
    Path there = mounted("roomy");
    Files.writeString(there.resolve("box/there.txt"), "there");
    String looks = link("looked-at", "{'share':'roomy','paths':['there.txt']}");
    Cookies cookies = visit(link);
    put(link, cookies, "half.txt", "aaa".getBytes(UTF_8), "bytes 0-2/6").then().statusCode(202);
    Eventually.eventually(() ->
        assertThat(new Mounts().unmount(there.toString())).isInstanceOf(MountResult.Done.class));

    // When
    Response piece = put(link, cookies, "half.txt", "AAA".getBytes(UTF_8), "bytes 3-5/6");

    // Then
    piece.then().statusCode(503);
    put(link, cookies, "half.txt", new byte[0], "bytes */6").then().statusCode(503);
    put(link, cookies, "new.txt", "x".getBytes(UTF_8)).then().statusCode(503);
    guest().get(looks).then().statusCode(503);
    for (String how : new String[] {"", "?raw", "?download", "?zip"}) {
      guest().get(looks + "/f/there.txt" + how).then().statusCode(503);
    }
    Guests.wish("not-now", "'spec':{'share':'roomy','paths':['there.txt']}")
        .then()
        .statusCode(503)
        .body("type", equalTo("urn:homecloud:problem:storage-away"));

    // When
    Houses.patch(
            Houses.STORAGE + "/volumes/roomy?wait=2m", "{'metadata':{'labels':{'look':'again'}}}")
        .statusCode(200);
    // Then
    put(link, cookies, "half.txt", "AAA".getBytes(UTF_8), "bytes 3-5/6").then().statusCode(201);
    assertThat(there.resolve("box/half.txt")).hasContent("aaaAAA");
    guest().get(looks + "/f/there.txt?raw").then().statusCode(200).body(equalTo("there"));
  }

  @Test
  void anotherFileOfThatNameAndSizeBeginsAnew() {
    // Given
    String link = link("edited", "{'share':'roomy','mode':'upload'}");
    Cookies cookies = visit(link);
    put(link, cookies, "film.iso", "aaa".getBytes(UTF_8), "bytes 0-2/6", "before");

    // When
    Response asked = put(link, cookies, "film.iso", new byte[0], "bytes */6", "after");

    // Then
    asked.then().statusCode(202).body("offset", equalTo(0));
    put(link, cookies, "film.iso", new byte[0], "bytes */6", "before")
        .then()
        .statusCode(202)
        .body("offset", equalTo(3));

    // When
    put(link, cookies, "film.iso", "bb".getBytes(UTF_8), "bytes 0-1/6", "after")
        .then()
        .statusCode(202);
    // Then
    put(link, cookies, "film.iso", "aaa".getBytes(UTF_8), "bytes 3-5/6", "before")
        .then()
        .statusCode(409)
        .body("detail", containsString("first byte"));
    put(link, cookies, "film.iso", "bbbb".getBytes(UTF_8), "bytes 2-5/6", "after")
        .then()
        .statusCode(201);
    assertThat(mounted("roomy").resolve("box/film.iso")).hasContent("bbbbbb");
    assertThat(mounted("roomy").resolve("box/film (2).iso")).doesNotExist();
  }

  @Test
  void whatTakesLongerThanAVisitGoesOn() {
    // Given: somebody who came seven hours ago
    String link = link("slow", "{'share':'roomy','mode':'upload'}");
    LinkRecord record =
        control
            .guestLinks()
            .records()
            .byToken(LinkToken.hash(link.substring("/g/".length())))
            .orElseThrow();
    LinkKey key = new LinkKey(ShareHouse.disks().directory().resolve("secrets"));
    String visit =
        new Visits(key, Clock.offset(Clock.systemUTC(), Duration.ofHours(-7))).cookie(record);

    // When
    Response early = piece(link, visit, "aaa", "bytes 0-2/6");

    // Then
    early.then().statusCode(202);
    String longer = early.cookie(GuestPages.VISIT);
    assertThat(longer).isNotNull().isNotEqualTo(visit);
    Response last = piece(link, longer, "aaa", "bytes 3-5/6");
    last.then().statusCode(201);
    assertThat(last.cookie(GuestPages.VISIT)).as("of one that is new").isNull();
  }

  private static Response piece(String link, String visit, String bytes, String range) {
    return Guests.page()
        .cookie(GuestPages.VISIT, visit)
        .contentType(ContentType.BINARY)
        .header("Content-Range", range)
        .body(bytes.getBytes(UTF_8))
        .put(link + "/files/slow.txt");
  }

  @Test
  void whatWasBegunBeforeALinkExpiresComesToItsEnd() {
    // Given
    String link = link("late", "{'share':'roomy','mode':'upload'}");
    Cookies cookies = visit(link);
    Cookies others = visit(link);
    put(link, cookies, "late.txt", "aaa".getBytes(UTF_8), "bytes 0-2/6", "late")
        .then()
        .statusCode(202);
    Eventually.eventually(() -> {
      Instant end = Instant.now().plusSeconds(2);
      Houses.patch(LINKS + "/late", "{'spec':{'expiresAt':'" + end + "'}}").statusCode(200);
    });
    Eventually.eventually(() -> assertThat(Guests.reason("late")).isEqualTo("Expired"));

    // When
    Response piece = put(link, cookies, "late.txt", "aaa".getBytes(UTF_8), "bytes 3-5/6", "late");

    // Then
    piece.then().statusCode(201);
    put(link, cookies, "late.txt", new byte[0], "bytes */6", "late").then().statusCode(201);
    put(link, cookies, "late.txt", "aaa".getBytes(UTF_8), "bytes 0-2/6", "again")
        .then()
        .statusCode(404);
    put(link, others, "late.txt", new byte[0], "bytes */6", "late").then().statusCode(404);
    put(link, cookies, "new.txt", "new".getBytes(UTF_8)).then().statusCode(404);
    guest().cookies(cookies).get(link).then().statusCode(410);
  }

  @Test
  void aPieceThatComesAgainCountsOnce() {
    // Given
    String link =
        link("again", "{'share':'roomy','mode':'upload','limits':{'bytes':'10','files':1}}");
    Cookies cookies = visit(link);
    put(link, cookies, "again.txt", "aaa".getBytes(UTF_8), "bytes 0-2/6").then().statusCode(202);

    // When
    Response again = put(link, cookies, "again.txt", "aaa".getBytes(UTF_8), "bytes 0-2/6");

    // Then
    again.then().statusCode(202).body("offset", equalTo(3));
    put(link, cookies, "more.txt", "x".getBytes(UTF_8)).then().statusCode(409);
    put(link, cookies, "again.txt", "aaa".getBytes(UTF_8), "bytes 3-5/6").then().statusCode(201);
    Houses.asking()
        .get(LINKS + "/again/log")
        .then()
        .body("items.findAll{it.what=='brought'}.path", equalTo(List.of("again.txt")));
    assertThat(told("io.homecloud.guest-link.received.v1", "again.txt").toString())
        .contains("\"maker\":\"root\"", "\"share\":\"roomy\"");
    Eventually.eventually(() ->
        Houses.asking()
            .get(LINKS + "/again")
            .then()
            .body("status.files", equalTo(1))
            .body("status.bytes", equalTo("6")));
  }

  @Test
  void whoDidNotHearThatItArrivedAsksAndNeedNotBringItAgain() throws IOException {
    // Given: an answer that is lost
    String link = link("unheard", "{'share':'roomy','mode':'upload','limits':{'bytes':'30'}}");
    Cookies cookies = visit(link);
    String first = "first";
    put(link, cookies, "heard.txt", "aaa".getBytes(UTF_8), "bytes 0-2/6", first)
        .then()
        .statusCode(202);
    put(link, cookies, "heard.txt", "aaa".getBytes(UTF_8), "bytes 3-5/6", first)
        .then()
        .statusCode(201);

    // When // Then
    put(link, cookies, "heard.txt", new byte[0], "bytes */6", first)
        .then()
        .statusCode(201)
        .body("name", equalTo("heard.txt"));
    for (String[] another : new String[][] {{"bytes */6", "second"}, {"bytes */6"}}) {
      put(link, cookies, "heard.txt", new byte[0], another)
          .then()
          .statusCode(202)
          .body("offset", equalTo(0));
    }
    put(link, visit(link), "heard.txt", new byte[0], "bytes */6", first).then().statusCode(202);
    put(link, cookies, "heard.txt", new byte[0], "bytes */6", "not visible").then().statusCode(400);

    // When: a program that does not ask brings it once more
    byte[] whole = "aaaaaa".getBytes(UTF_8);
    put(link, cookies, "whole.txt", whole, "", "whole").then().statusCode(201);
    // Then
    put(link, cookies, "whole.txt", whole, "", "whole")
        .then()
        .statusCode(201)
        .body("name", equalTo("whole.txt"));
    put(link, cookies, "heard.txt", "aaa".getBytes(UTF_8), "bytes 0-2/6", first)
        .then()
        .statusCode(201)
        .body("name", equalTo("heard.txt"));
    Files.delete(mounted("roomy").resolve("box/whole.txt"));

    // When: whoever had to write down that it is here has died before that
    control
        .plane()
        .database()
        .useTransaction(transaction ->
            transaction
                .handle()
                .execute(
                    "update guest_link_upload set arrived = false, reserved = 6 where target = 'heard.txt'"));
    // Then
    put(link, cookies, "heard.txt", new byte[0], "bytes */6").then().statusCode(201);
    assertThat(mounted("roomy").resolve("box/heard (2).txt")).doesNotExist();
    Eventually.eventually(() ->
        Houses.asking()
            .get(LINKS + "/unheard")
            .then()
            .body("status.files", equalTo(2))
            .body("status.bytes", equalTo("12")));

    // When: the household takes it away, and another guest has one of that name
    Files.delete(mounted("roomy").resolve("box/heard.txt"));
    put(link, cookies, "heard.txt", new byte[0], "bytes */6", first).then().statusCode(202);
    put(link, visit(link), "heard.txt", "bbbb".getBytes(UTF_8)).then().statusCode(201);
    // Then
    assertThat(mounted("roomy").resolve("box/heard.txt")).hasContent("bbbb");
    put(link, cookies, "heard.txt", new byte[0], "bytes */6", first).then().statusCode(202);
  }

  @Test
  void whatIsLargeIsNotHeld() throws Exception {
    // Given
    String link = link("large", "{'share':'roomy','mode':'upload'}");
    Measured zeros = new Measured();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(Guests.host() + link + "/files/large.bin"))
            .PUT(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> zeros), LARGE))
            .build();

    // When
    int status;
    // One that would like to upgrade to HTTP/2, for which servers hold the body of the request.
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      status = client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    // Then
    assertThat(status).isEqualTo(201);
    assertThat(mounted("roomy").resolve("box/large.bin")).hasSize(LARGE);
    assertThat(zeros.late - zeros.early).isLessThan(NOT_WITH_THE_SIZE);
  }

  /** Many zeros, which measures what they take on their way. */
  private static final class Measured extends InputStream {
    private long sent;
    private long early;
    private long late;

    @Override
    public int read() {
      throw new UnsupportedOperationException("read one by one");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (sent >= LARGE) {
        return -1;
      }
      int read = (int) Math.min(length, LARGE - sent);
      long before = sent;
      sent += read;
      if (before < LARGE / 16 && sent >= LARGE / 16) {
        early = MemoryInUse.bytes();
      } else if (before < LARGE - (1 << 20) && sent >= LARGE - (1 << 20)) {
        late = MemoryInUse.bytes();
      }
      return read;
    }
  }
}
