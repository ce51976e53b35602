package io.homecloud.sharing.ganesha;

import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.ShareServerContract;
import io.homecloud.sharing.serving.StayingClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class GaneshaContractIT extends ShareServerContract {
  private static NfsHouse house;

  @BeforeAll
  static void build() throws IOException {
    house = new NfsHouse();
  }

  @AfterAll
  static void leaveNothing() {
    house.close();
  }

  @Override
  protected ShareServer open(ServerListener listener) throws IOException {
    return house.another(listener);
  }

  @Override
  protected Path roots() {
    return house.pool;
  }

  /** What it reads is more than the pipe holds, in which nobody looks. */
  @Override
  protected AutoCloseable connect(int port, String share) throws Exception {
    Files.write(house.pool.resolve(share).resolve("big"), new byte[16 << 20]);
    return StayingClient.start("nfs-cat", house.version3(share + "/big"));
  }
}
