package io.homecloud.sharing.serving;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** The kernel's table of TCP connections, {@code /proc/net/tcp} or {@code tcp6}. */
public final class TcpTableParser {
  private static final String ESTABLISHED = "01";
  private static final String LISTENING = "0A";
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private TcpTableParser() {}

  /** Addresses of who is connected to a port, one for each connection. */
  public static List<String> connectedTo(int port, String table) {
    return rows(table, port, ESTABLISHED).stream().map(row -> address(row[REMOTE])).toList();
  }

  /**
   * Sockets that listen at a port, by the number that a process' descriptors name; 0 for the
   * kernel's own.
   */
  static List<Long> listeningAt(int port, String table) {
    return rows(table, port, LISTENING).stream().map(row -> Long.parseLong(row[INODE])).toList();
  }

  private static List<String[]> rows(String table, int port, String state) {
    String end = String.format(Locale.ROOT, ":%04X", port);
    List<String[]> rows = new ArrayList<>();
    for (String line : table.split("\n", -1)) {
      String[] words = line.strip().split(" +", -1);
      if (words.length > INODE && words[STATE].equals(state) && words[LOCAL].endsWith(end)) {
        rows.add(words);
      }
    }
    return rows;
  }

  /** Words of 32 bits as the processor has them; an IPv4 address seen as IPv6 is one of IPv4. */
  private static String address(String hexadecimal) {
    byte[] bytes = HexFormat.of().parseHex(hexadecimal.substring(0, hexadecimal.indexOf(':')));
    ByteBuffer there = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    ByteBuffer network = ByteBuffer.allocate(bytes.length);
    while (there.hasRemaining()) {
      network.putInt(there.getInt());
    }
    try {
      return InetAddress.getByAddress(network.array()).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address: " + hexadecimal, e);
    }
  }
}
