package io.homecloud.sharing.password;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.homecloud.sharing.serving.Verifiers;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.bouncycastle.crypto.digests.MD4Digest;

/** What servers need to check a password themselves. */
final class ServerHashes {
  /**
   * The least that crypt(3) takes: httpd checks the password with each request. More would not
   * protect better, since the NT hash beside it is weaker by far.
   */
  private static final String ROUNDS = "$6$rounds=1000$";

  private static final int SALT_CHARACTERS = 16;

  private ServerHashes() {}

  static Verifiers of(String password) {
    return new Verifiers(ntHash(password), crypt(password));
  }

  /** NTOWFv1 of MS-NLMP section 3.3.1: MD4 of the password in UTF-16, upper-case hexadecimal. */
  static String ntHash(String password) {
    byte[] bytes = password.getBytes(UTF_16LE);
    MD4Digest digest = new MD4Digest();
    digest.update(bytes, 0, bytes.length);
    byte[] hash = new byte[digest.getDigestSize()];
    int written = digest.doFinal(hash, 0);
    return HexFormat.of().formatHex(hash, 0, written).toUpperCase(Locale.ROOT);
  }

  private static String crypt(String password) {
    return Sha2Crypt.sha512Crypt(password.getBytes(UTF_8), ROUNDS + salt());
  }

  private static String salt() {
    String letters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    StringBuilder salt = new StringBuilder();
    new java.security.SecureRandom()
        .ints(SALT_CHARACTERS, 0, letters.length())
        .forEach(i -> salt.append(letters.charAt(i)));
    return salt.toString();
  }
}
