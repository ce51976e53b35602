package io.homecloud.storage.files;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A little room that is held while a file grows. At the quota the kernel refuses to shorten a file,
 * since that takes metadata (btrfs_truncate asks for it with the limits enforced); deleting one it
 * never refuses. So this is deleted first, and then there is room to shorten the other.
 */
final class Ballast {
  /** Twice what btrfs asks for, in nodes of 16 KiB, to shorten a file. */
  private static final int BYTES = 64 * 1024;

  private static final int PRIVATE = 0600;
  static final Ballast NONE = new Ballast(null, null);

  private final @Nullable Descriptor place;
  private final @Nullable FileName name;

  private Ballast(@Nullable Descriptor place, @Nullable FileName name) {
    this.place = place;
    this.name = name;
  }

  /** Refused when there is not even so much room; one that a crash has left is taken over. */
  static Ballast of(Descriptor place, UploadId id) throws FileRefused {
    Ballast ballast = new Ballast(place, FileName.of("ballast-" + id.value()));
    ballast.drop();
    ballast.fill(place);
    return ballast;
  }

  private void fill(Descriptor in) throws FileRefused {
    byte[] incompressible = new byte[BYTES];
    ThreadLocalRandom.current().nextBytes(incompressible);
    try (Arena arena = Arena.ofConfined();
        Descriptor file =
            Kernel.open(
                in, java.util.Objects.requireNonNull(name).raw(), Opening.making(PRIVATE))) {
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, incompressible);
      Kernel.write(file, bytes, 0);
    } catch (FileRefused e) {
      drop();
      throw e;
    }
  }

  /** Gives the room back; may be repeated. */
  void drop() {
    if (place == null || name == null) {
      return;
    }
    try {
      Kernel.removeFile(place, name);
    } catch (FileRefused e) {
      // gone already, or it can only be read: then the sweep comes to it later
    }
  }
}
