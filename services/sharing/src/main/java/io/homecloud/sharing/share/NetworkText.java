package io.homecloud.sharing.share;

import java.net.InetAddress;

/** Addresses and networks as people write them; never a name, which somebody else resolves. */
final class NetworkText {
  /** Ganesha reads two digits of a prefix at most. */
  private static final int SMALLEST = 100;

  private NetworkText() {}

  static boolean valid(String text) {
    if (!text.matches("[0-9a-fA-F:.]{2,45}(/[0-9]{1,3})?")) {
      return false;
    }
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!literal(address)) {
      return false;
    }
    // An IPv4 address that is written as one of IPv6 is one of IPv4.
    int bits = InetAddress.ofLiteral(address).getAddress().length * Byte.SIZE;
    int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
    return prefix == bits || prefix < Math.min(bits, SMALLEST);
  }

  private static boolean literal(String address) {
    if (address.indexOf(':') < 0
        && !address.matches("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}")) {
      return false; // shorter forms mean different things to different programs
    }
    try {
      InetAddress.ofLiteral(address);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
