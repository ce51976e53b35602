package io.homecloud.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WholeFileTest {
  private static final int SOMEBODYS_GROUP = 19_999;

  @TempDir Path directory;

  @Test
  void ofThoseWhoBeginAtOnceOneWinsAndAllGetTheSame() throws Exception {
    // Given
    Path path = directory.resolve("key");
    List<CompletableFuture<String>> all = new ArrayList<>();

    // When
    for (int i = 0; i < 8; i++) {
      String mine = "key " + i;
      all.add(
          CompletableFuture.supplyAsync(() -> {
            try {
              return WholeFile.secret(path).first(() -> mine);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }));
    }

    // Then
    String winner = all.getFirst().get();
    for (CompletableFuture<String> one : all) {
      assertThat(one.get()).isEqualTo(winner);
    }
    assertThat(path).hasContent(winner);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(path);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoReadsItMeetsTheOldOrTheNew(WholeFile.Durability durability) throws Exception {
    // Given
    WholeFile file = WholeFile.secret(directory.resolve("file")).with(durability);
    String one = "1".repeat(1 << 20);
    String two = "2".repeat(1 << 19);
    file.write(one);
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Boolean> alwaysWhole =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                boolean whole = true;
                while (whole && !over.get()) {
                  String read = file.content();
                  whole = read.equals(one) || read.equals(two);
                }
                return whole;
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            },
            Thread::startVirtualThread);

    // When
    for (int i = 0; i < 20; i++) {
      file.write(i % 2 == 0 ? two : one);
    }
    over.set(true);

    // Then
    assertThat(alwaysWhole.join()).isTrue();
    assertThat(directory.toFile().list()).containsExactly("file");
  }

  @Test
  void theSameAgainTouchesNothing() throws Exception {
    // Given
    WholeFile file = WholeFile.open(directory.resolve("file"));
    assertThat(file.write("text")).isTrue();
    Object before = Files.getAttribute(file.path(), "unix:ino");

    // When
    boolean written = file.write("text");

    // Then
    assertThat(written).isFalse();
    assertThat(Files.getAttribute(file.path(), "unix:ino")).isEqualTo(before);
  }

  @Test
  void whoMayReadItIsSoBeforeItHasItsName() throws Exception {
    // Given
    WholeFile secret = WholeFile.secret(directory.resolve("secret"));
    WholeFile theirs = WholeFile.secret(directory.resolve("theirs")).readableBy(SOMEBODYS_GROUP);
    WholeFile open = WholeFile.open(directory.resolve("open"));
    // What a killed writer left, with rights of its own.
    Files.writeString(secret.next(), "left");
    Files.setPosixFilePermissions(secret.next(), PosixFilePermissions.fromString("rw-rw-rw-"));

    // When
    secret.propose("text");
    theirs.propose("text");
    open.propose("text");

    // Then
    assertThat(rights(secret.next())).isEqualTo("rw-------");
    assertThat(rights(theirs.next())).isEqualTo("rw-r-----");
    assertThat(Files.getAttribute(theirs.next(), "unix:gid")).isEqualTo(SOMEBODYS_GROUP);
    assertThat(rights(open.next())).isEqualTo("rw-r--r--");
  }

  @Test
  void whatIsRefusedLeavesWhatWas() throws Exception {
    // Given
    WholeFile file = WholeFile.open(directory.resolve("file"));
    assertThat(file.content()).isEmpty();
    file.write("good");
    file.propose("bad");

    // When
    file.refuse();

    // Then
    assertThat(file.has("good")).isTrue();
    assertThat(file.next()).doesNotExist();
  }

  @Test
  void aLinkInItsPlaceIsReplacedAndNotFollowed() throws Exception {
    // Given
    Path other = Files.writeString(directory.resolve("other"), "theirs");
    WholeFile file = WholeFile.open(directory.resolve("file"));
    Files.createSymbolicLink(file.path(), other);
    Files.createSymbolicLink(file.next(), other);

    // When
    file.write("ours");

    // Then
    assertThat(other).hasContent("theirs");
    assertThat(Files.isSymbolicLink(file.path())).isFalse();
    assertThat(file.has("ours")).isTrue();
  }

  private static String rights(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
