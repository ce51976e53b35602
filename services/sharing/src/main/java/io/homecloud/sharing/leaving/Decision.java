package io.homecloud.sharing.leaving;

import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what somebody leaves.
 *
 * @param files null when nobody decided
 * @param links null when nobody decided
 */
public record Decision(@Nullable Fate files, @Nullable Fate links) {
  /** Of both alike that nobody gets it. */
  static final Decision NOBODY = new Decision(new Fate.Nobody(), new Fate.Nobody());

  private static final String GIVE = "give:";
  private static final String TRASH = "trash";

  /** Who gets it. */
  public sealed interface Fate {
    /** Files stay where they are, for nobody; links are revoked. */
    record Nobody() implements Fate {}

    /** Of files alone: their own directory is kept for a while, from where it can come back. */
    record Trashed() implements Fate {}

    record Given(Name to) implements Fate {}

    static Fate of(Optional<Name> heir) {
      return heir.<Fate>map(Given::new).orElse(new Nobody());
    }

    default Optional<Name> heir() {
      return switch (this) {
        case Nobody _, Trashed _ -> Optional.empty();
        case Given(Name to) -> Optional.of(to);
      };
    }
  }

  /**
   * Reads what was asked for.
   *
   * @param files {@code keep}, {@code trash}, or {@code give:} and an account
   * @param links {@code revoke} or {@code give:} and an account
   */
  public static Decision of(@Nullable String files, @Nullable String links) {
    return new Decision(
        TRASH.equals(files) ? new Fate.Trashed() : fate("files", "keep", " or trash", files),
        fate("links", "revoke", "", links));
  }

  private static @Nullable Fate fate(
      String parameter, String nobody, String more, @Nullable String text) {
    if (text == null) {
      return null;
    }
    if (text.equals(nobody)) {
      return new Fate.Nobody();
    }
    String heir = text.startsWith(GIVE) ? text.substring(GIVE.length()) : "";
    if (!Name.valid(heir)) {
      throw CommonProblem.PARAMETER_INVALID.because(
          parameter + " is " + nobody + more + ", or " + GIVE + " and the name of an account.");
    }
    return new Fate.Given(new Name(heir));
  }

  /** With nobody where it was not decided. */
  Decision complete() {
    return new Decision(
        files == null ? new Fate.Nobody() : files, links == null ? new Fate.Nobody() : links);
  }

  Optional<Name> filesTo() {
    return files == null ? Optional.empty() : files.heir();
  }

  boolean filesTrashed() {
    return files instanceof Fate.Trashed;
  }

  Optional<Name> linksTo() {
    return links == null ? Optional.empty() : links.heir();
  }
}
