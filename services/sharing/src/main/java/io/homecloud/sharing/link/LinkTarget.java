package io.homecloud.sharing.link;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a link was made for, by what never gets another meaning: names of shares and volumes may be
 * given again, and a share may be moved.
 *
 * @param directory in the volume
 */
record LinkTarget(UUID share, UUID volume, String directory) {
  private static final String UID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
  private static final Pattern TEXT = Pattern.compile(UID + " " + UID + "/(.*)", Pattern.DOTALL);

  /** As {@link #toString} writes it; empty for anything else. */
  static Optional<LinkTarget> parse(@Nullable String text) {
    Matcher parts = TEXT.matcher(text == null ? "" : text);
    return parts.matches()
        ? Optional.of(
            new LinkTarget(
                UUID.fromString(parts.group(1)), UUID.fromString(parts.group(2)), parts.group(3)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return share + " " + volume + "/" + directory;
  }
}
