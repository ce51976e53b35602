package io.homecloud.backup.ssh;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another machine says of its disk while it copies. */
class FarCheckpointTest {
  @TempDir Path directory;

  private final NearbyHost host = new NearbyHost();
  private FarSide far;
  private Path runs;

  @BeforeEach
  void begin() throws IOException {
    far = host.far(directory);
    runs = Files.createDirectories(directory.resolve("photos/runs"));
    List<String> _ = far.have("begin", "photos", "2026-11-28T03-00-00Z", "", "same");
  }

  @Test
  void whileItIsCopiedOneIsTakenAgainAndAgain() throws IOException {
    // Given
    Path taken = runs.resolve(".checkpoint");

    // When
    try (FarCheckpoint.Repeated _ =
        new FarCheckpoint(far, "photos").repeated(Duration.ofMillis(10))) {
      // Then
      eventually(() -> assertThat(taken).isRegularFile());
      Files.delete(taken);
      eventually(() -> assertThat(taken).isRegularFile());
    }
  }

  @Test
  void aMachineThatWasStartedAnewSaysSo() throws IOException {
    // Given
    FarCheckpoint checkpoint = new FarCheckpoint(far, "photos");
    assertThat(checkpoint.take()).isTrue();

    // When
    Files.writeString(runs.resolve(".begun"), "another boot");

    // Then
    assertThat(checkpoint.take()).isFalse();
  }

  @Test
  void aMachineThatDoesNotAnswerMayBeTheSame() throws IOException {
    // Given
    Files.delete(runs.resolve(".begun"));
    Files.move(runs, directory.resolve("away"));

    // When, Then
    assertThat(new FarCheckpoint(far, "photos").take()).isTrue();
  }
}
