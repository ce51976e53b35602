package io.homecloud.sharing.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.FreePort;
import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ListenPortTest {
  private final int wished = FreePort.find();
  private final int instead = FreePort.find();
  private final ListenPort port = new ListenPort(wished, instead);

  /** How this JVM is called by who looks for the holder of a port. */
  private static String me() {
    return "(process " + ProcessHandle.current().pid() + ")";
  }

  @Test
  void whereClientsLookWhenNobodyIsThere() {
    assertThat(port.choose()).hasValue(wished);
    assertThat(port.elsewhere(Protocol.SMB, wished)).isEmpty();
  }

  @Test
  void elsewhereWhenSomebodyIsThereWhoIsNamed() throws IOException {
    // Given
    try (ServerSocket _ = new ServerSocket(wished)) {
      // When / Then
      assertThat(port.choose()).hasValue(instead);
      assertThat(port.elsewhere(Protocol.SMB, instead))
          .hasValueSatisfying(words ->
              assertThat(words)
                  .contains(
                      "SMB is at port " + instead,
                      "port " + wished + " is taken by ",
                      me(),
                      "systemctl disable --now smbd"));
    }
    assertThat(port.choose()).hasValue(wished);
  }

  @Test
  void nowhereWhenBothAreTakenAndWhatToDoIsSaid() throws IOException {
    // Given
    try (ServerSocket _ = new ServerSocket(wished);
        ServerSocket _ = new ServerSocket(instead)) {
      // When / Then
      assertThat(port.choose()).isEmpty();
      assertThat(port.taken(Protocol.NFS))
          .contains(
              "NFS is not served",
              "port " + wished + " is taken by ",
              "port " + instead + " is taken by ",
              me(),
              "HOMECLOUD_NFS_PORT");
    }
  }

  @Test
  void whoWishesForOnePortGetsNoOther() throws IOException {
    // Given
    ListenPort only = new ListenPort(wished, wished);
    try (ServerSocket _ = new ServerSocket(wished)) {
      // When / Then
      assertThat(only.choose()).isEmpty();
      assertThat(only.elsewhere(Protocol.WEBDAV, wished)).isEmpty();
    }
  }
}
