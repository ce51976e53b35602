package io.homecloud.backup.duplicity;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.engine.Pace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaceFileTest {
  private @TempDir Path directory;

  @Test
  void anotherPaceIsToldWhenTheFirstDoesNotHoldAnyMore() throws IOException {
    // Given
    Queue<Pace.Step> steps =
        new ArrayDeque<>(
            List.of(
                new Pace.Step(OptionalLong.of(4096), Optional.of(Duration.ofMillis(1))),
                new Pace.Step(OptionalLong.empty(), Optional.empty())));
    PaceFile file = new PaceFile(steps::remove, directory);
    assertThat(file.path()).hasContent("4096");

    // When, then
    eventually(() -> {
      file.look();
      assertThat(file.path()).hasContent("0");
    });
    file.look();
    assertThat(steps).isEmpty();
  }
}
