package io.homecloud.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.pool.DeviceIdentity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuperblockTest {
  private static final int PLACE = 64 * 1024;
  private static final UUID POOL = UUID.fromString("0f6f1c62-64a4-4f8e-9d4c-5f3d1a1f0b11");

  @TempDir private Path directory;

  @Test
  void whatADiskSaysIsRead() throws Exception {
    // Given
    ByteBuffer block = block("home");
    // When
    DeviceIdentity identity = Superblock.read(disk(signed(block))).orElseThrow();
    // Then
    assertThat(identity.pool().value()).isEqualTo(POOL);
    assertThat(identity.label()).isEqualTo("home");
    assertThat(identity.deviceId()).isEqualTo(3);
    assertThat(identity.deviceCount()).isEqualTo(4);
    assertThat(identity.generation()).isEqualTo(77);
    assertThat(identity.size()).isEqualTo(1L << 40);
  }

  @Test
  void aWrongChecksumIsNoMember() throws Exception {
    // Given
    ByteBuffer block = signed(block("home")).put(300, (byte) 'X');
    // When
    Path disk = disk(block);
    // Then
    assertThat(Superblock.read(disk)).isEmpty();
  }

  @Test
  void aHostileLabelBecomesHarmless() throws Exception {
    // Given
    ByteBuffer block = block("a\u001b[31m\u202egnp.exe\n" + "x".repeat(230));
    // When
    DeviceIdentity identity = Superblock.read(disk(signed(block))).orElseThrow();
    // Then
    assertThat(identity.label()).startsWith("a[31mgnp.exe xxx").hasSizeLessThanOrEqualTo(120);
  }

  @Test
  void noiseShortDisksAndNoDiskAtAllAreNoMembers() throws Exception {
    // Given
    byte[] noise = new byte[PLACE + 4096];
    new Random(7).nextBytes(noise);
    Path noisy = Files.write(directory.resolve("noise"), noise);
    Path small = Files.write(directory.resolve("short"), new byte[PLACE + 100]);
    // When
    Path absent = directory.resolve("absent");
    // Then
    assertThat(Superblock.read(noisy)).isEmpty();
    assertThat(Superblock.read(small)).isEmpty();
    assertThat(Superblock.read(absent)).isEmpty();
  }

  private static ByteBuffer block(String label) {
    ByteBuffer block = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    uuid(block, 32, POOL);
    block.putLong(64, 0x4D5F53665248425FL);
    block.putLong(72, 77);
    block.putLong(136, 4);
    block.putLong(201, 3);
    block.putLong(209, 1L << 40);
    uuid(block, 267, UUID.randomUUID());
    block.put(299, label.getBytes(StandardCharsets.UTF_8));
    return block;
  }

  private static void uuid(ByteBuffer block, int at, UUID uuid) {
    block
        .duplicate()
        .order(ByteOrder.BIG_ENDIAN)
        .putLong(at, uuid.getMostSignificantBits())
        .putLong(at + 8, uuid.getLeastSignificantBits());
  }

  private static ByteBuffer signed(ByteBuffer block) {
    CRC32C checksum = new CRC32C();
    checksum.update(block.duplicate().position(32));
    return block.putInt(0, (int) checksum.getValue());
  }

  private Path disk(ByteBuffer block) throws Exception {
    byte[] disk = new byte[PLACE + 4096];
    block.get(0, disk, PLACE, 4096);
    return Files.write(directory.resolve("disk"), disk);
  }
}
