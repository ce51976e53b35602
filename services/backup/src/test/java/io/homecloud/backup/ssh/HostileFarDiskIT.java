package io.homecloud.backup.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What somebody has done to copies on another machine who had their disk in his hands. */
class HostileFarDiskIT {
  private static final String BEFORE = "2026-11-28T03-00-00Z";
  private static final String NOW = "2026-11-29T03-00-00Z";

  @Test
  void noCopyBeginsWithALinkInThePlaceOfAVolume() throws IOException {
    try (LoopDisks disks = new LoopDisks()) {
      // Given
      Path root = NearbyHost.onBtrfs(disks);
      FarSide far = NearbyHost.withPhotos(root);
      List<String> _ = far.ask("begin", "photos", BEFORE, "", "same", "photos", "music");
      Path runs = root.resolve("photos/runs");
      Path theirs = Files.createDirectory(root.resolveSibling("theirs"));
      Files.createDirectory(runs.resolve(BEFORE + ".incomplete/music"));
      Files.createSymbolicLink(runs.resolve(BEFORE + ".incomplete/photos"), theirs);
      List<String> _ = far.give(NearbyHost.MARK, "complete", "photos", BEFORE);

      // When
      List<String> _ = far.ask("begin", "photos", NOW, BEFORE, "same", "photos", "music");

      // Then
      assertThat(runs.resolve(NOW + ".incomplete/music")).isDirectory();
      assertThat(Files.isSymbolicLink(runs.resolve(BEFORE + "/photos"))).isTrue();
      assertThat(Files.isSymbolicLink(runs.resolve(NOW + ".incomplete/photos"))).isFalse();
      assertThat(theirs).isDirectory();
    }
  }
}
