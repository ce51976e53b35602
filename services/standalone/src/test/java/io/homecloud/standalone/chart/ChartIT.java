package io.homecloud.standalone.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.standalone.Script;
import io.homecloud.testkit.GeneratedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart is what its cases say; {@code ./homecloud reference} writes them anew. */
class ChartIT {
  private static final Path HELM = Script.ROOT.resolve("helm/homecloud");

  @TempDir Path directory;

  static List<Path> refused() {
    return Chart.files("refused/*.yaml");
  }

  @Test
  void helmFindsNothingToSay() {
    // When
    Exited exited = Chart.lint();

    // Then
    assertThat(exited.code()).as(exited.stdout() + exited.stderr()).isZero();
  }

  @Test
  void theChartIsOfTheVersionThatIsBuilt() throws IOException {
    // Given
    String built =
        Pattern.compile("<artifactId>homecloud</artifactId>\\s*<version>([^<]+)</version>")
            .matcher(Files.readString(Script.ROOT.resolve("pom.xml")))
            .results()
            .map(found -> found.group(1))
            .findFirst()
            .orElseThrow();

    // When
    String chart = Files.readString(HELM.resolve("Chart.yaml"));

    // Then
    assertThat(chart).contains("\nversion: " + built + "\n", "\nappVersion: \"" + built + "\"\n");
  }

  @Test
  void withoutValuesItIsAsInstalled() {
    // When, Then
    GeneratedPage.check("deploy/chart-cases/default/rendered.yaml", Chart.rendered("default"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"compact", "external", "everything"})
  void valuesChangeWhatTheirCaseSays(String name) throws IOException {
    // Given
    Path usual = Files.writeString(directory.resolve("usual"), Chart.rendered("default"));
    Path changed = Files.writeString(directory.resolve("changed"), Chart.rendered(name));

    // When
    String changes =
        Script.attempt("diff", "-U0", "-F^# Source", usual.toString(), changed.toString()).stdout();

    // Then
    GeneratedPage.check("deploy/chart-cases/" + name + "/changes.diff", withoutNumbers(changes));
  }

  /** Where a line is counts for nothing, and would change with every line above. */
  private static String withoutNumbers(String diff) {
    return diff.lines()
        .skip(2)
        .map(line -> line.replaceFirst("^@@ .* @@ ?", "@@ "))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void nonsenseIsRefusedInWordsThatHelp(Path values) throws IOException {
    // Given
    String words = Files.readAllLines(values).getFirst().replaceFirst("^# ", "");

    // When
    Exited exited = Chart.render(values);

    // Then
    assertThat(exited.code()).as("%s is accepted", values).isNotZero();
    assertThat(exited.stderr()).contains(words);
  }

  @Test
  void everyKindIsKeptWhenTheChartGoes() {
    // Given
    List<Path> kinds = Chart.files("../../helm/homecloud/files/crds/*.yaml");

    // When
    List<String> brought =
        Chart.documents("default").stream().filter(Chart::isOfKinds).toList();

    // Then
    assertThat(brought)
        .hasSameSizeAs(kinds)
        .allSatisfy(kind -> assertThat(kind).contains("\n    helm.sh/resource-policy: keep\n"));
  }

  @Test
  void whatContainersMayIsInTheReference() throws IOException {
    // Given
    List<String> rows =
        Files.readAllLines(Script.ROOT.resolve("docs/reference/privileges.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(0, line.lastIndexOf(" | ")))
            .toList();

    // When
    List<String> containers =
        Stream.of("default", "compact", "external")
            .flatMap(name -> Privileges.of(Chart.documents(name)).stream())
            .distinct()
            .toList();

    // Then
    assertThat(rows).containsExactlyInAnyOrderElementsOf(containers);
  }
}
