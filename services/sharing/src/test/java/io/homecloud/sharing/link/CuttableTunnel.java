package io.homecloud.sharing.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A way to a server of this machine that can be interrupted, as a phone's in a lift. */
final class CuttableTunnel implements AutoCloseable {
  private static final int PIECE = 1 << 14;

  private final ServerSocket entrance;
  private final int exit;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong cutAt = new AtomicLong(Long.MAX_VALUE);
  private final AtomicBoolean cut = new AtomicBoolean();

  CuttableTunnel(int exit) throws IOException {
    this.exit = exit;
    this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("tunnel").start(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** Ends all connections once so many bytes more were sent to the server, until it is mended. */
  void cutAfter(long bytes) {
    cutAt.set(sent.get() + bytes);
  }

  boolean isCut() {
    return cut.get();
  }

  /** Connections can be made again. */
  void mend() {
    cut.set(false);
  }

  /** How many bytes clients have sent. */
  long sent() {
    return sent.get();
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        Socket client = entrance.accept();
        if (cut.get()) {
          client.close();
          continue;
        }
        Socket server = new Socket(InetAddress.getLoopbackAddress(), exit);
        open.add(client);
        open.add(server);
        Thread.ofVirtual().start(() -> pump(client, server, true));
        Thread.ofVirtual().start(() -> pump(server, client, false));
      } catch (IOException e) {
        // closed, or the server is away for this one
      }
    }
  }

  private void pump(Socket from, Socket to, boolean counted) {
    byte[] piece = new byte[PIECE];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        out.write(piece, 0, read);
        if (counted && sent.addAndGet(read) >= cutAt.get()) {
          cutAt.set(Long.MAX_VALUE);
          cut.set(true);
          for (Socket socket : open) {
            socket.close();
          }
        }
      }
    } catch (IOException e) {
      // one of them has gone
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
