package io.homecloud.sharing.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
  @Test
  void whoHasOneAddressOfIpv6HasTheNetwork() {
    assertThat(Origin.of("2001:db8:1:2:3:4:5:6")).isEqualTo(Origin.of("2001:db8:1:2::9"));
    assertThat(Origin.of("2001:db8:1:2::9").text()).isEqualTo("2001:db8:1:2:0:0:0:0/64");
    assertThat(Origin.of("2001:db8:1:2::9")).isNotEqualTo(Origin.of("2001:db8:1:3::9"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.7", "::1", "fe80::1", "no address"})
  void othersAreWhoTheyAre(String address) {
    assertThat(Origin.of(address).text()).isEqualTo(address);
    assertThat(Origin.of(address).network()).isEmpty();
  }

  @Test
  void whoGuessesFromManyAddressesOfANetworkIsKeptOut() {
    // Given
    AddressGuard guard = new AddressGuard(Protocol.SMB, () -> {});

    // When
    IntStream.range(0, AddressGuard.MOST)
        .forEach(i -> guard.failed("2001:db8::" + Integer.toHexString(i)));

    // Then
    assertThat(guard.blocked()).containsExactly(Origin.of("2001:db8::77"));
  }
}
