package io.homecloud.sharing.serving;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.homecloud.host.LocalHost;
import io.homecloud.testkit.FreePort;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketsIT {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "192.168.1.0/24", "::1", "fe80::1%lo", "fd00::/64"})
  void everyAddressOfAClientIsUnderstood(String address) {
    // Given
    Sockets sockets = new Sockets(new LocalHost());

    // When, Then
    assertThatCode(() -> sockets.end(FreePort.find(), address, 40_000)).doesNotThrowAnyException();
  }
}
