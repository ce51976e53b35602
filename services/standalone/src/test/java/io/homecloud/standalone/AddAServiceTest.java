package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * docs/how-to/add-a-service.md is true. That its pieces work together is shown by the tests of
 * {@code io.homecloud.notes} in control, from which they are taken.
 */
class AddAServiceTest {
  private static final Path STANDALONE = Script.ROOT.resolve("services/standalone");
  private static final Pattern PIECE =
      Pattern.compile("(?s)\n`([^`\n]+)`:\n```(?:java|xml|properties)\n(.*?)\n```\n");
  private static final Pattern BLOCK = Pattern.compile("(?m)^```[a-z]+$");
  private static final Pattern PLACE = Pattern.compile("`(services/[\\w./-]+)`");

  private static String page() throws IOException {
    return Files.readString(Script.ROOT.resolve("docs/how-to/add-a-service.md"));
  }

  @Test
  void everyPieceOfCodeIsInTheFileThatItIsSaidToBeIn() throws IOException {
    // Given
    String page = page();
    Matcher piece = PIECE.matcher(page);
    int pieces = 0;

    // When, Then
    while (piece.find()) {
      pieces++;
      assertThat(Script.ROOT.resolve(piece.group(1))).content().contains(piece.group(2));
    }
    assertThat(pieces).isEqualTo((int) BLOCK.matcher(page).results().count());
  }

  @Test
  void everyPlaceThatItNamesIsThere() throws IOException {
    // When
    List<String> missing =
        PLACE
            .matcher(page())
            .results()
            .map(found -> found.group(1))
            .filter(place -> !Files.exists(Script.ROOT.resolve(place)))
            .toList();

    // Then
    assertThat(missing).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"storage", "sharing", "backup"})
  void standaloneKnowsAServiceInOneDependencyOnly(String service) throws IOException {
    // Given
    Pattern word = Pattern.compile("(?<![\\w-])" + service + "(?![\\w-])");
    List<Path> files = new ArrayList<>(List.of(STANDALONE.resolve("pom.xml")));
    try (Stream<Path> main = Files.walk(STANDALONE.resolve("src/main"))) {
      main.filter(Files::isRegularFile).forEach(files::add);
    }

    // When
    List<String> lines = new ArrayList<>();
    for (Path file : files) {
      try (Stream<String> content = Files.lines(file)) {
        content.filter(line -> word.matcher(line).find()).map(String::strip).forEach(lines::add);
      }
    }

    // Then
    assertThat(lines).containsExactly("<artifactId>" + service + "</artifactId>");
  }
}
