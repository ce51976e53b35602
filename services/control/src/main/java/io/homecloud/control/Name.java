package io.homecloud.control;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Shape;
import java.util.regex.Pattern;

/**
 * What a person calls a resource: a DNS-1123 label of at most 63 characters, unique per kind,
 * immutable.
 */
@Shape(pattern = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", most = 63)
public record Name(@JsonValue String value) implements Comparable<Name> {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  @JsonCreator
  public Name {
    if (!LABEL.matcher(value).matches()) {
      throw CommonProblem.NAME_INVALID.because(
          "A name is 1 to 63 lower-case letters, digits and hyphens, and begins and ends with a letter or digit.");
    }
  }

  public static boolean valid(String value) {
    return LABEL.matcher(value).matches();
  }

  @Override
  public int compareTo(Name other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
