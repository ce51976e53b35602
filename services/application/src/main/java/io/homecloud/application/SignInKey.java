package io.homecloud.application;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key that signs tokens: P-256, kept as a JSON Web Key Set (RFC 7517) of one key. Needs the JDK
 * only, so that {@link TokenCommand} starts quickly.
 */
record SignInKey(String id, String x, String y, Secret d) {
  private static final String CURVE = "secp256r1";
  private static final int COORDINATE_BYTES = 32;
  private static final Pattern MEMBER =
      Pattern.compile("\"([a-z]{1,3})\"\\s*:\\s*\"([A-Za-z0-9_-]{1,64})\"");

  SignInKey {
    if (id.isEmpty() || x.isEmpty() || y.isEmpty() || d.value().isEmpty()) {
      throw new IllegalArgumentException("not a private P-256 key: kid, x, y and d are needed");
    }
  }

  /** Base64url of the private number; never shown. */
  record Secret(String value) {
    @Override
    public String toString() {
      return "***";
    }
  }

  static SignInKey generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      KeyPair pair = generator.generateKeyPair();
      ECPublicKey open = (ECPublicKey) pair.getPublic();
      byte[] id = Arrays.copyOf(coordinate(open.getW().getAffineX()), 8);
      return new SignInKey(
          HexFormat.of().formatHex(id),
          encoded(coordinate(open.getW().getAffineX())),
          encoded(coordinate(open.getW().getAffineY())),
          new Secret(encoded(coordinate(((ECPrivateKey) pair.getPrivate()).getS()))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no P-256", e);
    }
  }

  /**
   * The first key of a set that {@link #privateSet} wrote.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static SignInKey parse(String set) {
    String id = "";
    String x = "";
    String y = "";
    String d = "";
    int end = set.indexOf('}');
    Matcher member = MEMBER.matcher(end < 0 ? set : set.substring(0, end));
    while (member.find()) {
      switch (member.group(1)) {
        case "kid" -> id = member.group(2);
        case "x" -> x = member.group(2);
        case "y" -> y = member.group(2);
        case "d" -> d = member.group(2);
        default -> {}
      }
    }
    return new SignInKey(id, x, y, new Secret(d));
  }

  String privateSet() {
    return set(",\"d\":\"" + d.value() + "\"");
  }

  /** What those need who verify tokens. */
  String publicSet() {
    return set("");
  }

  PrivateKey privateKey() throws GeneralSecurityException {
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec(CURVE));
    return KeyFactory.getInstance("EC")
        .generatePrivate(
            new ECPrivateKeySpec(
                new BigInteger(1, Base64.getUrlDecoder().decode(d.value())),
                curve.getParameterSpec(ECParameterSpec.class)));
  }

  private String set(String secret) {
    return "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\""
        + (id + "\",\"x\":\"" + x + "\",\"y\":\"" + y + "\"" + secret + "}]}\n");
  }

  /** Fixed length, big endian, as RFC 7518 section 6.2 asks for. */
  private static byte[] coordinate(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[COORDINATE_BYTES];
    int length = Math.min(bytes.length, COORDINATE_BYTES);
    System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE_BYTES - length, length);
    return fixed;
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
