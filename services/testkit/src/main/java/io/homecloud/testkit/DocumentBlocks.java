package io.homecloud.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What is written in fences in the documents. */
public final class DocumentBlocks {
  private static final Pattern YAML = Pattern.compile("(?s)\n```yaml\n(.*?)\n```\n");

  private DocumentBlocks() {}

  /** Each document of each block of YAML below {@code docs}. */
  public static List<String> yaml() {
    try (Stream<Path> pages = Files.walk(GeneratedPage.repository().resolve("docs"))) {
      return pages
          .filter(page -> page.toString().endsWith(".md"))
          .sorted()
          .flatMap(page -> YAML.matcher(read(page)).results().map(block -> block.group(1)))
          .flatMap(block -> Stream.of(block.split("(?m)^---$")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
