package io.homecloud.sharing.ganesha;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientNetworkTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.168.1.7     | 192.168.1.7",
        "192.168.1.7/32  | 192.168.1.7",
        "192.168.1.7/24  | 192.168.1.0/24",
        "10.0.0.0/8      | 10.0.0.0/8",
        "0.0.0.0/0       | 0.0.0.0/1, 128.0.0.0/1",
        "::1             | 0:0:0:0:0:0:0:1",
        "fd00::abcd/64   | fd00:0:0:0:0:0:0:0/64",
        "fd00::1/128     | fd00:0:0:0:0:0:0:1",
        "::/0            | 0:0:0:0:0:0:0:0/1, 8000:0:0:0:0:0:0:0/1",
        "::ffff:10.1.2.3 | 10.1.2.3"
      })
  void isWrittenAsGaneshaReadsIt(String text, String written) {
    // When
    Optional<ClientNetwork> network = ClientNetwork.parse(text);

    // Then
    assertThat(network).contains(new ClientNetwork(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "@all",
        "host",
        "host.example",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.4 ",
        "1.2.3.4\n",
        "1.2.3.4; }",
        "::1%lo",
        "::1/129",
        "::1/120",
        "fd00:::1",
        "256.1.1.1",
        "1.2.3.4,5.6.7.8",
        "\u0661.2.3.4",
        "::" + "/",
        "1:2"
      })
  void whatIsNeitherAddressNorNetworkIsNone(String text) {
    // When
    Optional<ClientNetwork> network = ClientNetwork.parse(text);

    // Then
    assertThat(network).isEmpty();
  }
}
