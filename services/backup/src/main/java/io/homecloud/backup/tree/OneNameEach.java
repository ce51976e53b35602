package io.homecloud.backup.tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A shell's function that takes away all names but one of each file. With {@code --hard-links}
 * rsync makes links that are missing, and leaves those that are too many: where two names were of
 * one file in the copy before and are of two now, it would give both the owner, rights and times of
 * whichever comes last.
 */
public final class OneNameEach {
  /** Defines {@code one_name_each DIRECTORY}; needs GNU's core and find utilities. */
  public static final String FUNCTION = function();

  private OneNameEach() {}

  private static String function() {
    try (InputStream in = OneNameEach.class.getResourceAsStream("one-name-each.sh")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("one-name-each.sh cannot be read", e);
    }
  }
}
