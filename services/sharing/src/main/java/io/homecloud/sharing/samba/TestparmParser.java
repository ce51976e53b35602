package io.homecloud.sharing.samba;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What testparm says on standard error; its exit code is 0 also for parameters that it ignores. */
final class TestparmParser {
  /** What it says about every configuration; all other lines are complaints. */
  private static final List<String> USUAL =
      List.of(
          "Load smb config files from ",
          "Loaded services file OK.",
          "Weak crypto is allowed by GnuTLS",
          "Server role: ");

  private TestparmParser() {}

  static Optional<String> complaint(int code, String errors) {
    String words =
        errors
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && USUAL.stream().noneMatch(line::startsWith))
            // A newer Samba than ours still does it.
            .filter(line -> !line.endsWith("option is deprecated"))
            .collect(Collectors.joining("\n"));
    if (!words.isEmpty()) {
      return Optional.of(words);
    }
    return code == 0 ? Optional.empty() : Optional.of("testparm ended with exit code " + code);
  }
}
