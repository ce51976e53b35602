package io.homecloud.testkit;

import io.homecloud.host.Host;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Disks for a test: sparse files behind loop devices, and mounts of them. Closing takes all of it
 * away, also what the test mounted elsewhere; what a killed run left behind goes at the next first
 * use. Needs root.
 */
public final class LoopDisks implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Tools tools;
  private final LoopDevices loops;
  private final Leftovers leftovers;
  private final Path directory;
  private int files;

  public LoopDisks() {
    this(new LocalHost());
  }

  public LoopDisks(Host host) {
    tools = new Tools(host);
    loops = new LoopDevices(tools);
    leftovers = new Leftovers(tools, loops);
    try {
      Path owned = TestDirectory.ofThisProcess("loop", leftovers::removeOfKilled);
      // Never the same twice: a disk is known by its image's path, and what was told of it stays.
      directory =
          Files.createDirectory(owned.resolve(UUID.randomUUID().toString().substring(0, 8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the images and mount points are; other files of the test may be put here too. */
  public Path directory() {
    return directory;
  }

  /** A new empty disk; its device, such as {@code /dev/loop3}. */
  public Path disk(long bytes) {
    return disk(directory, bytes);
  }

  /** The same with its image in a directory below {@link #directory}, perhaps on another disk. */
  public Path disk(Path place, long bytes) {
    return attach(image(place, bytes));
  }

  /**
   * A disk that has its file system as it comes. To be preferred where a service looks at disks: a
   * device of that name may have been another's just before, and be tried still.
   *
   * @param format makes the file system; the disk's path is added
   */
  public Path disk(long bytes, String... format) {
    Path image = image(directory, bytes);
    tools.must(
        Stream.concat(Stream.of(format), Stream.of(image.toString())).toArray(String[]::new));
    return attach(image);
  }

  private synchronized Path image(Path place, long bytes) {
    Path image = place.resolve("disk" + ++files + ".img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return image;
  }

  /** A disk of an image that is there, below {@link #directory}. */
  public Path attach(Path image) {
    return loops.attach(image);
  }

  /** Takes a disk away; its image stays. */
  public void detach(Path device) {
    loops.detach(device);
  }

  /** As when a running disk is pulled: no more of it can be read or written. */
  public void vanish(Path device) {
    resize(device, 0);
  }

  /** Makes a disk that may be in use as large as this, or as small. */
  public void resize(Path device, long bytes) {
    loops.resize(device, bytes);
  }

  /** The file behind a disk, to damage it. */
  public Path image(Path device) {
    return loops.image(device);
  }

  /** Mounts it on a new directory, which is returned. */
  public synchronized Path mount(Path device, String... options) {
    try {
      Path point = Files.createDirectory(directory.resolve("mount" + ++files));
      mountAt(device, point, options);
      return point;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void mountAt(Path device, Path point, String... options) {
    if (options.length == 0) {
      tools.must("mount", device.toString(), point.toString());
    } else {
      tools.must("mount", "-o", String.join(",", options), device.toString(), point.toString());
    }
  }

  /** Unmounts it there, and waits as {@link #awaitUnmounted}. */
  public void unmount(Path device, Path point) {
    Eventually.within(PATIENCE, () -> tools.must("umount", point.toString()));
    awaitUnmounted(device);
  }

  /**
   * Waits until what is on a disk is mounted nowhere: a program that another test runs in a mount
   * namespace of its own has a copy of all mounts for a moment, see {@link Elsewhere}.
   */
  public void awaitUnmounted(Path device) {
    Eventually.within(
        PATIENCE,
        () -> {
          if (loops.mounted(device)) {
            throw new IllegalStateException(device + " is mounted somewhere");
          }
        });
  }

  /** Makes the kernel forget the members of pools on its disks that are mounted nowhere. */
  public void forget() {
    loops.below(directory).forEach(loops::forget);
  }

  @Override
  public void close() {
    leftovers.remove(directory);
  }
}
