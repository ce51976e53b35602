package io.homecloud.backup.engine;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Copies that build on each other, and are deleted together or not at all. An engine that makes
 * such copies calls them by the chain, a slash, and their own time. Those on another drive are
 * another chain.
 */
public record Chain(String id) {
  private static final Pattern COPY =
      Pattern.compile("((?:[0-9a-f-]{36}:)?[0-9]{8}T[0-9]{6}Z)/[0-9]{8}T[0-9]{6}Z");

  /** The chain of a copy; empty when it stands alone. */
  public static Optional<Chain> of(@org.jspecify.annotations.Nullable String copy) {
    return Optional.ofNullable(copy)
        .map(COPY::matcher)
        .filter(java.util.regex.Matcher::matches)
        .map(form -> new Chain(form.group(1)));
  }
}
