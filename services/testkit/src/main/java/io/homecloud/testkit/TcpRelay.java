package io.homecloud.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between clients and a server on this machine, and can be what is left of a server whose
 * machine lost its power: nobody is answered any more, and no connection is closed either.
 */
public final class TcpRelay implements AutoCloseable {
  private static final int PIECE = 8192;

  private final ServerSocket door;
  private final int target;
  private final List<Line> lines = new CopyOnWriteArrayList<>();
  private volatile boolean dead;

  private TcpRelay(ServerSocket door, int target) {
    this.door = door;
    this.target = target;
  }

  /**
   * Answers on a port of its own.
   *
   * @param target the server's port
   */
  public static TcpRelay to(int target) {
    try {
      ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      TcpRelay relay = new TcpRelay(door, target);
      Thread.ofVirtual().name("relay to " + target).start(relay::accept);
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return door.getLocalPort();
  }

  /**
   * The server's sessions end. Who has a connection, or makes one, waits for an answer for ever.
   */
  public void losePower() {
    dead = true;
    lines.forEach(Line::cut);
  }

  /** The server is there again, for new connections; those before stay as they are. */
  public void comeBack() {
    dead = false;
  }

  @Override
  public void close() {
    closeQuietly(door);
    lines.forEach(Line::close);
  }

  private void accept() {
    try {
      while (true) {
        Line line = new Line(door.accept());
        lines.add(line);
        if (dead) {
          line.cut();
        }
        Thread.ofVirtual().start(line::serve);
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It is of no use any more.
    }
  }

  /** One client's connection, and the one to the server that belongs to it. */
  private final class Line {
    private final Socket client;
    private final Socket server = new Socket();
    private volatile boolean cut;

    Line(Socket client) {
      this.client = client;
    }

    void serve() {
      if (!cut) {
        try {
          server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
          Thread.ofVirtual().start(() -> carry(server, client));
        } catch (IOException e) {
          if (!cut) {
            close();
            return;
          }
        }
      }
      carry(client, server);
    }

    /** What a client sends into a line that was cut is taken, as its own kernel takes it. */
    private void carry(Socket from, Socket to) {
      byte[] piece = new byte[PIECE];
      try {
        InputStream in = from.getInputStream();
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
          if (!cut) {
            to.getOutputStream().write(piece, 0, read);
          }
        }
      } catch (IOException e) {
        // One of both has gone.
      }
      if (!cut) {
        close();
      }
    }

    void cut() {
      cut = true;
      closeQuietly(server);
    }

    void close() {
      closeQuietly(client);
      closeQuietly(server);
    }
  }
}
