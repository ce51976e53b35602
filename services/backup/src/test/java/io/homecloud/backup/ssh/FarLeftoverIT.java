package io.homecloud.backup.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a later run does on btrfs with what one that failed had copied. */
class FarLeftoverIT {
  private static final String FAILED = "2026-11-28T03-00-00Z";
  private static final String NEXT = "2026-11-29T03-00-00Z";
  private static final String THIRD = "2026-11-30T03-00-00Z";

  @Test
  void whatIsOfTheSameSourcesIsGoneOnWith() throws IOException {
    try (LoopDisks disks = new LoopDisks()) {
      // Given
      Path root = NearbyHost.onBtrfs(disks);
      FarSide far = NearbyHost.withPhotos(root);
      List<String> _ = far.ask("begin", "photos", FAILED, "", "sources", "photos");
      Path runs = root.resolve("photos/runs");
      Path copied = Files.createDirectory(runs.resolve(FAILED + ".incomplete/photos"));
      Files.writeString(copied.resolve("lake.jpg"), "a lake");

      // When
      List<String> _ = far.ask("settle", "photos");
      List<String> _ = far.ask("begin", "photos", NEXT, "", "sources", "photos");

      // Then
      assertThat(runs.resolve(FAILED + ".incomplete")).doesNotExist();
      assertThat(runs.resolve(NEXT + ".incomplete/photos/lake.jpg")).hasContent("a lake");

      // And when
      List<String> _ = far.ask("begin", "photos", THIRD, "", "other sources", "photos");

      // Then
      assertThat(runs.resolve(NEXT + ".incomplete")).doesNotExist();
      assertThat(runs.resolve(THIRD + ".incomplete")).isEmptyDirectory();
    }
  }
}
