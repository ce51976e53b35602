package io.homecloud.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopPolicyTest {
  @TempDir Path tmp = Path.of("/");

  @Test
  void onlyImagesOfOursAreAllowed() throws Exception {
    // Given
    Path real = Files.createDirectory(tmp.toRealPath().resolve("real"));
    Path link = Files.createSymbolicLink(tmp.resolve("data"), real);
    LoopPolicy policy = new LoopPolicy(List.of(link), List.of(Path.of("/images/usb.img")));
    // When
    List<Path> allowed =
        List.of(
                real.resolve("a.img"),
                real.resolve("deep/b.img"),
                Path.of("/images/usb.img"),
                Path.of("/images/other.img"),
                real.resolve("../elsewhere.img"),
                Path.of(real + "-not/c.img"))
            .stream()
            .filter(policy::allows)
            .toList();
    // Then
    assertThat(allowed)
        .containsExactly(
            real.resolve("a.img"), real.resolve("deep/b.img"), Path.of("/images/usb.img"));
  }
}
