package io.homecloud.sharing.share;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Quantity;
import org.jspecify.annotations.Nullable;

/**
 * Macs back up to the share; wished as {@code true} or with the most that they may use.
 *
 * @param limit null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TimeMachine(@Nullable Quantity limit) {
  /** Null for {@code false}. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static @Nullable TimeMachine parse(JsonNode wish) {
    if (wish.isBoolean()) {
      return wish.booleanValue() ? new TimeMachine(null) : null;
    }
    if (wish.isObject() && wish.isEmpty()) {
      return new TimeMachine(null);
    }
    if (wish.isObject() && wish.size() == 1 && wish.path("limit").isTextual()) {
      return new TimeMachine(Quantity.parse(wish.path("limit").textValue()));
    }
    throw new IllegalArgumentException(
        "Time Machine is true, false or {\"limit\": \"500G\"}: the most that backups may use.");
  }

  long bytes() {
    return limit == null ? 0 : limit.bytes();
  }
}
