package io.homecloud.sharing.link;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be wished of a guest link.
 *
 * @param share whose files it shows
 * @param paths files and directories in the share, by names joined with slashes; for an upload link
 *     the one directory that files are brought into. The whole share when absent.
 * @param expiresAt from then on it opens nothing
 * @param maxUses how many visitors may open it
 * @param limits of an upload link
 * @param displayName what people read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GuestLinkSpec(
    Name share,
    List<String> paths,
    LinkMode mode,
    @Nullable Instant expiresAt,
    @Nullable Integer maxUses,
    @Nullable LinkLimits limits,
    @Nullable String displayName) {
  public GuestLinkSpec {
    paths = paths == null || paths.isEmpty() ? List.of("") : List.copyOf(paths);
    mode = mode == null ? LinkMode.DOWNLOAD : mode;
  }

  boolean expired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  /** Whether what is done by it counts, because it ends with that. */
  boolean counted() {
    return maxUses != null || !limitsOrNone().equals(LinkLimits.NONE);
  }

  LinkLimits limitsOrNone() {
    return limits == null ? LinkLimits.NONE : limits;
  }
}
