package io.homecloud.sharing.httpd;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressBeginningTest {
  private static final Pattern PATTERN = Pattern.compile(AddressBeginning.PATTERN);

  /** As httpd takes it from the text of an address. */
  private static Optional<String> beginning(String address) {
    Matcher found = PATTERN.matcher(address);
    return found.find()
        ? IntStream.rangeClosed(1, 3)
            .mapToObj(found::group)
            .filter(part -> part != null)
            .findFirst()
        : Optional.empty();
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:5:6:7:8:9:a,2001:db8:5:6:",
    "2001:db8:5:6::a,2001:db8:5:6:",
    "2001:db8:5::a,2001:db8:5::",
    "2001:db8::5:6:7:8,2001:db8::",
    "2001::5:6:7:8:9,2001::5:",
    "::1,::",
    "::5:6:7:8:9:a,::5:6:"
  })
  void anAddressBeginsWithItsFirstHalf(String address, String beginning) throws Exception {
    assertThat(beginning(address)).contains(beginning);
    assertThat(AddressBeginning.of(InetAddress.ofLiteral(address))).contains(beginning);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.168.1.7", "127.0.0.1"})
  void anAddressOfIpv4HasNone(String address) {
    assertThat(beginning(address)).isEmpty();
  }

  @Test
  void everyAddressOfANetworkIsKnownAndNoneOfAnother() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      // Given
      int[] address = random.ints(8, 0, 3).toArray();
      int[] other = address.clone();
      other[random.nextInt(4)] = 3;

      // When
      String begins = beginning(text(address)).orElseThrow();

      // Then
      assertThat(AddressBeginning.of(inet(address))).as(text(address)).contains(begins);
      assertThat(AddressBeginning.of(inet(other))).as(text(address)).doesNotContain(begins);
    }
  }

  private static InetAddress inet(int... groups) throws Exception {
    byte[] bytes = new byte[16];
    for (int i = 0; i < groups.length; i++) {
      bytes[2 * i + 1] = (byte) groups[i];
    }
    return InetAddress.getByAddress(bytes);
  }

  /** RFC 5952 section 4.2, as inet_ntop(3) does it. */
  private static String text(int... groups) {
    int best = 0;
    int length = 1;
    for (int from = 0; from < groups.length; from++) {
      int to = from;
      while (to < groups.length && groups[to] == 0) {
        to++;
      }
      if (to - from > length) {
        best = from;
        length = to - from;
      }
    }
    return length == 1
        ? joined(groups, 0, groups.length)
        : joined(groups, 0, best) + "::" + joined(groups, best + length, groups.length);
  }

  private static String joined(int[] groups, int from, int to) {
    return String.join(
        ":", Arrays.stream(groups, from, to).mapToObj(Integer::toHexString).toList());
  }
}
