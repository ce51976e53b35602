package io.homecloud.backup.duplicity;

import io.homecloud.backup.source.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a source is copied, as options of duplicity. A pattern is a shell's, {@code **} is any
 * path; with a slash at the beginning it counts from the volume's top, else it may be anywhere.
 */
final class Patterns {
  private Patterns() {}

  static List<String> of(Path root, List<Source> sources) {
    List<String> options = new ArrayList<>();
    for (Source source : sources) {
      String volume = escaped(root.resolve(source.volume().value()).toString());
      // To duplicity what is included only counts where something is excluded afterwards.
      if (!source.excluded().isEmpty()) {
        source.included().forEach(pattern -> add(options, "--include", volume, pattern));
        source.excluded().forEach(pattern -> add(options, "--exclude", volume, pattern));
      }
    }
    return options;
  }

  private static void add(List<String> options, String option, String volume, String pattern) {
    String plain = stripped(pattern);
    if (plain.isEmpty()) {
      return;
    }
    if (plain.startsWith("/")) {
      options.addAll(List.of(option, volume + plain));
    } else {
      options.addAll(List.of(option, volume + "/" + plain));
      options.addAll(List.of(option, volume + "/**/" + plain));
    }
  }

  /** A directory is one with a slash at its end, or without. */
  private static String stripped(String pattern) {
    return pattern.endsWith("/") ? pattern.substring(0, pattern.length() - 1) : pattern;
  }

  private static String escaped(String path) {
    return path.replaceAll("([\\[\\]*?])", "[$1]");
  }
}
