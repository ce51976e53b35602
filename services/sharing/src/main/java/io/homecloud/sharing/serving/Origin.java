package io.homecloud.sharing.serving;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where somebody comes from, as far as it can be told from others: an address, or with IPv6 the
 * network of 64 bits that whoever has one address of it has all of. In this machine's own networks
 * everybody is told by the address there too, or a telephone that has an old password would keep
 * out the whole house.
 *
 * @param text an address, or {@code 2001:db8:1:2:0:0:0:0/64}
 */
public record Origin(String text) implements Comparable<Origin> {
  private static final String NETWORK = "/64";

  /** Of a client. */
  public static Origin of(String address) {
    try {
      return InetAddress.ofLiteral(address) instanceof Inet6Address six
              && !six.isLinkLocalAddress()
              && !near(six)
          ? new Origin(network(six).getHostAddress() + NETWORK)
          : new Origin(address);
    } catch (IllegalArgumentException e) {
      return new Origin(address);
    }
  }

  private static boolean near(Inet6Address address) {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(device -> device.getInterfaceAddresses().stream())
          .map(InterfaceAddress::getAddress)
          .flatMap(own -> own instanceof Inet6Address six ? Stream.of(six) : Stream.empty())
          .anyMatch(own -> network(own).equals(network(address)));
    } catch (SocketException e) {
      return true;
    }
  }

  private static InetAddress network(Inet6Address address) {
    try {
      return InetAddress.getByAddress(
          Arrays.copyOf(
              Arrays.copyOf(address.getAddress(), Long.BYTES), address.getAddress().length));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first address of the network; empty when it is one address alone. */
  public Optional<InetAddress> network() {
    return text.endsWith(NETWORK)
        ? Optional.of(InetAddress.ofLiteral(text.substring(0, text.length() - NETWORK.length())))
        : Optional.empty();
  }

  @Override
  public int compareTo(Origin other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
