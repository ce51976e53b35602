package io.homecloud.backup.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.homecloud.control.ask.Away;
import io.homecloud.control.ask.OtherService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who files of a copy are of. */
class PeoplesHomesTest {
  private static final String ACCOUNTS =
      """
      {"items":[{"metadata":{"name":"anna","uid":"018f3f7e-0000-4000-8000-000000000001"},
        "spec":{"role":"member"},"status":{"uid":20001,"disabled":false}},
       {"metadata":{"name":"new","uid":"018f3f7e-0000-4000-8000-000000000002"},"spec":{}}]}\
      """;

  @Test
  void anOwnerIsSomebodyWhoHasAnAccount() throws IOException, Away {
    // Given
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/sharing/v1/accounts",
        exchange -> {
          byte[] body = ACCOUNTS.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    try (OtherService sharing = new OtherService("sharing", () -> Optional.of(uri), () -> "none")) {
      PeoplesHomes homes = new PeoplesHomes(sharing, new ObjectMapper());

      // When, then
      assertThat(homes.isOfAnAccount("20001:20001")).isTrue();
      assertThat(homes.isOfAnAccount("20001:0")).isFalse();
      assertThat(homes.isOfAnAccount("0:0")).isFalse();
    } finally {
      server.stop(0);
    }
  }
}
