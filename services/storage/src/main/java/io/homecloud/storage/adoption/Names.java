package io.homecloud.storage.adoption;

import io.homecloud.control.Name;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Names for what has none, or one that somebody else has; the same each time it is asked. */
final class Names {
  /** How many names there are to choose from. */
  static final int CHOICES = 3;

  private static final int LONGEST = 63;
  private static final String LABEL_PREFIX = "homecloud-";
  private static final Pattern FOREIGN = Pattern.compile("[^a-z0-9]+");
  private static final Pattern EDGES = Pattern.compile("^-+|-+$");

  private Names() {}

  private static String brief(UUID uid) {
    return uid.toString().substring(0, 8);
  }

  /** For something on the disk that nothing is noted of. */
  static Name recovered(UUID uid) {
    return new Name("recovered-" + brief(uid));
  }

  /** From the label of a file system, as far as it can be a name. */
  static Optional<Name> ofLabel(String label) {
    String own = label.startsWith(LABEL_PREFIX) ? label.substring(LABEL_PREFIX.length()) : label;
    String words = FOREIGN.matcher(own.toLowerCase(Locale.ROOT)).replaceAll("-");
    String name = EDGES.matcher(cut(words, LONGEST)).replaceAll("");
    return Name.valid(name) ? Optional.of(new Name(name)) : Optional.empty();
  }

  /**
   * What to be called instead when the name is taken: {@link #CHOICES} names, the best first.
   *
   * @param pool the name that goes before it, if there is one
   */
  static List<Name> instead(Optional<Name> pool, Name name, UUID uid) {
    String best = pool.map(in -> joined(in.value(), name.value()).value()).orElse(name.value());
    return List.of(
        pool.isPresent() ? new Name(best) : joined(best, brief(uid)),
        joined(best, brief(uid)),
        joined(best, uid.toString()));
  }

  /** Both with a hyphen between; the first one is cut where they are too long together. */
  private static Name joined(String first, String second) {
    String end = cut(second, LONGEST - 2);
    String begin = EDGES.matcher(cut(first, LONGEST - 1 - end.length())).replaceAll("");
    return new Name(EDGES.matcher(begin + "-" + end).replaceAll(""));
  }

  private static String cut(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest) : text;
  }
}
