package io.homecloud.backup.change;

import io.homecloud.control.problem.CommonProblem;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a run is to find out what has to be copied. */
public enum Look {
  /** By what storage says has changed, where that is certain. */
  CHANGES(""),
  /** By looking at everything. */
  SCAN("scan"),
  /** By changes, and afterwards by looking at everything, whether that was right. */
  PROVE("prove");

  private static final String KEY = "look";

  private final String word;

  Look(String word) {
    this.word = word;
  }

  /** What somebody asked for. */
  public static Look asked(@Nullable String text) {
    for (Look look : values()) {
      if (look.word.equals(text == null ? "" : text)) {
        return look;
      }
    }
    throw CommonProblem.PARAMETER_INVALID.because("look can be scan or prove.");
  }

  /** As parameters of a task. */
  public Map<String, String> parameters() {
    return this == CHANGES ? Map.of() : Map.of(KEY, word);
  }

  /** What {@link #parameters} became. */
  public static Look of(String parameters) {
    for (Look look : values()) {
      if (look != CHANGES && parameters.contains('"' + look.word + '"')) {
        return look;
      }
    }
    return CHANGES;
  }
}
