package io.homecloud.control.sign;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.TestTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.Test;

class SignedServiceTokensTest {
  private final SigningKeys keys = new SigningKeys(Path.of(TestTokens.privateKeys()));
  private Instant now = Instant.parse("2026-11-29T12:00:00Z");
  private final SignedServiceTokens tokens = new SignedServiceTokens(keys, "backup", () -> now);

  private String after(Duration time) {
    now = now.plus(time);
    return tokens.token();
  }

  @Test
  void oneIsUsedForHalfOfItsTime() {
    // Given
    String first = tokens.token();

    // When
    String second = after(Duration.ofMinutes(5));
    String third = after(Duration.ofSeconds(1));

    // Then
    assertThat(second).isEqualTo(first);
    assertThat(third).isNotEqualTo(first);
  }

  @Test
  void whenTheClockIsSetAnotherOneIsSigned() throws Exception {
    // Given
    String first = tokens.token();

    // When
    String ahead = after(Duration.ofDays(1));
    String back = after(Duration.ofDays(-2));

    // Then
    assertThat(ahead).isNotEqualTo(first);
    assertThat(back).isNotEqualTo(ahead);
    var claims =
        new JwtConsumerBuilder()
            .setVerificationKey(keys.newest().getPublicKey())
            .setEvaluationTime(NumericDate.fromSeconds(now.getEpochSecond()))
            .setExpectedAudience("homecloud")
            .build()
            .processToClaims(back);
    assertThat(claims.getIssuedAt().getValue()).isEqualTo(now.getEpochSecond());
    assertThat(claims.getExpirationTime().getValue())
        .isEqualTo(now.plus(Duration.ofMinutes(10)).getEpochSecond());
  }
}
