package io.homecloud.control.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.homecloud.testkit.TestTokens;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifiedTokensTest {
  private static final String EMPTY = "{\"keys\":[]}";

  /** RFC 7517, appendix A.1. */
  private static final String OTHER =
      """
      {"keys":[{"kty":"EC","crv":"P-256","use":"sig","kid":"other",\
      "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",\
      "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}\
      """;

  private final AtomicLong ticks = new AtomicLong(Long.MAX_VALUE);
  private final EndedSignIns ended = new EndedSignIns(ticks::get);
  private final VerifiedTokens tokens = new VerifiedTokens(ticks::get, ended, TestTokens.jwks());
  private final JWTAuthContextInfo rules = rules();

  private static JWTAuthContextInfo rules() {
    JWTAuthContextInfo rules = new JWTAuthContextInfo();
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
  void keysAreThoseThatTheFileHasNow(@TempDir Path directory) throws Exception {
    // Given
    Path file = directory.resolve("keys.json");
    String ours = Files.readString(Path.of(URI.create(TestTokens.jwks())));
    String token = TestTokens.administrator();
    VerifiedTokens tokens = new VerifiedTokens(ticks::get, ended, file.toUri().toString());

    // When
    replace(file, EMPTY);
    Throwable before = catchThrowable(() -> tokens.parse(token, rules));
    replace(file, ours);
    Principal now = tokens.parse(token, rules);
    replace(file, OTHER);
    Principal remembered = tokens.parse(token, rules);
    passes(Duration.ofSeconds(31));
    Throwable after = catchThrowable(() -> tokens.parse(token, rules));

    // Then
    assertThat(before).isInstanceOf(ParseException.class);
    assertThat(remembered).isSameAs(now);
    assertThat(after).isInstanceOf(ParseException.class);
  }

  private static void replace(Path file, String content) throws IOException {
    Path fresh = Files.writeString(file.resolveSibling("fresh"), content);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
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
