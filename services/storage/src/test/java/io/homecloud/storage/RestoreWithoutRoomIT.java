package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;
import static io.homecloud.storage.Asking.assertProblem;
import static io.homecloud.storage.Asking.files;
import static io.homecloud.storage.Asking.mountPath;
import static io.homecloud.storage.Asking.run;
import static io.homecloud.storage.Asking.upload;
import static io.homecloud.storage.StorageCalls.patch;
import static io.homecloud.storage.StorageCalls.snapshot;
import static io.homecloud.storage.StorageCalls.task;
import static io.homecloud.testkit.Eventually.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Quantity;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files that are to come back from a snapshot where there is no room for them. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class RestoreWithoutRoomIT {
  private static final long MIB = 1L << 20;
  private static final int LETTERS = 4000;

  /** So short that btrfs keeps it among its metadata: a copy shares nothing with its original. */
  private static byte[] letter(int number) {
    byte[] bytes = new byte[2000];
    new Random(number).nextBytes(bytes);
    return bytes;
  }

  /** Letters that are in the snapshot alone, but for one that is another now. */
  private static Path lettersOf(String volume) throws IOException {
    Path top = mountPath("/volumes/" + volume);
    Path letters = Files.createDirectory(top.resolve("letters"));
    for (int number = 0; number < LETTERS; number++) {
      Files.write(letters.resolve("" + number), letter(number));
    }
    Files.writeString(top.resolve("kept"), "as it was");
    snapshot(volume, volume + "-full");
    run("rm", "-r", letters.toString());
    Files.createDirectory(letters);
    Files.writeString(letters.resolve("0"), "mine");
    Files.writeString(top.resolve("kept"), "as it is");
    return top;
  }

  private static String restored(String volume, String what, String state) {
    return task("/snapshots/" + volume + "-full/restore", what, state).extract().path("message");
  }

  /** Nothing but whole letters has come back, and what was there is as it was. */
  private static int assertNothingHalfMade(Path top) throws IOException {
    try (Stream<Path> names = Files.list(top)) {
      assertThat(names.map(name -> name.getFileName().toString()))
          .containsExactlyInAnyOrder("kept", "letters");
    }
    assertThat(top.resolve("kept")).hasContent("as it is");
    return assertWhole(top.resolve("letters"), "mine".getBytes(UTF_8));
  }

  private static int assertWhole(Path letters, byte[] first) throws IOException {
    try (Stream<Path> found = Files.list(letters)) {
      List<Path> all = found.toList();
      for (Path letter : all) {
        int number = Integer.parseInt(letter.getFileName().toString());
        assertThat(letter).hasBinaryContent(number == 0 ? first : letter(number));
      }
      return all.size();
    }
  }

  private static void assertAllComesBack(String volume, Path top) throws IOException {
    restored(volume, "{'paths':['letters'],'to':'again'}", "Completed");
    restored(volume, "{'paths':['letters','kept'],'existing':'replace'}", "Completed");
    assertThat(assertWhole(top.resolve("again"), letter(0))).isEqualTo(LETTERS);
    assertThat(assertWhole(top.resolve("letters"), letter(0))).isEqualTo(LETTERS);
    assertThat(top.resolve("kept")).hasContent("as it was");
  }

  @Test
  void aQuotaThatEndsARestoreLeavesNothingHalfMade() throws IOException {
    // Given
    String volume = Asking.volume(Asking.pool(256 * MIB), ",'quota':'128Mi'");
    Path top = lettersOf(volume);
    run("sync", "-f", top.toString());
    long used =
        Quantity.parse(asking().get(API + "/volumes/" + volume).path("status.used")).bytes();
    patch("/volumes/" + volume + "?wait=60s", "{'spec':{'quota':'" + (used + 2 * MIB) + "'}}")
        .statusCode(200);
    // When
    String elsewhere = restored(volume, "{'paths':['letters'],'to':'again'}", "Failed");
    int before = assertNothingHalfMade(top);
    String inPlace = restored(volume, "{'paths':['letters']}", "Failed");
    // Then
    assertThat(List.of(elsewhere, inPlace))
        .allSatisfy(why -> assertThat(why).contains("quota is used up", "repeat"));
    assertThat(before).isEqualTo(1);
    assertThat(assertNothingHalfMade(top)).isBetween(2, LETTERS - 1);
    patch("/volumes/" + volume + "?wait=60s", "{'spec':{'quota':'128Mi'}}").statusCode(200);
    assertAllComesBack(volume, top);
  }

  @Test
  void aFullPoolEndsARestoreAndLeavesNothingHalfMade() throws IOException {
    // Given
    String pool = Asking.pool(128 * MIB);
    String volume = Asking.volume(pool, "");
    Path top = lettersOf(volume);
    String filler = Asking.volume(pool, "");
    int pieces = fill(filler);
    // When
    String elsewhere = restored(volume, "{'paths':['letters'],'to':'again'}", "Failed");
    int before = assertNothingHalfMade(top);
    String inPlace = restored(volume, "{'paths':['letters']}", "Failed");
    // Then
    assertThat(List.of(elsewhere, inPlace))
        .allSatisfy(why -> assertThat(why).contains("pool is full", "repeat"));
    assertThat(before).isEqualTo(1);
    assertThat(assertNothingHalfMade(top)).isLessThan(LETTERS);
    for (int piece = 0; piece < pieces; piece++) {
      asking().delete(files(filler, "" + piece)).then().statusCode(204);
    }
    // btrfs gives what it kept for data to small files a moment later, and piece by piece.
    within(
        Duration.ofMinutes(5),
        () -> {
          run("btrfs", "filesystem", "sync", top.toString());
          assertAllComesBack(volume, top);
        });
  }

  /** Answers how many files it took. */
  private static int fill(String volume) throws IOException {
    byte[] noise = new byte[(int) (4 * MIB)];
    new Random(7).nextBytes(noise);
    int pieces = 0;
    HttpResponse<String> answer = upload(files(volume, "" + pieces), noise);
    while (answer.statusCode() == 201) {
      assertThat(++pieces).isLessThan(64);
      answer = upload(files(volume, "" + pieces), noise);
    }
    assertProblem(answer, 409, "pool-full");
    return pieces;
  }
}
