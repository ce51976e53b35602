package io.homecloud.sharing.ganesha;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.mount.DirectoryMount;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumesIT {
  @TempDir Path directory;

  @Test
  void aMountThatAKilledProcessLeftAndSomebodyStandsInKeepsNobodyFromServing() throws Exception {
    // Given
    Path root = Files.createDirectory(directory.resolve("root"));
    Path places = directory.resolve("volumes");
    Path left = new Volumes(places).of(root).path();

    Volumes volumes;
    try (DirectoryStream<Path> _ = Files.newDirectoryStream(left)) {
      // When
      volumes = new Volumes(places);
      Export export = volumes.of(root);

      // Then
      assertThat(export.path()).isNotEqualTo(left);
      assertThat(DirectoryMount.isAt(export.path())).isTrue();
    }
    assertThat(volumes.keepOnly(List.of(), Duration.ZERO)).isTrue();
    assertThat(places).isEmptyDirectory();
  }
}
