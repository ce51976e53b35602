package io.homecloud.storage.volume;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.homecloud.control.resource.Shape;
import org.jspecify.annotations.Nullable;

/** Whose a volume's files are, in numbers of the system; written {@code 1000:1000}. */
@Shape(pattern = "[0-9]{1,9}:[0-9]{1,9}", most = 19)
public record Owner(int uid, int gid) {
  public static final Owner ROOT = new Owner(0, 0);

  public Owner {
    if (uid < 0 || gid < 0) {
      throw new IllegalArgumentException("owner " + uid + ":" + gid);
    }
  }

  @JsonCreator
  public static Owner parse(String text) {
    if (!text.matches("[0-9]{1,9}:[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "An owner is two numbers, user and group, for example 1000:1000.");
    }
    String[] numbers = text.split(":", -1);
    return new Owner(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
  }

  /** How the owner of a volume is told, whose wish may leave it open. */
  public static String text(@Nullable Owner wished) {
    return (wished == null ? ROOT : wished).toString();
  }

  @JsonValue
  @Override
  public String toString() {
    return uid + ":" + gid;
  }
}
