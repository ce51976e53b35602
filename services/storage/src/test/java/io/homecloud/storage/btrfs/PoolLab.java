package io.homecloud.storage.btrfs;

import static io.homecloud.storage.btrfs.BtrfsVolumesIT.done;

import io.homecloud.host.LocalHost;
import io.homecloud.storage.Compression;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.NewPool;
import io.homecloud.storage.pool.PoolId;
import io.homecloud.storage.pool.PoolMount;
import io.homecloud.storage.pool.Profile;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Disks to make pools of and to mistreat. */
final class PoolLab implements AutoCloseable {
  static final long GIB = 1L << 30;
  static final int MIB = 1 << 20;

  final BtrfsPools pools = new BtrfsPools(new LocalHost(), Duration.ofMillis(20));
  final PoolId id = new PoolId(UUID.randomUUID());
  private final LoopDisks disks = new LoopDisks();

  Path disk(long bytes) {
    return disks.disk(bytes);
  }

  Path directory() {
    return disks.directory();
  }

  Path top() {
    return disks.directory().resolve("pools").resolve("home");
  }

  NewPool wanted(Profile profile, Path... devices) {
    Profile metadata = profile == Profile.SINGLE ? Profile.DUP : profile;
    return new NewPool(id, "homecloud-home", List.of(devices), profile, metadata, false);
  }

  MountedPool make(Profile profile, Path... devices) {
    done(pools.format(wanted(profile, devices)));
    return mount(devices);
  }

  MountedPool mount(Path... devices) {
    return done(pools.mount(mounting(false, devices)));
  }

  PoolMount mounting(boolean degraded, Path... devices) {
    return new PoolMount(
        id, List.of(devices), top(), Compression.NONE, PoolMount.Access.WRITE, degraded);
  }

  /** A file of noise, on the disk. */
  static byte[] write(Path file, int bytes) {
    byte[] content = new byte[bytes];
    new Random(file.hashCode() + bytes).nextBytes(content);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
      return content;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Room that is used up without waiting for the disk. */
  static void reserve(Path file, int mebibytes) {
    TestPool.run("fallocate", "--length", mebibytes + "MiB", file.toString());
  }

  /** A file of noise that nobody reads. */
  static void fill(Path file, int mebibytes) {
    byte[] piece = new byte[MIB];
    Random random = new Random(file.hashCode());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < mebibytes; i++) {
        random.nextBytes(piece);
        ByteBuffer buffer = ByteBuffer.wrap(piece);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Overwrites the place of a disk where these bytes are, as a failing disk would. */
  void damage(Path device, byte[] content) {
    try (RandomAccessFile image = new RandomAccessFile(disks.image(device).toFile(), "rw")) {
      long at = find(image.getChannel(), content);
      image.seek(at);
      image.write(new byte[64]);
      image.getChannel().force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // The device keeps pages of its own.
    TestPool.run("blockdev", "--flushbufs", device.toString());
  }

  private static long find(FileChannel image, byte[] content) throws IOException {
    byte[] sector = Arrays.copyOf(content, 4096);
    ByteBuffer piece = ByteBuffer.allocate(4 * MIB);
    for (long at = 0; at < image.size(); at += piece.capacity()) {
      piece.clear();
      image.read(piece, at);
      for (int i = 0; i + sector.length <= piece.position(); i += sector.length) {
        if (Arrays.equals(piece.array(), i, i + sector.length, sector, 0, sector.length)) {
          return at + i;
        }
      }
    }
    throw new AssertionError("the content is not on the disk");
  }

  /** Overwrites a byte of every metadata block that has the text, in all copies. */
  void damageMetadata(Path device, String text) {
    byte[] node = new byte[16_384];
    try (RandomAccessFile image = new RandomAccessFile(disks.image(device).toFile(), "rw")) {
      for (long at = MIB; at < image.length(); at += node.length) {
        image.seek(at);
        image.readFully(node);
        // Holes have no address of the block in them.
        if ((node[49] | node[50]) != 0
            && new String(node, StandardCharsets.ISO_8859_1).contains(text)) {
          image.seek(at + 200);
          image.write(~node[200]);
        }
      }
      image.getChannel().force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TestPool.run("blockdev", "--flushbufs", device.toString());
  }

  static void await(BooleanSupplier so) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
    while (!so.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not in a minute");
      }
    }
  }

  /**
   * Disks with what is on these now, in the middle of whatever the kernel does; the pool that goes
   * on with the old ones is unmounted.
   */
  List<Path> powerCut(MountedPool pool, Path... devices) throws IOException {
    List<Path> copies = new ArrayList<>();
    TestPool.run("fsfreeze", "--freeze", pool.root().toString());
    try {
      for (Path device : devices) {
        Path copy = disk(Files.size(disks.image(device)));
        TestPool.run("dd", "bs=1M", "conv=sparse", "status=none", "if=" + device, "of=" + copy);
        copies.add(copy);
      }
    } finally {
      TestPool.run("fsfreeze", "--unfreeze", pool.root().toString());
    }
    await(() -> pools.unmount(pool).refusal().isEmpty());
    for (Path device : devices) {
      awaitUnmounted(device);
      // Or the kernel would have two disks of every identity.
      TestPool.run("btrfs", "device", "scan", "--forget", device.toString());
    }
    return copies;
  }

  /** What is behind a disk, to plug it in again. */
  Path image(Path device) {
    return disks.image(device);
  }

  Path plug(Path image) {
    return disks.attach(image);
  }

  /** Pulls the disk out; the pool must not be mounted. */
  void pull(Path device) {
    awaitUnmounted(device);
    TestPool.run("losetup", "--detach", device.toString());
  }

  void awaitUnmounted(Path device) {
    disks.awaitUnmounted(device);
  }

  static void dropCaches() {
    try {
      Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    disks.close();
  }
}
