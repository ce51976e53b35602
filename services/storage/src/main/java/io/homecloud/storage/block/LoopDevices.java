package io.homecloud.storage.block;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.LibcCall;
import io.homecloud.host.libc.PseudoFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Images as disks. Failures are {@link BlockRefused}. */
public final class LoopDevices {
  // linux/loop.h
  private static final long LOOP_CLR_FD = 0x4C01;
  private static final long LOOP_CONFIGURE = 0x4C0A;
  private static final long LOOP_CTL_GET_FREE = 0x4C82;
  private static final int CONFIG_SIZE = 304;
  private static final int CONFIG_FLAGS = 8 + 52;
  private static final int FLAG_READ_ONLY = 1;
  private static final int FLAG_AUTOCLEAR = 4;
  private static final long BLKSSZGET = 0x1268;
  private static final int LOOP_MAJOR = 7;
  private static final int BLOCK_DEVICE = 0x6000;
  private static final int ATTEMPTS = 64;

  private static final LibcCall MKNOD =
      LibcCall.of("mknod", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);

  /** The node of the loop device whose image this is. */
  public Optional<Path> of(Path image) throws IOException {
    String path = image.toRealPath().toString();
    for (Path block : PseudoFiles.entries(Path.of("/sys/block"))) {
      if (PseudoFiles.line(block.resolve("loop/backing_file")).equals(path)) {
        return Optional.of(node(block.getFileName().toString()));
      }
    }
    return Optional.empty();
  }

  /** Makes a disk of an image, always a new one; ask {@link #of} before. */
  public Path attach(Path image, boolean readOnly) throws IOException {
    try (OpenNode loop = configured(image, 0, readOnly ? FLAG_READ_ONLY : 0)) {
      return loop.path();
    }
  }

  /**
   * A window on a device through which nothing can be written, whoever tries. It is gone when it is
   * closed and nothing on it is mounted any more, also when this process is killed.
   */
  public ReadOnlyView view(Path device) throws IOException {
    try (OpenNode node = OpenNode.open(device, OpenNode.READ_ONLY);
        Arena arena = Arena.ofConfined()) {
      MemorySegment sector = arena.allocate(JAVA_INT);
      node.demand(BLKSSZGET, sector);
      int flags = FLAG_READ_ONLY | FLAG_AUTOCLEAR;
      return new ReadOnlyView(configured(device, sector.get(JAVA_INT, 0), flags));
    }
  }

  /** See {@link #view}. */
  public static final class ReadOnlyView implements AutoCloseable {
    private final OpenNode loop;

    ReadOnlyView(OpenNode loop) {
      this.loop = loop;
    }

    public Path node() {
      return loop.path();
    }

    @Override
    public void close() {
      loop.close();
    }
  }

  private static OpenNode configured(Path image, int sectorSize, int flags) throws IOException {
    int mode = (flags & FLAG_READ_ONLY) == 0 ? OpenNode.READ_WRITE : OpenNode.READ_ONLY;
    try (OpenNode file = OpenNode.open(image.toRealPath(), mode);
        OpenNode control = OpenNode.open(Path.of("/dev/loop-control"), OpenNode.READ_WRITE);
        Arena arena = Arena.ofConfined()) {
      MemorySegment config = arena.allocate(CONFIG_SIZE, Long.BYTES);
      config.set(JAVA_INT, 0, file.descriptor());
      config.set(JAVA_INT, 4, sectorSize);
      config.set(JAVA_INT, CONFIG_FLAGS, flags);
      for (int attempt = 0; ; attempt++) {
        Path node = node("loop" + control.demand(LOOP_CTL_GET_FREE, MemorySegment.NULL));
        OpenNode loop = OpenNode.open(existing(node), mode);
        try {
          loop.demand(LOOP_CONFIGURE, config);
          return loop;
        } catch (BlockRefused taken) {
          loop.close();
          // Somebody else was faster with the same free one.
          if (taken.errno() != Errno.EBUSY || attempt == ATTEMPTS) {
            throw taken;
          }
        }
      }
    }
  }

  /**
   * Takes the image off. Nothing of it may be mounted: the kernel would only promise to do it
   * later. A device without an image is left as it is.
   */
  public void detach(Path node) throws IOException {
    try (OpenNode loop = OpenNode.open(node, OpenNode.READ_ONLY)) {
      long answer = loop.ask(LOOP_CLR_FD, 0);
      if (answer < 0 && Errno.of(answer) != Errno.ENXIO) {
        throw OpenNode.refused(node.toString(), answer);
      }
    }
  }

  private static Path node(String name) {
    return Path.of("/dev").resolve(name);
  }

  /** Where no devtmpfs is mounted, as in containers, nobody makes nodes of new devices. */
  private static Path existing(Path node) throws IOException {
    if (!Files.exists(node)) {
      long number = Long.parseLong(node.getFileName().toString().substring("loop".length()));
      // As makedev(3): the low byte of the minor number, the major, the rest of the minor.
      long device = (number & 0xff) | (LOOP_MAJOR << 8) | ((number & ~0xffL) << 12);
      try (Arena arena = Arena.ofConfined()) {
        long answer = MKNOD.call(arena.allocateFrom(node.toString()), BLOCK_DEVICE | 0600, device);
        if (answer < 0 && Errno.of(answer) != Errno.EEXIST) {
          throw OpenNode.refused(node.toString(), answer);
        }
      }
    }
    return node;
  }
}
