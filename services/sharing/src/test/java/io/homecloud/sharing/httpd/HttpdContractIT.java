package io.homecloud.sharing.httpd;

import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.ShareServerContract;
import io.homecloud.sharing.serving.StayingClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class HttpdContractIT extends ShareServerContract {
  private static HttpdLab lab;

  @BeforeAll
  static void build() {
    lab = new HttpdLab();
  }

  @AfterAll
  static void leaveNothing() throws IOException {
    lab.close();
  }

  @Override
  protected ShareServer open(ServerListener listener) {
    return lab.server(listener);
  }

  @Override
  protected Path roots() {
    return lab.disk;
  }

  @Override
  protected AutoCloseable connect(int port, String share) throws Exception {
    Files.write(lab.disk.resolve(share).resolve("big"), new byte[16 << 20]);
    return StayingClient.start(
        "curl",
        "--fail",
        "--cacert",
        lab.authority().toString(),
        "--limit-rate",
        "100k",
        "--output",
        "-",
        "https://localhost:" + port + "/dav/" + share + "/big");
  }
}
