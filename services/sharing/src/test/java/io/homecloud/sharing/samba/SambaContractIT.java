package io.homecloud.sharing.samba;

import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.ShareServerContract;
import io.homecloud.sharing.serving.StayingClient;
import java.nio.file.Files;
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
    house.owned(Files.write(house.volumes.resolve(share).resolve("big"), new byte[16 << 20]));
    return StayingClient.start(
        "smbclient",
        "//127.0.0.1/" + share,
        "--port=" + port,
        "--timeout=600",
        "--user=%",
        "--no-pass",
        "--command=get big -");
  }
}
