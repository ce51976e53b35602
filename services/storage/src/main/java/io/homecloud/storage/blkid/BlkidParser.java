package io.homecloud.storage.blkid;

import io.homecloud.storage.disk.DiskContent;
import io.homecloud.storage.disk.Printable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Reads {@code blkid -p -o udev}: the form whose {@code _ENC} values can be decoded without loss,
 * whatever a label holds.
 */
final class BlkidParser {
  private static final int HEX = 16;

  private BlkidParser() {}

  /** What exit code 0 or 8 printed. */
  static DiskContent parse(String output) {
    Map<String, String> values = new HashMap<>();
    for (String line : output.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    String ambivalent = values.getOrDefault("ID_FS_AMBIVALENT", "");
    String type = Printable.of(values.getOrDefault("ID_FS_TYPE", ""));
    String label = decoded(values, "ID_FS_LABEL");
    String uuid = decoded(values, "ID_FS_UUID");
    if (!ambivalent.isEmpty()) {
      return new DiskContent.Ambiguous(
          List.of(Printable.of(ambivalent).replaceAll("[a-z]+:", "").split(" ", -1)));
    }
    if (type.isEmpty()) {
      String table = Printable.of(values.getOrDefault("ID_PART_TABLE_TYPE", ""));
      return table.isEmpty() ? new DiskContent.Blank() : new DiskContent.PartitionTable(table);
    }
    return switch (values.getOrDefault("ID_FS_USAGE", "")) {
      case "raid", "crypto" -> new DiskContent.Member(type, uuid);
      case "filesystem" ->
          type.equals("btrfs")
              ? btrfs(uuid, decoded(values, "ID_FS_UUID_SUB"), label)
              : new DiskContent.FileSystem(type, label, uuid);
      // "other" is swap, a hibernated system, or something newer than this code.
      default ->
          type.equals("swap")
              ? new DiskContent.Swap(label, uuid)
              : new DiskContent.FileSystem(type, label, uuid);
    };
  }

  private static DiskContent btrfs(String fsid, String device, String label) {
    try {
      return new DiskContent.BtrfsMember(UUID.fromString(fsid), UUID.fromString(device), label);
    } catch (IllegalArgumentException damaged) {
      return new DiskContent.Unreadable("a btrfs superblock with damaged ids");
    }
  }

  private static String decoded(Map<String, String> values, String key) {
    return Printable.of(decode(values.getOrDefault(key + "_ENC", "")));
  }

  /** Undoes {@code \x20}, which stands for one byte of UTF-8. */
  private static String decode(String encoded) {
    byte[] in = encoded.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '\\' && i + 3 < in.length && in[i + 1] == 'x' && isHex(in[i + 2], in[i + 3])) {
        out.write(Character.digit(in[i + 2], HEX) * HEX + Character.digit(in[i + 3], HEX));
        i += 3;
      } else {
        out.write(in[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static boolean isHex(byte high, byte low) {
    return Character.digit(high, HEX) >= 0 && Character.digit(low, HEX) >= 0;
  }
}
