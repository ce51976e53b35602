package io.homecloud.sharing.httpd;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What addresses of IPv6 begin with that have the same first 64 bits. httpd knows them by their
 * text alone, as RFC 5952 section 4.2 shortens it: the longest run of zeros is {@code ::}, which
 * may be in these bits, across their end, or behind it.
 */
final class AddressBeginning {
  private static final String GROUP = "[0-9a-f]{1,4}";
  private static final int GROUPS = 4;

  /**
   * Of an address as text; what it begins with is in that of the three groups that is not empty. No
   * address of IPv4 fits.
   */
  static final String PATTERN =
      ("^((?:G:){4})"
              + "|^((?:G:){1,3}:|::)(?:G(?::G){0,3})?$"
              + "|^((?:(?:G:){1,2}:|::)(?:G:)+?)(?:G:){3}G$")
          .replace("G", GROUP);

  private AddressBeginning() {}

  /** All that there can be. */
  static Set<String> of(InetAddress network) {
    String[] groups = new String[GROUPS];
    byte[] bytes = network.getAddress();
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = Integer.toHexString(((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff));
    }
    Set<String> all = new LinkedHashSet<>();
    all.add(text(groups, 0, GROUPS));
    int to;
    for (int from = 0; from < GROUPS; from = to + 1) {
      to = from;
      while (to < GROUPS && groups[to].equals("0")) {
        to++;
      }
      // One zero alone is shortened only together with those behind it.
      if (to - from > 1 || (to > from && to == GROUPS)) {
        all.add((from == 0 ? ":" : text(groups, 0, from)) + ":" + text(groups, to, GROUPS));
      }
    }
    return all;
  }

  private static String text(String[] groups, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(groups[i]).append(':');
    }
    return text.toString();
  }
}
