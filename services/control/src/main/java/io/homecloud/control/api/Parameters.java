package io.homecloud.control.api;

import io.homecloud.control.problem.CommonProblem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Query parameters and headers as the conventions have them; a malformed one is a problem that
 * names it.
 */
public final class Parameters {
  private static final int DEFAULT_LIMIT = 100;
  private static final int LARGEST_LIMIT = 1000;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final Pattern WAIT = Pattern.compile("([0-9]{1,5})(ms|s|m)");
  private static final String TOKEN_VERSION = "1:";

  /** A page may end with a file's name: 255 bytes, each of which may be escaped. */
  private static final int LONGEST_POSITION = 3 * 255;

  private Parameters() {}

  /** {@code limit}: 1 to 1000, 100 when absent. */
  public static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= LARGEST_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // answered below like a number out of range
    }
    throw CommonProblem.PARAMETER_INVALID.because(
        "limit is a number from 1 to " + LARGEST_LIMIT + ".");
  }

  static String continueToken(String position) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((TOKEN_VERSION + position).getBytes(StandardCharsets.UTF_8));
  }

  /** {@code continue}: the position behind which the page begins, empty for the first. */
  public static String position(@Nullable String token) {
    if (token == null) {
      return "";
    }
    try {
      String position = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (position.startsWith(TOKEN_VERSION)
          && position.length() <= TOKEN_VERSION.length() + LONGEST_POSITION
          && position.indexOf('\0') < 0) {
        return position.substring(TOKEN_VERSION.length());
      }
    } catch (IllegalArgumentException e) {
      // answered below like a token of another version
    }
    throw CommonProblem.CONTINUE_INVALID.because("Begin again without continue.");
  }

  /** {@code wait}: for example {@code 30s}; zero when absent, at most five minutes. */
  public static Duration waiting(@Nullable String text) {
    if (text == null) {
      return Duration.ZERO;
    }
    Matcher form = WAIT.matcher(text);
    if (form.matches()) {
      long number = Long.parseLong(form.group(1));
      Duration wait =
          switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
          };
      if (wait.compareTo(LONGEST_WAIT) <= 0) {
        return wait;
      }
    }
    throw CommonProblem.PARAMETER_INVALID.because(
        "wait is a time of at most 5 minutes, for example 30s or 2m.");
  }

  /**
   * {@code labelSelector}: {@code key=value} pairs, separated by commas, all of which must be
   * there.
   */
  public static Map<String, String> labels(@Nullable String selector) {
    Map<String, String> labels = new HashMap<>();
    if (selector != null && !selector.isEmpty()) {
      for (String pair : selector.split(",", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 1 || pair.indexOf('\0') >= 0) {
          throw CommonProblem.PARAMETER_INVALID.because(
              "labelSelector is key=value, several separated by commas.");
        }
        labels.put(
            pair.substring(0, equals),
            pair.substring(pair.startsWith("==", equals) ? equals + 2 : equals + 1));
      }
    }
    return labels;
  }

  /** {@code If-Match}: the revision that the caller has seen; empty when absent or {@code *}. */
  public static Optional<Long> ifMatch(@Nullable String header) {
    if (header == null || header.equals("*")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(header.strip().replace("\"", "")));
    } catch (NumberFormatException e) {
      throw CommonProblem.PARAMETER_INVALID.because("If-Match is the ETag of an earlier answer.");
    }
  }

  /** {@code Idempotency-Key}: up to 255 visible ASCII characters. */
  public static Optional<String> idempotencyKey(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    if (header.isEmpty()
        || header.length() > 255
        || !header.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw CommonProblem.PARAMETER_INVALID.because(
          "Idempotency-Key is 1 to 255 visible ASCII characters.");
    }
    return Optional.of(header);
  }

  public static UUID uuid(String what, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw CommonProblem.NOT_FOUND.because("There is no such " + what + ".");
    }
  }
}
