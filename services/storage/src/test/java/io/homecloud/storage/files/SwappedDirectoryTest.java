package io.homecloud.storage.files;

import static io.homecloud.storage.files.Results.UNWATCHED;
import static io.homecloud.storage.files.Results.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody in the volume turns a directory into a link and back, all the time. */
@Timeout(120)
class SwappedDirectoryTest {
  private static final Set<StorageError> EXPECTED =
      EnumSet.of(
          StorageError.LINK_NOT_FOLLOWED,
          StorageError.NOT_A_DIRECTORY,
          StorageError.FILE_NOT_FOUND,
          StorageError.DIRECTORY_NOT_EMPTY,
          StorageError.FILE_CHANGED,
          StorageError.FILE_EXISTS,
          StorageError.FILE_BUSY);
  private static final int ROUNDS = 300;

  private final AtomicBoolean stop = new AtomicBoolean();
  private final CountDownLatch swapping = new CountDownLatch(1);
  private VolumeDirectory there;
  private Thread swapper;
  private volatile @Nullable IOException broken;
  private int done;
  private int refused;

  @BeforeEach
  void open() throws Exception {
    there = new VolumeDirectory();
    there.file("dir/file", "inside");
    there.link("link", "../outside");
    swapper = Thread.ofPlatform().start(this::swap);
    assertThat(swapping.await(1, TimeUnit.MINUTES)).isTrue();
  }

  private void swap() {
    Path dir = there.volume.resolve("dir");
    Path link = there.volume.resolve("link");
    Path aside = there.volume.resolve("aside");
    try {
      while (!stop.get()) {
        Files.move(dir, aside, StandardCopyOption.ATOMIC_MOVE);
        Files.move(link, dir, StandardCopyOption.ATOMIC_MOVE);
        Files.move(dir, link, StandardCopyOption.ATOMIC_MOVE);
        Files.move(aside, dir, StandardCopyOption.ATOMIC_MOVE);
        swapping.countDown();
      }
    } catch (IOException e) {
      broken = e;
    }
  }

  @AfterEach
  void nothingOutsideWasTouched() throws Exception {
    stop.set(true);
    swapper.join();
    assertThat(broken).isNull();
    try (var left = Files.list(there.outside)) {
      assertThat(left).containsExactly(there.outside.resolve("secret"));
    }
    assertThat(there.outside.resolve("secret")).hasContent("secret");
    there.close();
  }

  private void expect(Outcome<?> outcome) {
    if (outcome instanceof Outcome.Done<?>) {
      done++;
    } else {
      refused++;
      assertThat(error(outcome)).isIn(EXPECTED);
    }
  }

  @Test
  void uploadsLandInsideOrNowhere() throws IOException {
    int tried = 0;
    for (int i = 0; i < ROUNDS || (refused == 0 && i < 100 * ROUNDS); i++) {
      tried++;
      // When
      switch (there.files.upload(Uploads.of(FilePath.of("dir", "new" + i), 3))) {
        case Outcome.Refused<Upload> early -> expect(early);
        case Outcome.Done<Upload>(Upload upload) -> {
          try (upload) {
            Results.done(upload.write(Uploads.from(new ByteArrayInputStream(new byte[3]))));
            expect(upload.finish());
          }
        }
      }
    }
    // Then
    assertThat(done + refused).isEqualTo(tried);
    assertThat(refused).isPositive();
  }

  @Test
  void readersNeverSeeTheSecret() throws IOException {
    for (int i = 0; i < ROUNDS * 10; i++) {
      // When
      Outcome<OpenFile> secret = there.files.read(FilePath.of("dir", "secret"));
      Outcome<FilePage> page = there.files.list(FilePath.of("dir"), null, 10);
      // Then
      expect(secret);
      expect(page);
      assertThat(secret).isInstanceOf(Outcome.Refused.class);
      if (page instanceof Outcome.Done<FilePage>(FilePage entries)) {
        assertThat(entries.entries()).extracting(e -> e.name().text()).doesNotContain("secret");
      }
    }
  }

  @Test
  void directoriesAndMovesAndDeletionsStayInside() {
    for (int i = 0; i < ROUNDS; i++) {
      // When
      expect(there.files.makeDirectory(FilePath.of("dir", "a"), false));
      expect(there.files.makeDirectory(FilePath.of("dir", "a", "b" + i), false));
      expect(there.files.move(FilePath.of("dir", "secret"), FilePath.of("got"), true));
      expect(there.files.delete(FilePath.of("dir", "a"), true, UNWATCHED));
      expect(there.files.delete(FilePath.of("dir", "secret"), true, UNWATCHED));
    }
    // Then
    assertThat(there.volume.resolve("got")).doesNotExist();
  }
}
