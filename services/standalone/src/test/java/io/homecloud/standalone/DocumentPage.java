package io.homecloud.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A page of the documents as its commands. A fenced {@code sh} block is run; a {@code text} block
 * right behind it is what it prints, with … for what differs from time to time. A comment {@code
 * <!-- machine: name -->} says that the next block is typed on another machine.
 */
record DocumentPage(Path file, List<Step> steps) {
  private static final Pattern BLOCK =
      Pattern.compile("(?s)\n```([a-z]*)\n(.*?)```(?=\n)|\n<!-- machine: ([a-z]+) -->(?=\n)");

  /**
   * Languages of blocks that are not commands; there is no way to write one that is not run. A
   * console is of a cluster, where the stories of deploy/e2e are typed instead.
   */
  private static final Set<String> NO_COMMANDS =
      Set.of("text", "mermaid", "java", "xml", "json", "properties", "yaml", "console");

  /**
   * Commands that are typed together.
   *
   * @param machine where; null where the one before was
   * @param prints what is expected, null when nothing is said of it
   */
  record Step(@Nullable String machine, String commands, @Nullable String prints) {}

  static DocumentPage read(Path file) throws IOException {
    String text = Files.readString(file);
    List<Step> steps = new ArrayList<>();
    String machine = null;
    int end = -1;
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      String language = block.group(1);
      if (language == null) {
        machine = block.group(3);
      } else if (language.equals("sh")) {
        steps.add(new Step(machine, block.group(2), null));
        machine = null;
        end = block.end();
      } else if (language.equals("text") && block.start() == end) {
        Step step = steps.removeLast();
        steps.add(new Step(step.machine(), step.commands(), block.group(2)));
      } else if (!NO_COMMANDS.contains(language)) {
        throw new AssertionError(file + " has a block of '" + language + "'; commands are 'sh'");
      }
    }
    return new DocumentPage(file, steps);
  }

  /** A whole output, of which … may be any part, and a line of … any lines. */
  static Pattern printed(String text) {
    return Pattern.compile(
        lines(text)
            .map(line ->
                line.equals("…") ? "(?s:.*?)" : "\\Q" + line.replace("…", "\\E.*\\Q") + "\\E")
            .collect(Collectors.joining("\n")));
  }

  /** Columns are as wide as what is in them, so blanks count once. */
  static String plain(String text) {
    return lines(text).collect(Collectors.joining("\n"));
  }

  private static Stream<String> lines(String text) {
    return text.strip().lines().map(line -> line.strip().replaceAll(" +", " "));
  }
}
