package io.homecloud.control;

import io.homecloud.control.problem.CommonProblem;
import java.util.Map;
import java.util.regex.Pattern;

/** Words that people and programs put on resources to find them by, as in Kubernetes. */
public final class Labels {
  private static final int MOST = 64;
  private static final Pattern KEY =
      Pattern.compile(
          "([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
  private static final Pattern VALUE =
      Pattern.compile("([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?");

  private Labels() {}

  /** The same labels; a problem with a helpful sentence when they cannot be used. */
  public static Map<String, String> checked(Map<String, String> labels) {
    if (labels.size() > MOST) {
      throw CommonProblem.BODY_INVALID.because("There are more than " + MOST + " labels.");
    }
    labels.forEach((key, value) -> {
      if (!KEY.matcher(key).matches() || value == null || !VALUE.matcher(value).matches()) {
        throw CommonProblem.BODY_INVALID.because(
            "A label's key and value are letters, digits, dots, hyphens and underscores, at most 63 of them;"
                + " the key may have a DNS name and a slash before it.");
      }
    });
    return Map.copyOf(labels);
  }
}
