package io.homecloud.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
      assertThat(file)
          .as("%s is out of date; ./homecloud reference writes it anew", page)
          .exists()
          .content()
          .isEqualTo(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
