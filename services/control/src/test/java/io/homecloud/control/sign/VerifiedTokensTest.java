package io.homecloud.control.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.testkit.TestTokens;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {
  private final AtomicLong ticks = new AtomicLong(Long.MAX_VALUE);
  private final EndedSignIns ended = new EndedSignIns(ticks::get);
  private final VerifiedTokens tokens = new VerifiedTokens(ticks::get, ended);
  private final JWTAuthContextInfo rules = rules();

  private static JWTAuthContextInfo rules() {
    JWTAuthContextInfo rules = new JWTAuthContextInfo();
    rules.setPublicKeyLocation(TestTokens.jwks());
    rules.setIssuedBy("homecloud");
    rules.setSignatureAlgorithm(Set.of(SignatureAlgorithm.ES256));
    return rules;
  }

  private void passes(Duration time) {
    ticks.addAndGet(time.toNanos());
  }

  @Test
  void aGoodTokenIsVerifiedOnceInHalfAMinute() throws Exception {
    // Given
    String token = TestTokens.administrator();
    Principal first = tokens.parse(token, rules);
    passes(Duration.ofSeconds(29));

    // When
    Principal second = tokens.parse(token, rules);
    passes(Duration.ofSeconds(2));
    Principal third = tokens.parse(token, rules);

    // Then
    assertThat(first.getName()).isEqualTo("administrator");
    assertThat(second).isSameAs(first);
    assertThat(third).isNotSameAs(first);
  }

  @Test
  void noTokenIsRememberedForLongerThanItLives() throws Exception {
    // Given
    Instant soon = Instant.now().plusSeconds(20);
    String token = TestTokens.token("anna", List.of("member"), soon);
    Principal first = tokens.parse(token, rules);
    passes(Duration.ofSeconds(21));

    // When
    Principal second = tokens.parse(token, rules);

    // Then
    assertThat(second).isNotSameAs(first);
  }

  @Test
  void whatIsNotGoodIsRefusedEachTime() throws Exception {
    // Given
    String good = TestTokens.administrator();
    assertThat(tokens.parse(good, rules)).isNotNull();
    String signedByNobody = good.substring(0, good.lastIndexOf('.') + 1) + "A".repeat(86);

    // When // Then
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> tokens.parse(signedByNobody, rules))
          .isInstanceOf(ParseException.class);
    }
  }
}
