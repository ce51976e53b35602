package io.homecloud.backup.duplicity;

import io.homecloud.backup.source.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What of a source is copied: patterns mean what they mean to rsync, so that a plan may have either
 * engine. They become regular expressions, for duplicity's own patterns do not: with {@code
 * --include **}{@code /x} it leaves out all that is not x.
 */
final class Patterns {
  private Patterns() {}

  static List<String> of(Path root, List<Source> sources) {
    List<String> options = new ArrayList<>();
    for (Source source : sources) {
      String volume = quoted(root.resolve(source.volume().value()).toString());
      // To duplicity what is included only counts where something is excluded afterwards.
      if (!source.excluded().isEmpty()) {
        for (String pattern : source.included()) {
          options.addAll(List.of("--include-regexp", regex(volume, pattern)));
        }
        for (String pattern : source.excluded()) {
          options.addAll(List.of("--exclude-regexp", excluded(volume, pattern)));
        }
      }
    }
    return options;
  }

  /**
   * With a slash at the end only a directory is meant. Duplicity does not tell which a name is, so
   * what is in it is left out, and the directory itself is copied empty.
   */
  static String excluded(String volume, String pattern) {
    return regex(volume, pattern.endsWith("/") ? pattern + "**" : pattern);
  }

  /** A slash at the beginning is the volume's top; without one it may be anywhere. */
  static String regex(String volume, String pattern) {
    boolean fromTop = pattern.startsWith("/");
    String plain = pattern.substring(fromTop ? 1 : 0);
    String stripped = plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    return "^" + volume + (fromTop ? "/" : "/(.*/)?") + glob(stripped) + "$";
  }

  private static String glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      int end = c == '[' ? pattern.indexOf(']', i + 2) : -1;
      if (pattern.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else if (end > 0) {
        String inside = pattern.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[");
        regex
            .append('[')
            .append(inside.startsWith("!") ? "^" + inside.substring(1) : inside)
            .append(']');
        i = end;
      } else if (c == '\\' && i + 1 < pattern.length()) {
        i++;
        regex.append(quoted(pattern.substring(i, i + 1)));
      } else {
        regex.append(quoted(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  private static final Pattern SPECIAL = Pattern.compile("[^A-Za-z0-9_/\\-\\x80-\\x{10FFFF}]");

  /** As Python reads it. */
  static String quoted(String text) {
    return SPECIAL.matcher(text).replaceAll("\\\\$0");
  }
}
