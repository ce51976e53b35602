package io.homecloud.sharing.share;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.resource.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Deleted files are kept for a while; wished as {@code true} or with the days.
 *
 * @param days 1 to 3650
 */
public record RecycleBin(@Shape(byDefault = "30", least = 1, most = 3650) int days) {
  private static final int USUAL = 30;
  private static final int MOST = 3650;

  public RecycleBin {
    if (days < 1 || days > MOST) {
      throw new IllegalArgumentException("days is 1 to " + MOST + ".");
    }
  }

  /** Null for {@code false}. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static @Nullable RecycleBin parse(JsonNode wish) {
    if (wish.isBoolean()) {
      return wish.booleanValue() ? new RecycleBin(USUAL) : null;
    }
    if (wish.isObject() && wish.size() == 1 && wish.path("days").isInt()) {
      return new RecycleBin(wish.path("days").intValue());
    }
    throw new IllegalArgumentException(
        "A recycle bin is true, false or {\"days\": 30}: how long deleted files are kept.");
  }
}
