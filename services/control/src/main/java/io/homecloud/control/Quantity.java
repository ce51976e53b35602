package io.homecloud.control;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Shape;
import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A size in bytes, written as a Kubernetes quantity: {@code 20G}, {@code 1.5Gi}, {@code 1048576}
 * (<a
 * href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">format</a>).
 * Written back in the shortest way that is exact.
 */
@Shape(pattern = "[0-9]{1,19}(\\.[0-9]{1,9})?(k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?", most = 32)
public record Quantity(long bytes) implements Comparable<Quantity> {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?)(k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?");
  private static final String DECIMAL = "kMGTPE";
  private static final Map<Character, Integer> POWER =
      Map.of('k', 1, 'K', 1, 'M', 2, 'G', 3, 'T', 4, 'P', 5, 'E', 6);

  public Quantity {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative");
    }
  }

  /**
   * Reads a quantity; a problem with a helpful sentence when it is none or does not fit 63 bits.
   */
  @JsonCreator
  public static Quantity parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw invalid();
    }
    BigDecimal value = new BigDecimal(form.group(1));
    String unit = form.group(2);
    if (unit != null) {
      int base = unit.endsWith("i") ? 1024 : 1000;
      value = value.multiply(BigDecimal.valueOf(base).pow(POWER.getOrDefault(unit.charAt(0), 0)));
    }
    try {
      return new Quantity(value.setScale(0, java.math.RoundingMode.CEILING).longValueExact());
    } catch (ArithmeticException e) {
      throw invalid();
    }
  }

  private static RuntimeException invalid() {
    return CommonProblem.QUANTITY_INVALID.because(
        "A size is a number with an optional unit, for example 20G, 1.5Gi or 1048576, and below 8Ei.");
  }

  @JsonValue
  @Override
  public String toString() {
    String binary = scaled(1024, "i");
    String decimal = scaled(1000, "");
    return binary.length() - 1 < decimal.length() ? binary : decimal;
  }

  private String scaled(int base, String suffix) {
    long value = bytes;
    int power = 0;
    while (value != 0 && value % base == 0 && power < DECIMAL.length()) {
      value /= base;
      power++;
    }
    if (power == 0) {
      return Long.toString(value);
    }
    char unit = DECIMAL.charAt(power - 1);
    return value + (suffix.isEmpty() ? String.valueOf(unit) : Character.toUpperCase(unit) + suffix);
  }

  @Override
  public int compareTo(Quantity other) {
    return Long.compare(bytes, other.bytes);
  }
}
