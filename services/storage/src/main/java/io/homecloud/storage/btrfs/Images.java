package io.homecloud.storage.btrfs;

import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolUsage;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Disks that are images. One with holes takes room where it lies as it is written to, and when
 * there is none the pool meets a disk that fails.
 */
final class Images {
  /**
   * @param holes bytes of it that take no room yet
   */
  private record Image(Path file, FileStore store, long holes) {}

  private Images() {}

  /** What is lacking to fill the holes of all these; nothing where that cannot be told. */
  static Optional<PoolUsage.Lack> lack(List<PoolDevice> devices) {
    List<Image> images =
        devices.stream()
            .flatMap(device -> device.path().stream())
            .flatMap(node -> image(node).stream())
            .toList();
    return images.stream().flatMap(image -> lack(image, images).stream()).findFirst();
  }

  private static Optional<PoolUsage.Lack> lack(Image image, List<Image> all) {
    try {
      long holes =
          all.stream()
              .filter(other -> other.store().equals(image.store()))
              .mapToLong(Image::holes)
              .sum();
      long left = image.store().getUsableSpace();
      return holes > left
          ? Optional.of(new PoolUsage.Lack(image.file(), holes - left, left))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Image> image(Path node) {
    try {
      Path loop = Path.of("/sys/class/block").resolve(node.toRealPath().getFileName());
      String file = PseudoFiles.line(loop.resolve("loop/backing_file"));
      if (file.startsWith("/")
          && FileCalls.status(Path.of(file)) instanceof StatusAnswer.Found(var status)) {
        long holes = Math.max(0, status.size() - status.allocated());
        return Optional.of(new Image(Path.of(file), Files.getFileStore(Path.of(file)), holes));
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
