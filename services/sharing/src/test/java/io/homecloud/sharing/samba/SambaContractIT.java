package io.homecloud.sharing.samba;

import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.ShareServerContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class SambaContractIT extends ShareServerContract {
  private static SambaHouse house;

  @BeforeAll
  static void build() {
    house = new SambaHouse();
  }

  @AfterAll
  static void leaveNothing() {
    house.close();
  }

  @Override
  protected ShareServer open(ServerListener listener) {
    return house.another(listener);
  }

  @Override
  protected Path roots() {
    return house.volumes;
  }

  @Override
  protected AutoCloseable connect(int port, String share) throws Exception {
    SmbClient guest = SmbClient.guest(port);
    if (!guest.run(share, "ls").ok()) {
      throw new IOException("no share " + share);
    }
    return new OpenClient(guest, share);
  }
}
