package io.homecloud.backup.secret;

import java.util.Map;
import java.util.Optional;

/** Values that nobody is shown. */
public record Secret(Map<SecretKey, String> values) {
  public static final Secret NONE = new Secret(Map.of());

  public Secret {
    values = Map.copyOf(values);
  }

  public Optional<String> value(SecretKey key) {
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public String toString() {
    return "Secret[not shown]";
  }
}
