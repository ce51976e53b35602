package io.homecloud.backup.duplicity;

import java.util.Map;

/**
 * A wildcard pattern as rsync's {@code wildmatch.c} reads it, as a regular expression of Python.
 */
final class Glob {
  /** What no name matches: so is a pattern that is not complete. */
  private static final String NOTHING = "(?!)";

  /** Of ASCII alone, as in rsync. */
  private static final Map<String, String> CLASSES =
      Map.ofEntries(
          Map.entry("alnum", "0-9A-Za-z"),
          Map.entry("alpha", "A-Za-z"),
          Map.entry("blank", "\\ \\t"),
          Map.entry("cntrl", "\\x00-\\x1f\\x7f"),
          Map.entry("digit", "0-9"),
          Map.entry("graph", "\\x21-\\x7e"),
          Map.entry("lower", "a-z"),
          Map.entry("print", "\\x20-\\x7e"),
          Map.entry("punct", "\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e"),
          Map.entry("space", "\\ \\t-\\r"),
          Map.entry("upper", "A-Z"),
          Map.entry("xdigit", "0-9A-Fa-f"));

  private final int[] pattern;
  private int at;

  private Glob(String pattern) {
    this.pattern = pattern.codePoints().toArray();
  }

  /** Without a wildcard a backslash is only itself. */
  static String regex(String pattern) {
    return pattern.chars().anyMatch(c -> "*?[".indexOf(c) >= 0)
        ? new Glob(pattern).regex()
        : Patterns.quoted(pattern);
  }

  private String regex() {
    StringBuilder regex = new StringBuilder();
    while (at < pattern.length) {
      int c = pattern[at++];
      switch (c) {
        case '*' -> {
          int first = at;
          while (peek() == '*') {
            at++;
          }
          regex.append(at > first ? ".*" : "[^/]*");
        }
        case '?' -> regex.append("[^/]");
        case '[' -> regex.append(set());
        case '\\' -> regex.append(at < pattern.length ? one(pattern[at++]) : NOTHING);
        default -> regex.append(one(c));
      }
    }
    return regex.toString();
  }

  /** After its opening bracket, to after the closing one. A slash is in none. */
  private String set() {
    boolean none = peek() == '!' || peek() == '^';
    at += none ? 1 : 0;
    StringBuilder inside = new StringBuilder();
    int before = 0;
    for (boolean first = true; first || peek() != ']'; first = false) {
      int c = next();
      if (c == '\\') {
        c = next();
        inside.append(one(c));
      } else if (c == '-' && before != 0 && peek() > 0 && peek() != ']') {
        int last = next() == '\\' ? next() : pattern[at - 1];
        inside.append(before <= last ? one(before) + "-" + one(last) : "");
        c = 0;
      } else if (c == '[' && peek() == ':' && endOfClass() > 0) {
        String name = new String(pattern, at + 1, endOfClass() - at - 2);
        at = endOfClass() + 1;
        inside.append(CLASSES.getOrDefault(name, ""));
        c = 0;
      } else {
        inside.append(one(c));
      }
      if (c < 0) {
        return NOTHING;
      }
      before = c;
    }
    at++;
    if (inside.isEmpty()) {
      return none ? "[^/]" : NOTHING;
    }
    return "(?!/)[" + (none ? "^" : "") + inside + "]";
  }

  /** Where the bracket is that ends a class of characters; 0 when it is none. */
  private int endOfClass() {
    int end = at + 1;
    while (end < pattern.length && pattern[end] != ']') {
      end++;
    }
    return end < pattern.length && end > at + 1 && pattern[end - 1] == ':' ? end : 0;
  }

  /** -1 at the end. */
  private int peek() {
    return at < pattern.length ? pattern[at] : -1;
  }

  private int next() {
    int c = peek();
    at++;
    return c;
  }

  private static String one(int c) {
    return c < 0 ? "" : c == '-' ? "\\-" : Patterns.quoted(Character.toString(c));
  }
}
