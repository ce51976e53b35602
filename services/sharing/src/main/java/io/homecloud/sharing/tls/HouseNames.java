package io.homecloud.sharing.tls;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.Collection;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What clients may call this machine: it is in its certificate.
 *
 * @param dns names, in lower case
 * @param addresses IPv4 and IPv6, as text. Of IPv6 the loopback alone: others come and go daily,
 *     and people do not type them.
 */
public record HouseNames(NavigableSet<String> dns, NavigableSet<String> addresses) {
  private static final Pattern DNS =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

  private static final Pattern ADDRESS = Pattern.compile("[0-9a-f.:]{2,45}");

  /** Machines with more have them for containers. */
  private static final int MOST_ADDRESSES = 32;

  public HouseNames {
    dns = new TreeSet<>(dns);
    addresses = new TreeSet<>(addresses);
    for (String name : dns) {
      if (!DNS.matcher(name).matches()) {
        throw new IllegalArgumentException("no name of a machine");
      }
    }
    for (String address : addresses) {
      if (!ADDRESS.matcher(address).matches()) {
        throw new IllegalArgumentException("no address");
      }
    }
  }

  /**
   * As it is now. What is no name that a client could use is left out.
   *
   * @param host the name of this machine
   * @param publicUrl where people find it, when that is elsewhere
   */
  public static HouseNames ofThisMachine(String host, Optional<URI> publicUrl) {
    NavigableSet<String> names = new TreeSet<>();
    names.add("localhost");
    String own = host.toLowerCase(Locale.ROOT);
    if (DNS.matcher(own).matches() && !own.matches("[0-9.]+")) {
      names.add(own);
      if (!own.contains(".")) {
        names.add(own + ".local");
      }
    }
    NavigableSet<String> addresses = ownAddresses();
    addresses.add("127.0.0.1");
    addresses.add("::1");
    publicUrl
        .map(URI::getHost)
        .map(h -> h.toLowerCase(Locale.ROOT))
        .ifPresent(h -> {
          if (h.matches("([0-9]{1,3}\\.){3}[0-9]{1,3}")) {
            addresses.add(h);
          } else if (h.startsWith("[")) {
            addresses.add(h.substring(1, h.length() - 1));
          } else if (DNS.matcher(h).matches()) {
            names.add(h);
          }
        });
    return new HouseNames(names, addresses);
  }

  /** Whether somebody who has these names has all those of the other. */
  boolean covers(HouseNames other) {
    return dns.containsAll(other.dns) && addresses.containsAll(other.addresses);
  }

  /** As X.509's subjectAltName is written for openssl. */
  String subjectAltName() {
    StringBuilder text = new StringBuilder();
    dns.forEach(name -> text.append(text.isEmpty() ? "" : ",").append("DNS:").append(name));
    addresses.forEach(a -> text.append(text.isEmpty() ? "" : ",").append("IP:").append(a));
    return text.toString();
  }

  private static NavigableSet<String> ownAddresses() {
    NavigableSet<String> found = new TreeSet<>();
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(
              a -> a instanceof Inet4Address && !a.isLinkLocalAddress() && !a.isAnyLocalAddress())
          .map(InetAddress::getHostAddress)
          .sorted()
          .limit(MOST_ADDRESSES)
          .forEach(found::add);
    } catch (SocketException none) {
      return found;
    }
    return found;
  }

  static HouseNames of(Collection<String> dns, Collection<String> addresses) {
    return new HouseNames(new TreeSet<>(dns), new TreeSet<>(addresses));
  }
}
