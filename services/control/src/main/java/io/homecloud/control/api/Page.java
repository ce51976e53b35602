package io.homecloud.control.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A page of a list; {@code metadata.continue} asks for the next one and is absent on the last. */
public record Page<R>(List<R> items, PageMetadata metadata) {

  /** Where the next page begins. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PageMetadata(@JsonProperty("continue") @Nullable String next) {}

  /**
   * Makes a page of at most {@code limit} from rows of which one more was read, if there was one.
   */
  public static <R> Page<R> of(List<R> oneMore, int limit, Function<R, String> position) {
    if (oneMore.size() <= limit) {
      return new Page<>(oneMore, new PageMetadata(null));
    }
    List<R> items = List.copyOf(oneMore.subList(0, limit));
    return new Page<>(
        items, new PageMetadata(Parameters.continueToken(position.apply(items.getLast()))));
  }

  /** A page whose source knows where the next one begins, null when it is the last. */
  public static <R> Page<R> upTo(List<R> items, @Nullable String next) {
    return new Page<>(
        items, new PageMetadata(next == null ? null : Parameters.continueToken(next)));
  }
}
