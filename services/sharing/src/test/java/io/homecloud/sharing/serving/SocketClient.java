package io.homecloud.sharing.serving;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client of {@link SocketServer}. */
public final class SocketClient implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader answers;

  /**
   * @throws IOException also when there is no such share
   */
  public SocketClient(int port, String share) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    answers =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    socket.getOutputStream().write((share + "\n").getBytes(StandardCharsets.UTF_8));
    if (!"ok".equals(answers.readLine())) {
      socket.close();
      throw new IOException("no share " + share);
    }
  }

  /** Waits until the server ends it. */
  public void awaitEnd() {
    try {
      while (answers.read() >= 0) {
        // Nothing comes any more.
      }
    } catch (IOException e) {
      // That is an end too.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
