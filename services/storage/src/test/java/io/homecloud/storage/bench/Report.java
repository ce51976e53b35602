package io.homecloud.storage.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table that a run prints, in Markdown; lines come as they are known. */
final class Report {
  private static final String HEAD =
      """
      | figure | homecloud | bare tool | ratio | goal | |
      |---|---|---|---|---|---|
      """;

  private final List<String> notes = new ArrayList<>();
  private boolean begun;
  private String machine = "";

  /** What figures begin with from now on. */
  void on(String machine) {
    this.machine = machine;
  }

  /** How many times as fast as the bare tool, which took so long in the same run. */
  void compared(String figure, double ours, double theirs, String tool, double goal) {
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
  void timed(String figure, double ours, double theirs, String tool, double goal) {
    line(
        figure,
        time(ours),
        time(theirs) + " (" + tool + ")",
        String.format(Locale.ROOT, "%.2f times as fast", theirs / ours),
        "under " + time(goal),
        ours < goal);
  }

  /** A time in seconds that has nothing to be compared with. */
  void timed(String figure, double ours, double goal) {
    line(figure, time(ours), "", "", "under " + time(goal), ours < goal);
  }

  void measured(String figure, String value, String goal, boolean reached) {
    line(figure, value, "", "", goal, reached);
  }

  /** A sentence below the table. */
  void note(String sentence) {
    notes.add(sentence);
  }

  private void line(
      String figure, String ours, String theirs, String ratio, String goal, boolean ok) {
    if (!begun) {
      begun = true;
      System.out.print(HEAD);
    }
    String row =
        String.join(
            " | ", machine + figure, ours, theirs, ratio, goal, ok ? "reached" : "**missed**");
    System.out.println("| " + row + " |");
  }

  void end() {
    if (!notes.isEmpty()) {
      System.out.println();
      notes.forEach(note -> System.out.println("- " + note));
    }
  }

  static String time(double seconds) {
    return seconds < 1
        ? String.format(Locale.ROOT, "%.1f ms", seconds * 1000)
        : String.format(Locale.ROOT, "%.2f s", seconds);
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
