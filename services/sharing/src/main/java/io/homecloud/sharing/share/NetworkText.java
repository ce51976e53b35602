package io.homecloud.sharing.share;

import java.net.InetAddress;

/** Addresses and networks as people write them; never a name, which somebody else resolves. */
final class NetworkText {
  private NetworkText() {}

  static boolean valid(String text) {
    if (!text.matches("[0-9a-fA-F:.]{2,45}(/[0-9]{1,3})?")) {
      return false;
    }
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    int bits = address.indexOf(':') >= 0 ? 128 : 32;
    return literal(address) && (slash < 0 || Integer.parseInt(text.substring(slash + 1)) <= bits);
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
