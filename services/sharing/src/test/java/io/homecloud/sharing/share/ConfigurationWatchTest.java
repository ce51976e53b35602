package io.homecloud.sharing.share;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationWatchTest {
  @TempDir Path directory;
  private final AtomicInteger asked = new AtomicInteger();
  private ConfigurationWatch watch;
  private Path file;

  @BeforeEach
  void watchOne() {
    watch = new ConfigurationWatch(asked::incrementAndGet);
    file = directory.resolve("smb.conf");
  }

  @AfterEach
  void cleanUp() {
    watch.close();
  }

  @Test
  void whatIsWrittenWhileWeWriteIsLookedAtOnceMore() throws IOException {
    // Given
    written("good");

    // When
    watch.acting();
    Files.writeString(file, "by somebody else");
    watch.settled(List.of(file));

    // Then
    assertThat(asked).hasValue(2);
  }

  @Test
  void aLookThatChangesNothingIsTheLast() throws IOException {
    // Given
    written("good");

    // When
    watch.acting();
    watch.settled(List.of(file));

    // Then
    assertThat(asked).hasValue(1);
  }

  @Test
  void whatIsWrittenAnewByEachLookEnds() throws IOException {
    // When
    for (int look = 0; look < 4; look++) {
      written("good".repeat(look + 1));
    }

    // Then
    assertThat(asked).hasValue(3);
  }

  @Test
  void whatIsChangedAfterwardsIsSeen() throws IOException {
    // Given
    written("good");

    // When
    Files.writeString(file, "by somebody else");

    // Then
    eventually(() -> assertThat(asked).hasValue(2));
  }

  private void written(String content) throws IOException {
    watch.acting();
    Files.writeString(file, content);
    watch.settled(List.of(file));
  }
}
