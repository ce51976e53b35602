package io.homecloud.testkit.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table that a run prints, in Markdown; lines come as they are known. */
public final class Report {
  private static final String HEAD =
      """
      | figure | homecloud | bare tool | ratio | goal | |
      |---|---|---|---|---|---|
      """;

  private final List<String> notes = new ArrayList<>();
  private boolean begun;
  private String machine = "";

  /** Date, processor and versions of this run. */
  public static String machine() throws IOException {
    String processor =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name") || line.startsWith("Model"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch", ""));
    return "%s, %s, %d cores, Linux %s, JDK %s"
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            processor,
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.version"),
            Runtime.version());
  }

  /** What figures begin with from now on. */
  public void on(String machine) {
    this.machine = machine;
  }

  /** How many times as fast as the bare tool, which took so long in the same run. */
  public void compared(String figure, double ours, double theirs, String tool, double goal) {
    double ratio = theirs / ours;
    line(
        figure,
        time(ours),
        time(theirs) + " (" + tool + ")",
        String.format(Locale.ROOT, "%.2f times as fast", ratio),
        String.format(Locale.ROOT, "at least %s", plain(goal)),
        ratio >= goal);
  }

  /** A time in seconds that may not be longer than the goal, beside the bare tool's. */
  public void timed(String figure, double ours, double theirs, String tool, double goal) {
    line(
        figure,
        time(ours),
        time(theirs) + " (" + tool + ")",
        String.format(Locale.ROOT, "%.2f times as fast", theirs / ours),
        "under " + time(goal),
        ours < goal);
  }

  /** A time in seconds that has nothing to be compared with. */
  public void timed(String figure, double ours, double goal) {
    line(figure, time(ours), "", "", "under " + time(goal), ours < goal);
  }

  public void measured(String figure, String value, String goal, boolean reached) {
    line(figure, value, "", "", goal, reached);
  }

  /** Without a goal. */
  public void told(String figure, String value) {
    line(figure, value, "", "", "", "");
  }

  /** A sentence below the table. */
  public void note(String sentence) {
    notes.add(sentence);
  }

  private void line(
      String figure, String ours, String theirs, String ratio, String goal, boolean ok) {
    line(figure, ours, theirs, ratio, goal, ok ? "reached" : "**missed**");
  }

  private void line(
      String figure, String ours, String theirs, String ratio, String goal, String end) {
    if (!begun) {
      begun = true;
      System.out.print(HEAD);
    }
    String row = String.join(" | ", machine + figure, ours, theirs, ratio, goal, end);
    System.out.println("| " + row + " |");
  }

  public void end() {
    if (!notes.isEmpty()) {
      System.out.println();
      notes.forEach(note -> System.out.println("- " + note));
    }
  }

  public static String time(double seconds) {
    return seconds < 1
        ? String.format(Locale.ROOT, "%.1f ms", seconds * 1000)
        : String.format(Locale.ROOT, "%.2f s", seconds);
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
