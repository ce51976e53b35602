package io.homecloud.control.kept;

import io.homecloud.control.Labels;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Metadata;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a document of a pool says of a resource, apart from what is wished. */
public interface KeptResource {
  /** More than that leave no room to count on. */
  long MOST_GENERATIONS = 1L << 48;

  int LONGEST_SUBJECT = 100;

  UUID uid();

  Name name();

  @Nullable Map<String, String> labels();

  long generation();

  @Nullable Instant createdAt();

  @Nullable String createdBy();

  /**
   * As far as it can be believed: the disk may have been anywhere.
   *
   * @throws RuntimeException a problem, when its labels cannot be
   */
  default Metadata metadata(Instant now) {
    Instant said = createdAt();
    Instant created =
        said == null || said.isAfter(now) || said.isBefore(Instant.EPOCH) ? now : said;
    boolean countable = generation() >= 1 && generation() <= MOST_GENERATIONS;
    Map<String, String> labels = labels();
    return new Metadata(
        name(),
        uid(),
        countable ? generation() : 1,
        0,
        Labels.checked(labels == null ? Map.of() : labels),
        created,
        by(createdBy()),
        null);
  }

  private static String by(@Nullable String said) {
    return said == null
            || said.isBlank()
            || said.length() > LONGEST_SUBJECT
            || said.codePoints().anyMatch(Character::isISOControl)
        ? "unknown"
        : said;
  }
}
