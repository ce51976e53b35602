package io.homecloud.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class TokenCommandTest {
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  @Test
  void tokenIsSignedByTheKeyThatItsHeaderNames() throws Exception {
    // Given
    SignInKey key = SignInKey.generate();

    // When
    String token = TokenCommand.token(key, Instant.ofEpochSecond(1_800_000_000));

    // Then
    String[] parts = token.split("\\.", -1);
    assertThat(new String(DECODER.decode(parts[0]), UTF_8))
        .isEqualTo("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"" + key.id() + "\"}");
    assertThat(new String(DECODER.decode(parts[1]), UTF_8))
        .contains("\"iss\":\"homecloud\"", "\"aud\":\"homecloud\"", "\"sub\":\"root\"")
        .contains("\"groups\":[\"administrator\"]", "\"iat\":1800000000,\"exp\":1800000900");
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initVerify(publicKey(key));
    signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
    assertThat(signature.verify(DECODER.decode(parts[2]))).isTrue();
  }

  @Test
  void keySurvivesItsFileAndThePublicSetHoldsNoSecret() {
    // Given
    SignInKey key = SignInKey.generate();

    // When
    SignInKey read = SignInKey.parse(key.privateSet());

    // Then
    assertThat(read).isEqualTo(key);
    assertThat(key.publicSet()).contains(key.id(), key.x(), key.y());
    assertThat(key.publicSet()).doesNotContain(key.d().value());
    assertThat(key.toString()).doesNotContain(key.d().value());
  }

  @Test
  void somethingElseIsNoKey() {
    // Given
    String publicOnly = SignInKey.generate().publicSet();

    // When, Then
    assertThatThrownBy(() -> SignInKey.parse(publicOnly))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SignInKey.parse("")).isInstanceOf(IllegalArgumentException.class);
  }

  private static PublicKey publicKey(SignInKey key) throws Exception {
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    ECPoint point =
        new ECPoint(
            new BigInteger(1, DECODER.decode(key.x())), new BigInteger(1, DECODER.decode(key.y())));
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
  }
}
