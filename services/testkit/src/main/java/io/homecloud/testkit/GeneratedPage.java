package io.homecloud.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A page of docs/reference that is made of what it describes. Its test fails when the page says
 * something else; {@code ./homecloud reference} runs it with {@code -Dhomecloud.write=true}, and
 * then it writes the page.
 */
public final class GeneratedPage {
  private GeneratedPage() {}

  /**
   * Compares or writes.
   *
   * @param page below the repository, for example {@code docs/reference/events.md}
   */
  public static void check(String page, String content) {
    Path file = repository().resolve(page);
    try {
      if (Boolean.getBoolean("homecloud.write")) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
      }
      String written = Files.exists(file) ? Files.readString(file) : "";
      assertThat(firstDifference(written, content))
          .as("%s is out of date; ./homecloud reference writes it anew", page)
          .isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Pages are long, and one line tells enough. */
  private static String firstDifference(String written, String made) {
    List<String> old = written.lines().toList();
    List<String> now = made.lines().toList();
    for (int at = 0; at < Math.max(old.size(), now.size()); at++) {
      String was = at < old.size() ? old.get(at) : "(the end)";
      String is = at < now.size() ? now.get(at) : "(the end)";
      if (!was.equals(is)) {
        return "line %d says '%s' and should say '%s'".formatted(at + 1, was, is);
      }
    }
    return written.equals(made) ? "" : "only the ends of lines differ";
  }

  /** The root of the checkout that the tests run in. */
  public static Path repository() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(directory.resolve(".mvn"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException("this is not run in the repository");
      }
    }
    return directory;
  }
}
