package io.homecloud.storage.btrfs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.homecloud.storage.pool.PoolDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a pool's disks beneath the file system, past every cache. */
final class MemberReader implements AutoCloseable {
  /** Of memory and places on the disk, for reading past the cache. */
  private static final int ALIGNMENT = 4096;

  private final Map<Long, Descriptor> disks = new HashMap<>();

  MemberReader(List<PoolDevice> devices) {
    for (PoolDevice device : devices) {
      device.path().flatMap(Descriptor::uncached).ifPresent(disk -> disks.put(device.id(), disk));
    }
  }

  /** Empty when the disk is missing or cannot read it. */
  Optional<ByteBuffer> read(Chunk.Place place, int length) {
    Descriptor disk = disks.get(place.device());
    if (disk == null) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(length, ALIGNMENT);
      return disk.read(buffer, place.offset())
          ? Optional.of(ByteBuffer.wrap(buffer.toArray(JAVA_BYTE)))
          : Optional.empty();
    }
  }

  @Override
  public void close() {
    disks.values().forEach(Descriptor::close);
  }
}
