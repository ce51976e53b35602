package io.homecloud.sharing.serving;

/** The server that tests use instead of Samba and the others. */
class SocketServerTest extends ShareServerContract {
  @Override
  protected ShareServer open(ServerListener listener) {
    return new SocketServer(Protocol.SMB, listener);
  }

  @Override
  protected AutoCloseable connect(int port, String share) throws Exception {
    return new SocketClient(port, share);
  }
}
