package io.homecloud.storage.volume;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.homecloud.control.resource.Shape;

/** Permission bits, written in octal as people know them: {@code 0770}. */
@Shape(pattern = "0?[0-7]{3,4}", most = 5)
public record Mode(int bits) {
  public Mode {
    if (bits < 0 || bits > 03777) {
      throw new IllegalArgumentException("A mode is up to four octal digits, at most 3777.");
    }
  }

  @JsonCreator
  public static Mode parse(String text) {
    if (!text.matches("0?[0-7]{3,4}")) {
      throw new IllegalArgumentException("A mode is three or four octal digits, for example 0770.");
    }
    return new Mode(Integer.parseInt(text, 8));
  }

  @JsonValue
  @Override
  public String toString() {
    return "%04o".formatted(bits);
  }
}
