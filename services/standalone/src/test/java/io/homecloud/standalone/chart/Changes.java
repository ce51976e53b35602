package io.homecloud.standalone.chart;

import io.homecloud.standalone.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is different in the objects of a chart, by their names: gone, new, or which lines. */
final class Changes {
  private static final Pattern NAME =
      Pattern.compile("(?s).*?^kind: (\\S+)\n.*?^  name: (\\S+)\n.*", Pattern.MULTILINE);

  private final Path directory;

  /** Scratch files go to the directory. */
  Changes(Path directory) {
    this.directory = directory;
  }

  String between(List<String> usual, List<String> changed) throws IOException {
    Map<String, String> before = byName(usual);
    Map<String, String> after = byName(changed);
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      if (!after.containsKey(name)) {
        text.append("gone: ").append(name).append("\n");
      } else if (!before.containsKey(name)) {
        text.append("new: ").append(name).append("\n").append(after.get(name));
      } else if (!before.get(name).equals(after.get(name))) {
        text.append("changed: ").append(name).append("\n");
        text.append(lines(before.get(name), after.get(name)));
      }
    }
    return text.toString();
  }

  private static Map<String, String> byName(List<String> documents) {
    Map<String, String> named = new TreeMap<>();
    for (String document : documents) {
      Matcher name = NAME.matcher(document);
      if (!name.matches()) {
        throw new AssertionError("no kind or name: " + document);
      }
      named.put(name.group(1) + " " + name.group(2), document);
    }
    return named;
  }

  /** Where a line is counts for nothing, and would change with every line above. */
  private String lines(String before, String after) throws IOException {
    Path usual = Files.writeString(directory.resolve("usual"), before);
    Path changed = Files.writeString(directory.resolve("changed"), after);
    return Script.attempt("diff", "-U0", usual.toString(), changed.toString())
        .stdout()
        .lines()
        .skip(2)
        .map(line -> line.startsWith("@@ ") ? "…" : line)
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
