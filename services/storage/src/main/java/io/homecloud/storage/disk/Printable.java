package io.homecloud.storage.disk;

/** Makes text that a foreign disk wrote fit to be shown. */
public final class Printable {
  private static final int LONGEST = 120;

  private Printable() {}

  /** Without control, formatting and unassigned characters, blanks joined, at most 120 long. */
  public static String of(String foreign) {
    return of(foreign, LONGEST);
  }

  /** The same, at most so many characters long. */
  public static String of(String foreign, int longest) {
    StringBuilder text = new StringBuilder();
    foreign
        .codePoints()
        .map(c -> Character.isWhitespace(c) ? ' ' : c)
        .filter(Printable::shown)
        .forEach(text::appendCodePoint);
    String joined = text.toString().replaceAll(" {2,}", " ").strip();
    return joined.codePointCount(0, joined.length()) <= longest
        ? joined
        : joined.substring(0, joined.offsetByCodePoints(0, longest));
  }

  private static boolean shown(int codePoint) {
    return switch (Character.getType(codePoint)) {
      // Among the formatting ones are those that turn the reading direction.
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> codePoint != 0xFFFD;
    };
  }
}
