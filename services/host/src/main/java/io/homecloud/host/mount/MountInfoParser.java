package io.homecloud.host.mount;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads proc_pid_mountinfo(5). */
final class MountInfoParser {
  private static final int FIELDS_BEFORE_OPTIONAL = 6;

  private MountInfoParser() {}

  /** Lines the kernel did not write in the documented form are left out. */
  static List<Mount> parse(byte[] mountinfo) {
    List<Mount> mounts = new ArrayList<>();
    // Latin-1 keeps every byte of a foreign name until unescape() makes UTF-8 of it.
    for (String line : new String(mountinfo, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      List<String> fields = List.of(line.split(" ", -1));
      int before = Math.min(FIELDS_BEFORE_OPTIONAL, fields.size());
      int dash = before + fields.subList(before, fields.size()).indexOf("-");
      if (dash >= FIELDS_BEFORE_OPTIONAL && fields.size() >= dash + 4) {
        mounts.add(mount(fields, dash));
      }
    }
    return mounts;
  }

  /** The id of the mount that an absolute place lies on. */
  static Optional<Integer> nearest(String place, List<Mount> mounts) {
    return mounts.stream()
        .filter(mount -> isBeneath(place, mount.mountPoint()))
        // The last of equally long ones covers the others.
        .reduce((a, b) -> b.mountPoint().length() >= a.mountPoint().length() ? b : a)
        .map(Mount::id);
  }

  private static boolean isBeneath(String place, String mountPoint) {
    return (place.startsWith("/") && mountPoint.equals("/"))
        || place.equals(mountPoint)
        || place.startsWith(mountPoint + "/");
  }

  private static Mount mount(List<String> fields, int dash) {
    return new Mount(
        Integer.parseInt(fields.get(0)),
        Integer.parseInt(fields.get(1)),
        DeviceNumber.parse(fields.get(2)),
        unescape(fields.get(3)),
        unescape(fields.get(4)),
        Set.of(fields.get(5).split(",", -1)),
        unescape(fields.get(dash + 1)),
        unescape(fields.get(dash + 2)),
        Set.of(fields.get(dash + 3).split(",", -1)),
        group("shared:", fields.subList(FIELDS_BEFORE_OPTIONAL, dash)),
        group("master:", fields.subList(FIELDS_BEFORE_OPTIONAL, dash)));
  }

  private static int group(String tag, List<String> optional) {
    return optional.stream()
        .filter(field -> field.startsWith(tag))
        .map(field -> Integer.parseInt(field, tag.length(), field.length(), 10))
        .findFirst()
        .orElse(0);
  }

  /** Space, tab, newline and backslash are written as a backslash and three octal digits. */
  private static String unescape(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\' && field.length() - i > 3) {
        bytes.write(Integer.parseInt(field, i + 1, i + 4, 8));
        i += 3;
      } else {
        bytes.write(field.charAt(i));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
