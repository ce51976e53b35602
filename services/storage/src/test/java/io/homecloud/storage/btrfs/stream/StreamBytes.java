package io.homecloud.storage.btrfs.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes a send stream by hand, also a wrong one. */
final class StreamBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream attributes = new ByteArrayOutputStream();

  StreamBytes(int version) {
    bytes.writeBytes("btrfs-stream\0".getBytes(ISO_8859_1));
    bytes.writeBytes(little(4).putInt(version).array());
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  StreamBytes attribute(int type, byte[] value) {
    attributes.writeBytes(little(4).putShort((short) type).putShort((short) value.length).array());
    return raw(value);
  }

  StreamBytes attribute(int type, String value) {
    return attribute(type, value.getBytes(ISO_8859_1));
  }

  StreamBytes attribute(int type, long value) {
    return attribute(type, little(8).putLong(value).array());
  }

  StreamBytes raw(byte[] value) {
    attributes.writeBytes(value);
    return this;
  }

  /** Ends a command with its right length and checksum. */
  StreamBytes command(int number) {
    return command(number, attributes.size());
  }

  StreamBytes command(int number, int length) {
    byte[] command =
        little(10 + attributes.size())
            .putInt(length)
            .putShort((short) number)
            .putInt(0)
            .put(attributes.toByteArray())
            .array();
    ByteBuffer.wrap(command)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(6, SendStreamReader.crc(command, command.length));
    bytes.writeBytes(command);
    attributes.reset();
    return this;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  SendStreamReader reader() {
    return new SendStreamReader(new ByteArrayInputStream(bytes()));
  }
}
