package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages lead to pages that are there. */
class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]*)(#[^)]*)?\\)");
  private static final int README_LINES = 80;

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(Script.ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(Script.ROOT.resolve("README.md")),
              files.filter(file -> file.toString().endsWith(".md")))
          .toList();
    }
  }

  @Test
  void everyLinkLeadsToAPageAndAHeadingThatIsThere() throws IOException {
    // When
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        boolean there = Files.exists(target);
        if (there && link.group(2) != null) {
          there = headings(target).contains(link.group(2));
        }
        if (!there) {
          broken.add(Script.ROOT.relativize(page) + ": " + link.group());
        }
      }
    }

    // Then
    assertThat(broken).isEmpty();
  }

  @Test
  void everyPageIsLedToByAnother() throws IOException {
    // Given
    List<Path> unseen = new ArrayList<>(pages());
    unseen.remove(Script.ROOT.resolve("README.md"));

    // When
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        if (!link.group(1).isEmpty()) {
          unseen.remove(page.resolveSibling(link.group(1)).normalize());
        }
      }
    }

    // Then
    assertThat(unseen).isEmpty();
  }

  /** As the anchors that they get: lower case, without punctuation, blanks as hyphens. */
  private static List<String> headings(Path page) throws IOException {
    try (Stream<String> lines = Files.lines(page)) {
      return lines
          .filter(line -> line.startsWith("#"))
          .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
          .map(heading -> "#" + heading.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
          .toList();
    }
  }

  @Test
  void readmeStaysShort() throws IOException {
    // When, Then
    assertThat(Files.readAllLines(Script.ROOT.resolve("README.md")))
        .hasSizeLessThanOrEqualTo(README_LINES);
  }
}
