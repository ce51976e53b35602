package io.homecloud.backup.secret;

import io.homecloud.backup.BackupProblem;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values that nobody is shown. */
public record Secret(Map<SecretKey, String> values) {
  private static final int LONGEST = 100_000;

  /** Those of sums and the server are for the other machine; rclone writes them by itself. */
  private static final String SETTING =
      "[\"'`]*(?<name>(?![\\w.-]*(?:sum|server)_command)[\\w.-]*command|(?:[\\w.-]*\\.)?ssh)[\"'`]*\\s*";

  /**
   * Settings of rclone that are programs, of a remote or within a string that makes another one; or
   * what is put together when it is read.
   */
  private static final Pattern PROGRAM =
      Pattern.compile(
          "(?im)(?:^\\s*"
              + SETTING
              + "[:=]|[,:]\\s*"
              + SETTING.replace("name", "inside")
              + "=|%\\()");

  private static final Pattern CONTINUED = Pattern.compile("\\\\\\s*\\R\\s*");
  public static final Secret NONE = new Secret(Map.of());

  public Secret {
    values = Map.copyOf(values);
  }

  /**
   * What somebody sets.
   *
   * @throws io.homecloud.control.problem.ProblemException SECRET_INVALID
   */
  static Secret checked(@Nullable Map<SecretKey, String> said) {
    if (said == null || said.isEmpty()) {
      throw BackupProblem.SECRET_INVALID.because(
          "A secret has values, for example {\"values\":{\"passphrase\":\"…\"}}; it may have "
              + List.of(SecretKey.values())
              + ".");
    }
    Map<SecretKey, String> values = new EnumMap<>(SecretKey.class);
    said.forEach((key, value) -> {
      if (value == null || value.isEmpty() || value.length() > LONGEST) {
        throw BackupProblem.SECRET_INVALID.because(
            "The value of " + key + " is a text of 1 to 100000 characters.");
      }
      if (isLine(key) && value.chars().anyMatch(Character::isISOControl)) {
        throw BackupProblem.SECRET_INVALID.because("The value of " + key + " is one line.");
      }
      if (key == SecretKey.rcloneConfig) {
        refusePrograms(value);
      }
      values.put(key, value);
    });
    return new Secret(values);
  }

  /** Whoever sets secrets is not root of this machine, and rclone runs as that. */
  private static void refusePrograms(String config) {
    Matcher program = PROGRAM.matcher(CONTINUED.matcher(config).replaceAll(""));
    if (program.find()) {
      throw BackupProblem.SECRET_INVALID.because(
          "Of rcloneConfig no setting may be a program to run, nor be put together by %%(name)s: '%s' is one. Give a token, a password or a key instead."
              .formatted(program.group().strip()));
    }
  }

  static boolean isLine(SecretKey key) {
    return switch (key) {
      case passphrase, password, accessKey, secretKey -> true;
      case sshKey, knownHosts, rcloneConfig, publicKey, privateKey, certificates -> false;
    };
  }

  public Optional<String> value(SecretKey key) {
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public String toString() {
    return "Secret[not shown]";
  }
}
