package io.homecloud.pages;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;

/** Where a request comes from, as it is counted and written down. */
public final class ClientAddress {
  /** The longest that an IPv6 address with a zone is; a front may say something else. */
  private static final int LONGEST = 64;

  private ClientAddress() {}

  public static String of(HttpServerRequest request) {
    SocketAddress from = request.remoteAddress();
    String address = from.hostAddress() == null ? String.valueOf(from.host()) : from.hostAddress();
    return address.length() <= LONGEST ? address : address.substring(0, LONGEST);
  }
}
