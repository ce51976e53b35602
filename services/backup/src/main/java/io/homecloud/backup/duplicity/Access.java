package io.homecloud.backup.duplicity;

import io.homecloud.backup.repository.Encryption;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.secret.Secret;
import io.homecloud.backup.secret.SecretKey;
import io.homecloud.backup.secret.SecretStore;
import io.homecloud.control.Name;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that duplicity needs to get at a target and to read what is there.
 *
 * @param target with what is asked there
 * @param key with what copies are encrypted
 */
record Access(DuplicityUrl url, Encryption.Mode mode, Secret target, Secret key) {

  /** What a repository's spec refers to, as it is now. */
  static Access of(DuplicityUrl url, RepositorySpec spec, SecretStore secrets) {
    Encryption encryption = Objects.requireNonNull(spec.encryption());
    return new Access(
        url,
        encryption.mode(),
        find(spec.secretRef(), secrets),
        find(encryption.keyRef(), secrets));
  }

  private static Secret find(@org.jspecify.annotations.Nullable Name name, SecretStore secrets) {
    return Optional.ofNullable(name).flatMap(secrets::find).orElse(Secret.NONE);
  }

  /** Environment variables; the only way that a secret takes. */
  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    // Also when there is none: else it would ask a terminal.
    environment.put("PASSPHRASE", key.value(SecretKey.passphrase).orElse(""));
    target.value(SecretKey.password).ifPresent(one -> environment.put("FTP_PASSWORD", one));
    target.value(SecretKey.accessKey).ifPresent(one -> environment.put("AWS_ACCESS_KEY_ID", one));
    target
        .value(SecretKey.secretKey)
        .ifPresent(one -> environment.put("AWS_SECRET_ACCESS_KEY", one));
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    // duplicity tries again itself, and where that is of use.
    environment.put("AWS_MAX_ATTEMPTS", "1");
    return environment;
  }

  /** A text of a program, should it ever repeat what it was told. */
  String withoutSecrets(String text) {
    String clean = text;
    for (Secret secret : List.of(target, key)) {
      for (String value : secret.values().values()) {
        clean = value.length() < 4 ? clean : clean.replace(value, "…");
      }
    }
    return clean;
  }

  @Override
  public String toString() {
    return "Access[" + url.url() + "]";
  }
}
