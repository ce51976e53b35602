package io.homecloud.sharing.ganesha;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address or a network of clients, written as Ganesha reads it and as nothing else can be read.
 *
 * @param text addresses or networks, separated by commas; together they are the one that is meant
 */
record ClientNetwork(String text) {
  private static final Pattern FORM =
      Pattern.compile(
          "([0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9A-Fa-f:]+:[0-9A-Fa-f.:]*)(?:/([0-9]{1,3}))?");

  /** Ganesha reads two digits of a prefix at most. */
  private static final int LONGEST_PREFIX = 99;

  /**
   * Empty when it is neither; host names are none, since whoever answers for one would decide. Nor
   * are networks of IPv6 smaller than /99, which Ganesha cannot be told.
   */
  static Optional<ClientNetwork> parse(String text) {
    Matcher match = FORM.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    try {
      byte[] address = InetAddress.ofLiteral(match.group(1)).getAddress();
      int bits = address.length * Byte.SIZE;
      int prefix = match.group(2) == null ? bits : Integer.parseInt(match.group(2));
      return prefix > bits || (prefix > LONGEST_PREFIX && prefix < bits)
          ? Optional.empty()
          : Optional.of(new ClientNetwork(String.join(", ", written(address, prefix))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** There is no /0 for Ganesha, but there are two halves. */
  private static List<String> written(byte[] address, int prefix) {
    byte[] network = masked(address, prefix);
    if (prefix == network.length * Byte.SIZE) {
      return List.of(text(network));
    }
    if (prefix > 0) {
      return List.of(text(network) + "/" + prefix);
    }
    byte[] upper = network.clone();
    upper[0] = (byte) 0x80;
    return List.of(text(network) + "/1", text(upper) + "/1");
  }

  private static byte[] masked(byte[] address, int prefix) {
    byte[] network = address.clone();
    for (int bit = prefix; bit < network.length * Byte.SIZE; bit++) {
      network[bit / Byte.SIZE] &= (byte) ~(0x80 >> (bit % Byte.SIZE));
    }
    return network;
  }

  private static String text(byte[] address) {
    try {
      return InetAddress.getByAddress(address).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // its length is right
    }
  }
}
