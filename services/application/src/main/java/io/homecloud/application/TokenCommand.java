package io.homecloud.application;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * Prints an administrator's token (a JSON Web Token, ES256) signed with the key in the file that is
 * named: what {@code homecloud token} runs. The JDK only, since a person waits for it.
 */
final class TokenCommand {
  static final Duration VALIDITY = Duration.ofMinutes(15);

  private TokenCommand() {}

  static void main(String[] arguments) throws IOException, GeneralSecurityException {
    SignInKey key = SignInKey.parse(Files.readString(Path.of(arguments[0])));
    System.out.println(token(key, Instant.now()));
  }

  static String token(SignInKey key, Instant now) throws GeneralSecurityException {
    long issued = now.getEpochSecond();
    String signed =
        encoded("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"" + key.id() + "\"}")
            + "."
            + encoded(
                "{\"iss\":\"homecloud\",\"aud\":\"homecloud\",\"sub\":\"root\",\"upn\":\"root\""
                    + (",\"groups\":[\"administrator\"],\"jti\":\"" + UUID.randomUUID() + "\"")
                    + (",\"iat\":" + issued + ",\"exp\":" + (issued + VALIDITY.toSeconds()) + "}"));
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key.privateKey());
    signature.update(signed.getBytes(UTF_8));
    return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
  }

  private static String encoded(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
  }
}
