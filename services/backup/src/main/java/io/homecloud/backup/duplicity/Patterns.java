package io.homecloud.backup.duplicity;

import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.host.path.RelativePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What of a source is copied: patterns mean what they mean to rsync, so that a plan may have either
 * engine. They become regular expressions, for duplicity's own patterns do not: with {@code
 * --include **}{@code /x} it leaves out all that is not x. They are tried on paths of which those
 * of directories end with a slash, see {@code job.py}.
 */
final class Patterns {
  private static final String END = "(?!.)";

  private Patterns() {}

  static List<String> of(Path root, List<Source> sources) {
    List<String> options = new ArrayList<>();
    for (Source source : sources) {
      String volume = quoted(root.resolve(source.volume().value()).toString());
      // To duplicity what is included only counts where something is excluded afterwards.
      if (!source.excluded().isEmpty()) {
        String within = within(volume, EncodedPath.parse(source.encodedPath()));
        for (String pattern : source.included()) {
          options.addAll(List.of("--include-regexp", within + regex(volume, pattern)));
        }
        for (String pattern : source.excluded()) {
          options.addAll(List.of("--exclude-regexp", within + regex(volume, pattern)));
        }
      }
    }
    return options;
  }

  /** Nothing above a source, and of no other one of its volume. */
  private static String within(String volume, RelativePath path) {
    return path.isTop()
        ? ""
        : "(?="
            + volume
            + "/"
            + quoted(new String(path.bytes(), StandardCharsets.UTF_8))
            + "(/|$))";
  }

  /**
   * As {@code rule_matches} of rsync's {@code exclude.c} reads a pattern: a slash at the beginning
   * is the volume's top, without one it may be anywhere; with one at the end only directories are
   * meant; and three asterisks at the end are also the directory that they are in.
   */
  static String regex(String volume, String pattern) {
    boolean directory = pattern.length() > 1 && pattern.endsWith("/");
    String plain = directory ? pattern.substring(0, pattern.length() - 1) : pattern;
    String end = plain.endsWith("***") ? END : directory ? "(?<!/)/" + END : "(?<!/)/?" + END;
    String begin;
    if (plain.startsWith("/")) {
      plain = plain.substring(1);
      begin = "/(?=.)";
    } else {
      // Two asterisks at the beginning may also stand for nothing before a slash.
      begin = plain.startsWith("**") ? "(?=/.)" : "/(?=.)(.*/)?";
    }
    return "^(?s:" + volume + begin + Glob.regex(plain) + end + ")";
  }

  private static final Pattern SPECIAL = Pattern.compile("[^A-Za-z0-9_/\\-\\x80-\\x{10FFFF}]");

  /** As Python reads it. */
  static String quoted(String text) {
    return SPECIAL.matcher(text).replaceAll("\\\\$0");
  }
}
