package io.homecloud.sharing.link;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Quantity;
import io.homecloud.pages.ReadableSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** How much it is together, for people; empty when there is no limit. */
  Optional<String> most() {
    List<String> all = new ArrayList<>();
    if (files != null) {
      all.add(files == 1 ? "1 file" : files + " files");
    }
    if (bytes != null) {
      all.add(ReadableSize.of(bytes.bytes()));
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", all));
  }

  public LinkLimits {
    types = types == null ? List.of() : List.copyOf(types);
  }
}
