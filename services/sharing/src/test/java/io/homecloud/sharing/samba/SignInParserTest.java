package io.homecloud.sharing.samba;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Lines as Samba 4.22 wrote them, without members that nobody reads. */
class SignInParserTest {
  private static final String LINE =
      """
        {"timestamp": "2026-11-26T12:08:17.470262+0000", "type": "Authentication", "Authentication": {"version": {"major": 1, "minor": 3}, "eventId": 4625, "logonId": "0", "logonType": 3, "status": "%s", "localAddress": "ipv4:127.0.0.1:14455", "remoteAddress": "%s", "serviceDescription": "SMB2", "clientDomain": "WORKGROUP", "clientAccount": "%s", "workstation": "VM", "passwordType": "NTLMv2", "duration": 5104}}\
      """;
  private static final String WRONG = "NT_STATUS_WRONG_PASSWORD";

  @Test
  void theAddressOfAWrongPasswordIsFound() {
    assertThat(SignInParser.wrongPassword(LINE.formatted(WRONG, "ipv4:192.168.1.7:33310", "anna")))
        .contains("192.168.1.7");
    assertThat(SignInParser.wrongPassword(LINE.formatted(WRONG, "ipv6:2001:db8::7:33310", "anna")))
        .contains("2001:db8::7");
    assertThat(SignInParser.wrongPassword(LINE.formatted(WRONG, "ipv6:fe80::7%eth0:33310", "anna")))
        .contains("fe80::7");
  }

  @Test
  void whatIsNoWrongPasswordIsPassedOver() {
    String peer = "ipv4:192.168.1.7:33310";
    assertThat(SignInParser.wrongPassword(LINE.formatted("NT_STATUS_OK", peer, "anna"))).isEmpty();
    assertThat(SignInParser.wrongPassword(LINE.formatted("NT_STATUS_NO_SUCH_USER", peer, "x")))
        .isEmpty();
    assertThat(SignInParser.wrongPassword(LINE.formatted("NT_STATUS_NO_SUCH_USER", peer, WRONG)))
        .isEmpty();
    assertThat(SignInParser.wrongPassword("{" + WRONG)).isEmpty();
    assertThat(SignInParser.wrongPassword("")).isEmpty();
  }

  @Test
  void aClientsOwnWordsNameNobodyElse() {
    String words = "x\\\", \\\"remoteAddress\\\": \\\"ipv4:10.0.0.9:1\\\", \\\"";
    assertThat(SignInParser.wrongPassword(LINE.formatted(WRONG, "ipv4:192.168.1.7:1", words)))
        .contains("192.168.1.7");
  }
}
