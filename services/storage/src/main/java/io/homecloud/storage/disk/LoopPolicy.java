package io.homecloud.storage.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Which loop devices are disks of homecloud; all others (of snaps, of containers, of somebody's
 * work) are none of its business.
 *
 * @param directories images beneath these are ours
 * @param images these too
 */
public record LoopPolicy(List<Path> directories, List<Path> images) {
  public LoopPolicy {
    directories = List.copyOf(directories);
    images = List.copyOf(images);
  }

  /** Whether a loop device with this image, as the kernel names it, is a disk of homecloud. */
  public boolean allows(Path image) {
    Path path = image.normalize();
    return images.stream().anyMatch(one -> real(one).equals(path))
        || directories.stream().anyMatch(one -> path.startsWith(real(one)));
  }

  /** The kernel names an image past all links, so what was configured must be too. */
  private static Path real(Path configured) {
    try {
      return configured.toRealPath();
    } catch (IOException notThere) {
      return configured.toAbsolutePath().normalize();
    }
  }
}
