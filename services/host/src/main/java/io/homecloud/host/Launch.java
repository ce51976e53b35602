package io.homecloud.host;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The one place that makes a process: its session, its environment, nothing inherited. */
final class Launch {
  /**
   * From util-linux. Executes the program in the same process, as leader of a new session: its
   * descendants are found by it, and an interrupt typed at our terminal does not reach it.
   */
  private static final String SETSID = "/usr/bin/setsid";

  /**
   * Waits for a word on its input before it executes the program in its place: should we be killed
   * before we noted which process it is, it never becomes the program.
   */
  private static final String GATE = "read -r word && [ \"$word\" = go ] && exec \"$@\" </dev/null";

  private Launch() {}

  static ProcessBuilder of(Path program, List<String> argv, Map<String, String> environment) {
    return build(environment, List.of(), program, argv);
  }

  /** Runs once {@link #open} was called, and not at all if we end before. */
  static ProcessBuilder gated(Path program, List<String> argv, Map<String, String> environment) {
    return build(environment, List.of("/bin/sh", "-c", GATE, "gate"), program, argv);
  }

  static void open(Process gated) throws IOException {
    try (OutputStream gate = gated.getOutputStream()) {
      gate.write("go\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static ProcessBuilder build(
      Map<String, String> environment, List<String> gate, Path program, List<String> argv) {
    List<String> words = new ArrayList<>(List.of(SETSID));
    words.addAll(gate);
    words.add(program.toString());
    words.addAll(argv.subList(1, argv.size()));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("PATH", Programs.PATH);
    builder.environment().putAll(environment);
    return builder.directory(Path.of("/").toFile());
  }
}
