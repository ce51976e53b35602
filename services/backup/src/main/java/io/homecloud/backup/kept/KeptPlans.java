package io.homecloud.backup.kept;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.Name;
import io.homecloud.control.kept.KeptDocument;
import io.homecloud.control.kept.KeptResource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Repositories and plans as they are kept on the pools: the document {@code backup/plans}. Runs are
 * not: the repositories have them. Items are read one by one, see {@link Kept}: one that cannot be
 * read spoils no other.
 *
 * @param format 1; a reader passes over members that it does not know
 */
record KeptPlans(int format, List<JsonNode> repositories, List<JsonNode> plans)
    implements KeptDocument.Content {
  static final int FORMAT = 1;

  KeptPlans {
    repositories = repositories == null ? List.of() : List.copyOf(repositories);
    plans = plans == null ? List.of() : List.copyOf(plans);
  }

  /**
   * A resource as it is wished.
   *
   * @param identity what a repository calls itself: without it a disk that is not mounted would be
   *     taken for a new one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Kept(
      UUID uid,
      Name name,
      @Nullable Map<String, String> labels,
      long generation,
      @Nullable Instant createdAt,
      @Nullable String createdBy,
      JsonNode spec,
      @Nullable UUID identity)
      implements KeptResource {}

  @Override
  public boolean empty() {
    return repositories.isEmpty() && plans.isEmpty();
  }
}
