package io.homecloud.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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

class TestTokensTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void publishedKeyVerifiesTheToken() throws Exception {
    // When
    String[] parts = TestTokens.administrator().split("\\.", -1);
    // Then
    JsonNode key = JSON.readTree(Files.readString(Path.of(URI.create(TestTokens.jwks()))));
    key = key.path("keys").path(0);
    JsonNode header = JSON.readTree(decode(parts[0]));
    JsonNode claims = JSON.readTree(decode(parts[1]));
    assertThat(header.path("alg").asText()).isEqualTo("ES256");
    assertThat(header.path("kid")).isEqualTo(key.path("kid"));
    assertThat(claims.path("iss").asText()).isEqualTo("homecloud");
    assertThat(claims.path("aud").asText()).isEqualTo("homecloud");
    assertThat(claims.path("groups").path(0).asText()).isEqualTo("administrator");
    assertThat(claims.path("exp").asLong()).isGreaterThan(Instant.now().getEpochSecond());
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initVerify(publicKey(key));
    signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
    assertThat(signature.verify(decode(parts[2]))).isTrue();
  }

  private static PublicKey publicKey(JsonNode key) throws Exception {
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    ECPoint point =
        new ECPoint(
            new BigInteger(1, decode(key.path("x").asText())),
            new BigInteger(1, decode(key.path("y").asText())));
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
  }

  private static byte[] decode(String text) {
    return Base64.getUrlDecoder().decode(text);
  }
}
