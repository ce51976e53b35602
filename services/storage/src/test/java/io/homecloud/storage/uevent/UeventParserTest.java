package io.homecloud.storage.uevent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UeventParserTest {
  private static final String LOOP =
      "change@/devices/virtual/block/loop0\0ACTION=change\0DEVPATH=/devices/virtual/block/loop0\0"
          + "SUBSYSTEM=block\0MAJOR=7\0MINOR=0\0DEVNAME=loop0\0DEVTYPE=disk\0DISKSEQ=12\0SEQNUM=1042\0";
  private static final String PARTITION =
      "add@/devices/pci0000:00/usb1/host0/target0:0:0/0:0:0:0/block/sda/sda1\0ACTION=add\0"
          + "DEVPATH=/devices/pci0000:00/usb1/host0/target0:0:0/0:0:0:0/block/sda/sda1\0"
          + "SUBSYSTEM=block\0DEVNAME=sda1\0DEVTYPE=partition\0PARTN=1\0SEQNUM=2000\0";

  @Test
  void aDisksEventNamesIt() {
    // When
    Optional<String> disk = parse(LOOP.getBytes(StandardCharsets.UTF_8));
    // Then
    assertThat(disk).contains("loop0");
  }

  @Test
  void aPartitionsEventNamesItsDisk() {
    // When
    Optional<String> disk = parse(PARTITION.getBytes(StandardCharsets.UTF_8));
    // Then
    assertThat(disk).contains("sda");
  }

  @Test
  void udevsMessageIsReadAfterItsHeader() {
    // Given
    byte[] properties = LOOP.substring(LOOP.indexOf('\0') + 1).getBytes(StandardCharsets.UTF_8);
    // When
    Optional<String> disk = parse(udev(0xfeedcafe, 40, properties));
    // Then
    assertThat(disk).contains("loop0");
  }

  @Test
  void whatIsNotAboutABlockDeviceIsNothing() {
    // Given
    List<String> messages =
        List.of(
            LOOP.replace("SUBSYSTEM=block", "SUBSYSTEM=net"),
            LOOP.replace("block/loop0", "block/.."),
            LOOP.replace("block/loop0", "block/a b"),
            LOOP.replace("DEVPATH=/devices/virtual/block/loop0", "DEVPATH="),
            PARTITION.replaceAll("DEVPATH=[^\0]*", "DEVPATH=sda1"),
            "SUBSYSTEM=block",
            "",
            "\0\0\0");
    for (String message : messages) {
      // When
      Optional<String> disk = parse(message.getBytes(StandardCharsets.UTF_8));
      // Then
      assertThat(disk).as(message.replace('\0', '|')).isEmpty();
    }
  }

  @Test
  void aHeaderThatPointsOutsideIsNothing() {
    // Given
    byte[] properties = LOOP.getBytes(StandardCharsets.UTF_8);
    for (int offset : new int[] {-1, 0, 23, 100_000, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      // When
      Optional<String> disk = parse(udev(0xfeedcafe, offset, properties));
      // Then
      assertThat(disk).isEmpty();
    }
    assertThat(parse(udev(0x12345678, 40, properties))).isEmpty();
  }

  @Test
  void noiseNeverThrows() {
    // Given
    Random random = new Random(20261121);
    for (int round = 0; round < 2000; round++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      // When
      Optional<String> disk = parse(noise);
      // Then
      assertThat(disk).isEmpty();
    }
  }

  private static byte[] udev(int magic, int offset, byte[] properties) {
    ByteBuffer message = ByteBuffer.allocate(40 + properties.length);
    message.put("libudev\0".getBytes(StandardCharsets.US_ASCII));
    message.order(ByteOrder.BIG_ENDIAN).putInt(magic);
    message.order(ByteOrder.nativeOrder()).putInt(40).putInt(offset).putInt(properties.length);
    message.position(40);
    message.put(properties);
    return message.array();
  }

  private static Optional<String> parse(byte[] message) {
    return UeventParser.disk(message, message.length);
  }
}
