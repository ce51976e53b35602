package io.homecloud.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Signs tokens (RFC 7519, ES256) as the sign-in of an installation does, with a key of this JVM.
 */
public final class TestTokens {
  private static final String KEY_ID = "test";
  private static final long VALID_SECONDS = 3600;

  private TestTokens() {}

  public static String administrator() {
    return token("administrator", List.of("administrator"));
  }

  public static String member(String name) {
    return token(name, List.of("member"));
  }

  /** A valid token of that user in those groups; both are written as they are, so no quotes. */
  public static String token(String user, List<String> groups) {
    return token(user, groups, Instant.now().plusSeconds(VALID_SECONDS));
  }

  public static String token(String user, List<String> groups, Instant expiry) {
    String names = groups.stream().map(g -> '"' + g + '"').collect(Collectors.joining(","));
    String claims =
        """
        {"iss":"homecloud","aud":"homecloud","sub":"%s","upn":"%s","groups":[%s],\
        "iat":%d,"exp":%d,"jti":"%s"}\
        """
            .formatted(
                user,
                user,
                names,
                Math.min(Instant.now().getEpochSecond(), expiry.getEpochSecond() - 1),
                expiry.getEpochSecond(),
                UUID.randomUUID());
    return signed(claims);
  }

  /** Any claims, as JSON, with a signature that is right. */
  public static String signed(String claims) {
    return act(Map.of("claims", claims)).getOrDefault("token", "");
  }

  /** Tokens that nobody may be let in with, by what is wrong with them. */
  public static Map<String, String> wrong() {
    return Map.of(
        "expired",
        token("eve", List.of("administrator"), Instant.now().minusSeconds(600)),
        "of another issuer",
        signed(claims("somebody", "homecloud")),
        "for another audience",
        signed(claims("homecloud", "somebody")),
        "alg none",
        base64(bytes("{\"alg\":\"none\",\"typ\":\"JWT\"}"))
            + "."
            + base64(bytes(claims("homecloud", "homecloud")))
            + ".",
        "forged",
        forged());
  }

  private static String claims(String issuer, String audience) {
    long now = Instant.now().getEpochSecond();
    return """
    {"iss":"%s","aud":"%s","sub":"eve","upn":"eve","groups":["administrator"],"iat":%d,"exp":%d}\
    """
        .formatted(issuer, audience, now, now + 600);
  }

  /** A member's token that says administrator now. */
  private static String forged() {
    String[] parts = member("eve").split("\\.", -1);
    String raised =
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
            .replace("member", "administrator");
    return parts[0] + "." + base64(bytes(raised)) + "." + parts[2];
  }

  /** The public keys (RFC 7517), as a URL of a file. */
  public static String jwks() {
    return act(Map.of()).getOrDefault("jwks", "");
  }

  /** A file with the private keys (RFC 7517), for who signs tokens as the installation does. */
  public static String privateKeys() {
    return act(Map.of()).getOrDefault("private", "");
  }

  /**
   * Both files again for one application, which may change them: {@code jwks} and {@code private}.
   */
  static Map<String, String> copies() {
    return act(Map.of("copy", ""));
  }

  private static Map<String, String> act(Map<String, String> request) {
    return PerJvm.shared("tokens", TestTokens::make).apply(request);
  }

  private static UnaryOperator<Map<String, String>> make()
      throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair keys = generator.generateKeyPair();
    Path directory = TestDirectory.ofThisProcess("tokens", TestTokens::remove);
    Path file = directory.resolve("public-keys.json");
    Files.writeString(file, keySet((ECPublicKey) keys.getPublic(), ""));
    Path secret = directory.resolve("private-keys.json");
    String number = coordinate(((ECPrivateKey) keys.getPrivate()).getS());
    Files.writeString(secret, keySet((ECPublicKey) keys.getPublic(), ",\"d\":\"" + number + "\""));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
    return request -> {
      if (request.containsKey("claims")) {
        return Map.of("token", sign(keys.getPrivate(), request.getOrDefault("claims", "")));
      }
      Path own = request.containsKey("copy") ? copy(file, secret) : directory;
      return Map.of(
          "jwks",
          own.resolve(file.getFileName()).toUri().toString(),
          "private",
          own.resolve(secret.getFileName()).toString());
    };
  }

  private static Path copy(Path... files) {
    try {
      Path own = Files.createTempDirectory(files[0].getParent(), "copy");
      for (Path file : files) {
        Files.copy(file, own.resolve(file.getFileName()));
      }
      return own;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sign(PrivateKey key, String claims) {
    String header = "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"" + KEY_ID + "\"}";
    String signed = base64(bytes(header)) + "." + base64(bytes(claims));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(bytes(signed));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String keySet(ECPublicKey key, String secret) {
    return """
    {"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"%s","x":"%s","y":"%s"%s}]}
    """
        .formatted(
            KEY_ID,
            coordinate(key.getW().getAffineX()),
            coordinate(key.getW().getAffineY()),
            secret);
  }

  private static String coordinate(BigInteger number) {
    byte[] whole = new byte[32];
    byte[] value = number.toByteArray();
    int length = Math.min(value.length, whole.length);
    System.arraycopy(value, value.length - length, whole, whole.length - length, length);
    return base64(whole);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void remove(Path directory) {
    try {
      Leftovers.deleteTree(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
