package io.homecloud.sharing.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Lines as a kernel on x86-64 wrote them; all processors that we run on have the same order. */
class TcpTableParserTest {
  private static final String TCP =
      """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 00000000:0801 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 88641365 1 0000000000000000 100 0 0 10 0
         1: 0100007F:0801 0200A8C0:03FE 01 00000000:00000000 00:00000000 00000000     0        0 88641366 1 0000000000000000 20 4 30 10 -1
         2: 0100007F:0802 0300A8C0:03FE 01 00000000:00000000 00:00000000 00000000     0        0 88641367 1 0000000000000000 20 4 30 10 -1
         3: 0100007F:0801 0400A8C0:03FE 06 00000000:00000000 03:00000F2C 00000000     0        0 0 3 0000000000000000
      """;
  private static final String TCP6 =
      """
        sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 00000000000000000000000000000000:0801 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 100 0 0 10 0
         1: 0000000000000000FFFF00000100007F:0801 0000000000000000FFFF00000500A8C0:C350 01 00000000:00000000 00:00000000 00000000     0        0 991 1 0000000000000000 20 0 0 10 -1
         2: 00000000000000000000000001000000:0801 B80D0120000000000000000001000000:C351 01 00000000:00000000 00:00000000 00000000     0        0 992 1 0000000000000000 20 0 0 10 -1
      """;

  @Test
  void whoIsConnectedToThePortIsFound() {
    // When
    var clients = TcpTableParser.connectedTo(2049, TCP);

    // Then
    assertThat(clients).containsExactly("192.168.0.2");
    assertThat(TcpTableParser.connectedTo(2049, TCP6))
        .containsExactly("192.168.0.5", "2001:db8:0:0:0:0:0:1");
  }

  @Test
  void whoListensIsFoundAndTheKernelIsNoProcess() {
    // When
    var sockets = TcpTableParser.listeningAt(2049, TCP);

    // Then
    assertThat(sockets).containsExactly(88_641_365L);
    assertThat(TcpTableParser.listeningAt(2049, TCP6)).containsExactly(0L);
    assertThat(TcpTableParser.listeningAt(2050, TCP + TCP6)).isEmpty();
  }

  @Test
  void nothingIsFoundInNothing() {
    // When
    var clients = TcpTableParser.connectedTo(2049, "");

    // Then
    assertThat(clients).isEmpty();
  }
}
