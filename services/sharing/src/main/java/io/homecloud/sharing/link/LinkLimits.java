package io.homecloud.sharing.link;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much guests may bring with an upload link, all together.
 *
 * @param bytes of all files
 * @param files how many
 * @param types endings of names without the dot, such as {@code jpg}; any when empty
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LinkLimits(@Nullable Quantity bytes, @Nullable Integer files, List<String> types) {
  static final LinkLimits NONE = new LinkLimits(null, null, List.of());

  public LinkLimits {
    types = types == null ? List.of() : List.copyOf(types);
  }
}
