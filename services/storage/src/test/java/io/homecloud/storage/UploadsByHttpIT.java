package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.files;
import static io.homecloud.storage.Asking.mountPath;
import static io.homecloud.storage.Asking.upload;
import static io.homecloud.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The ways in which the body of an upload comes, or does not. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class UploadsByHttpIT {
  private static String volume = "";
  // several times what the server holds of it in memory, and of no round size
  private final byte[] content = new byte[5_000_011];

  @BeforeEach
  void haveVolume() {
    volume = volume.isEmpty() ? Asking.volume(Asking.pool(512L << 20), "") : volume;
    new Random(3).nextBytes(content);
  }

  private static Socket connection() throws IOException {
    Socket socket = new Socket("localhost", RestAssured.port);
    socket.setSoTimeout(120_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private static String put(String file, String... headers) {
    return "PUT %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n"
        .formatted(files(volume, file), TestTokens.administrator(), String.join("\r\n", headers));
  }

  /** The next answer's status line and headers; its body is read and left out. */
  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      assertThat(next).as(head.toString(ISO_8859_1)).isNotNegative();
      head.write(next);
    }
    String text = head.toString(ISO_8859_1);
    int length =
        text.lines()
            .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
            .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
            .findFirst()
            .orElse(0);
    in.readNBytes(length);
    return text;
  }

  @Test
  void whoAsksForAFileAndGoesAtOnceLeavesNothingOpen() throws IOException {
    // Given
    String own = Asking.volume(Asking.pool(256L << 20), "");
    upload(files(own, "film"), content);
    String get =
        "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(files(own, "film"), TestTokens.administrator());
    // When
    for (int i = 0; i < 300; i++) {
      try (Socket socket = connection()) {
        send(socket, get);
        socket.setSoLinger(true, 0);
      }
    }
    // Then
    eventually(() -> assertThat(opened(mountPath("/volumes/" + own))).isEmpty());
    // The last of them may still be worked off.
    eventually(
        () -> asking().delete(API + "/volumes/" + own + "?wait=120s").then().statusCode(204));
  }

  private static List<String> opened(Path below) throws IOException {
    List<String> found = new ArrayList<>();
    try (var all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path one : all) {
        try {
          String to = Files.readSymbolicLink(one).toString();
          if (to.startsWith(below.toString())) {
            found.add(to);
          }
        } catch (NoSuchFileException e) {
          // closed just now
        }
      }
    }
    return found;
  }

  /** How many bytes of it the server has. */
  private long offset(String file) {
    String question = "bytes */" + content.length;
    return JsonPath.from(upload(files(volume, file), new byte[0], "Content-Range", question).body())
        .getLong("offset");
  }

  @Test
  void uploadsOfOneFileAreToldApartByWhatTheyAreCalled() {
    // Given
    String one = files(volume, "two-of-it") + "?upload=" + UUID.randomUUID();
    String other = files(volume, "two-of-it") + "?upload=" + UUID.randomUUID();
    upload(one, new byte[60], "Content-Range", "bytes 0-59/100");

    // When
    int begins = offsetOf(upload(other, new byte[0], "Content-Range", "bytes */100"));
    int goesOn = offsetOf(upload(one, new byte[0], "Content-Range", "bytes */100"));
    int deleted =
        asking().header("Content-Range", "bytes */100").delete(one).then().extract().statusCode();
    int gone = offsetOf(upload(one, new byte[0], "Content-Range", "bytes */100"));

    // Then
    assertThat(List.of(begins, goesOn, deleted, gone)).containsExactly(0, 60, 204, 0);
    assertThat(upload(files(volume, "x") + "?upload=mine", new byte[1]).statusCode())
        .isEqualTo(400);
  }

  @Test
  void anUploadThatIsRepeatedAfterALostAnswerIsAnsweredAsTheFirst() throws IOException {
    // Given
    String file = files(volume, "repeated");
    String[] only = {"If-None-Match", "*", "Idempotency-Key", "only-once"};
    byte[] first = "first".getBytes(ISO_8859_1);
    String etag = upload(file, first, only).headers().firstValue("ETag").orElseThrow();
    String[] last = {"Content-Range", "bytes 2-4/5", "Idempotency-Key", "in-pieces"};
    String pieces = files(volume, "in-pieces");
    upload(pieces, "fi".getBytes(ISO_8859_1), "Content-Range", "bytes 0-1/5");
    upload(pieces, "rst".getBytes(ISO_8859_1), last);

    // When
    HttpResponse<String> again = upload(file, first, only);
    HttpResponse<String> lastAgain = upload(pieces, "rst".getBytes(ISO_8859_1), last);
    HttpResponse<String> asked =
        upload(pieces, new byte[0], "Content-Range", "bytes */5", "Idempotency-Key", "in-pieces");

    // Then
    assertThat(again.statusCode()).as(again.body()).isEqualTo(201);
    assertThat(again.headers().firstValue("ETag")).hasValue(etag);
    assertThat(lastAgain.statusCode()).as(lastAgain.body()).isEqualTo(201);
    assertThat(asked.statusCode()).as(asked.body()).isEqualTo(201);
    assertThat(upload(file, first, "If-None-Match", "*", "Idempotency-Key", "new").statusCode())
        .isEqualTo(409);

    // When: somebody has written into it since
    Path here = mountPath("/volumes/" + volume).resolve("repeated");
    Files.writeString(here, "newer");
    upload(file, first, "Idempotency-Key", "only-once");
    // Then
    assertThat(here).hasContent("newer");
    upload(file, first, "Idempotency-Key", "new");
    assertThat(here).hasContent("first");
  }

  private static int offsetOf(HttpResponse<String> answer) {
    return JsonPath.from(answer.body()).getInt("offset");
  }

  @RepeatedTest(5) // what is under way when a connection ends is never the same
  void anUploadThatBrokeOffGoesOnWithWhatIsThere(RepetitionInfo round) throws IOException {
    // Given
    String file = "cut-off-" + round.getCurrentRepetition();
    try (Socket socket = connection()) {
      send(socket, put(file, "Content-Length: " + content.length));
      socket.getOutputStream().write(content, 0, 1_000_003);
      eventually(() -> assertThat(offset(file)).isEqualTo(1_000_003));
      socket.getOutputStream().write(content, 1_000_003, 3_000_003);
    }
    // When: as soon as the server has noticed, for until then the upload is its first sender's
    eventually(() -> {
      int here = (int) offset(file);
      assertThat(here).isBetween(1_000_003, 4_000_006);
      var rest =
          upload(
              files(volume, file),
              Arrays.copyOfRange(content, here, content.length),
              "Content-Range",
              "bytes %d-%d/%d".formatted(here, content.length - 1, content.length));
      assertThat(rest.statusCode()).as(rest.body()).isEqualTo(201);
    });
    // Then
    assertThat(mountPath("/volumes/" + volume).resolve(file)).hasBinaryContent(content);
  }

  @Test
  void whatIsHereOfAnUploadWithoutALengthCanBeTakenBack() throws IOException {
    // Given
    Path partial = mountPath("/volumes/" + volume).resolve(".homecloud-partial");
    try (Socket socket = connection()) {
      send(socket, put("endless", "Transfer-Encoding: chunked"));
      send(socket, "5\r\nhello\r\n");
      eventually(() -> assertThat(partial).isNotEmptyDirectory());
    }
    // When / Then: as soon as the server has noticed
    eventually(() -> {
      asking()
          .header("Content-Range", "bytes */*")
          .delete(files(volume, "endless"))
          .then()
          .statusCode(204);
      assertThat(partial).isEmptyDirectory();
    });
  }

  @Test
  void whoHasAPartOfAnotherContentGetsTheWholeOfThisOne() throws IOException {
    // Given
    String etag =
        upload(files(volume, "replaced"), content).headers().firstValue("ETag").orElseThrow();
    // When
    var same =
        asking()
            .header("Range", "bytes=100-199")
            .header("If-Range", etag)
            .get(files(volume, "replaced"));
    var other =
        asking()
            .header("Range", "bytes=100-199")
            .header("If-Range", "\"of before\"")
            .get(files(volume, "replaced"));
    // Then
    assertThat(same.statusCode()).isEqualTo(206);
    assertThat(other.statusCode()).isEqualTo(200);
    assertThat(other.asByteArray()).isEqualTo(content);
  }

  @Test
  void aClientThatAsksFirstSendsOnlyWhatIsWanted() throws IOException {
    // Given
    String[] asksFirst = {"Content-Length: " + content.length, "Expect: 100-continue"};
    String wanted;
    String made;
    // When
    try (Socket socket = connection()) {
      send(socket, put("asked", asksFirst));
      wanted = answer(socket);
      socket.getOutputStream().write(content);
      made = answer(socket);
    }
    // Then
    assertThat(wanted).startsWith("HTTP/1.1 100 ");
    assertThat(made).startsWith("HTTP/1.1 201 ");
    assertThat(mountPath("/volumes/" + volume).resolve("asked")).hasBinaryContent(content);
    try (Socket socket = connection()) {
      send(socket, put("asked", asksFirst[0], asksFirst[1], "If-None-Match: *"));
      assertThat(answer(socket)).startsWith("HTTP/1.1 409 ");
    }
  }

  @Test
  void aBodyOfUnknownLengthEndsWithItsLastPiece() throws IOException {
    // Given
    String made;
    // When: pieces that are smaller and larger than what the server takes at a time
    try (Socket socket = connection()) {
      send(socket, put("pieces", "Transfer-Encoding: chunked"));
      int from = 0;
      for (int size = 1; from < content.length; size = size * 7 + 1) {
        int length = Math.min(size, content.length - from);
        send(socket, Integer.toHexString(length) + "\r\n");
        socket.getOutputStream().write(content, from, length);
        send(socket, "\r\n");
        from += length;
      }
      send(socket, "0\r\n\r\n");
      made = answer(socket);
    }
    // Then
    assertThat(made).startsWith("HTTP/1.1 201 ");
    assertThat(mountPath("/volumes/" + volume).resolve("pieces")).hasBinaryContent(content);
  }

  @Test
  void uploadsFollowEachOtherOnOneConnectionWithoutWaiting() throws IOException {
    // Given
    String first;
    String second;
    String third;
    // When
    try (Socket socket = connection()) {
      send(socket, put("first", "Content-Length: 3") + "one");
      send(socket, put("first", "Content-Length: 3", "If-None-Match: *") + "two");
      send(socket, put("third", "Content-Length: 5") + "three");
      first = answer(socket);
      second = answer(socket);
      third = answer(socket);
    }
    // Then
    assertThat(first).startsWith("HTTP/1.1 201 ");
    assertThat(second).startsWith("HTTP/1.1 409 ");
    assertThat(third).startsWith("HTTP/1.1 201 ");
    assertThat(mountPath("/volumes/" + volume).resolve("first")).hasContent("one");
    assertThat(mountPath("/volumes/" + volume).resolve("third")).hasContent("three");
  }
}
