package io.homecloud.standalone.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.standalone.Script;
import io.homecloud.testkit.DocumentBlocks;
import io.homecloud.testkit.GeneratedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
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

  @TestFactory
  List<DynamicTest> whatTheDocumentsShowAsValuesIsTaken() {
    return DocumentBlocks.yaml().stream()
        .filter(block -> !block.contains("apiVersion: "))
        .map(values ->
            DynamicTest.dynamicTest(
                values,
                () -> {
                  Path file = Files.writeString(directory.resolve("values.yaml"), values);

                  // When
                  Exited exited = Chart.render(file);

                  // Then
                  assertThat(exited.code()).as(exited.stderr()).isZero();
                }))
        .toList();
  }

  @Test
  void withoutValuesItIsAsInstalled() {
    // When, Then
    GeneratedPage.check(
        "deploy/chart-cases/default/rendered.yaml",
        String.join("---\n", Chart.documents("default")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"compact", "external", "everything"})
  void valuesChangeWhatTheirCaseSays(String name) throws IOException {
    // When
    String changes =
        new Changes(directory).between(Chart.documents("default"), Chart.documents(name));

    // Then
    GeneratedPage.check("deploy/chart-cases/" + name + "/changes.txt", changes);
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
    List<String> brought = Chart.kinds("default");

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
