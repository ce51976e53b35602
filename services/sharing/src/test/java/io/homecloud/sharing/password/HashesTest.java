package io.homecloud.sharing.password;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.serving.Verifiers;
import java.util.HexFormat;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.junit.jupiter.api.Test;

class HashesTest {
  /** argon2 of the reference implementation (phc-winner-argon2, src/test.c), version 0x13, id. */
  @Test
  void argon2idIsThatOfTheReferenceImplementation() {
    // When
    byte[] hash =
        Argon2.hash(
            "password",
            "somesalt".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
            65536,
            2,
            1,
            32);

    // Then
    assertThat(HexFormat.of().formatHex(hash))
        .isEqualTo("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
  }

  @Test
  void aTextThatIsNoneMatchesNothing() {
    assertThat(Argon2.matches("password", Argon2.hash("password"))).isTrue();
    assertThat(Argon2.matches("Password", Argon2.hash("password"))).isFalse();
    assertThat(Argon2.matches("password", "")).isFalse();
    assertThat(
            Argon2.matches(
                "password",
                "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHApl8ArZWb2GRPPc"))
        .isFalse();
  }

  /** MS-NLMP section 4.2.2.1.2: NTOWFv1 of "Password". */
  @Test
  void theNtHashIsThatOfTheSpecification() {
    assertThat(ServerHashes.ntHash("Password")).isEqualTo("A4F49C406510BDCAB6824EE7C30FD852");
  }

  @Test
  void whatServersGetChecksThePasswordAndIsNotShown() {
    // When
    Verifiers verifiers = ServerHashes.of("Ärger 42 & so");

    // Then
    assertThat(verifiers.crypt()).startsWith("$6$rounds=1000$");
    assertThat(
            Sha2Crypt.sha512Crypt(
                "Ärger 42 & so".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                verifiers.crypt()))
        .isEqualTo(verifiers.crypt());
    assertThat(verifiers.toString()).doesNotContain(verifiers.ntHash());
  }
}
