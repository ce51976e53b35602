package io.homecloud.standalone.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.standalone.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The chart as Helm renders it, without a cluster; the cases are in {@code deploy/chart-cases}. */
final class Chart {
  static final Path CASES = Script.ROOT.resolve("deploy/chart-cases");

  /** The first time, Helm is built. */
  private static final Duration DEADLINE = Duration.ofMinutes(15);

  private Chart() {}

  /** What Helm says to the values in a file. */
  static Exited render(Path values) {
    return new Script().functions(DEADLINE, "use_helm; render_chart '" + values + "'");
  }

  /** The objects that are made of a case, but for the kinds, which are files of their own. */
  static List<String> documents(String name) {
    return all(name).filter(document -> !isKind(document)).toList();
  }

  /** The kinds that a case brings. */
  static List<String> kinds(String name) {
    return all(name).filter(Chart::isKind).toList();
  }

  /** Random are only passwords. */
  private static Stream<String> all(String name) {
    Exited exited = render(CASES.resolve(name).resolve("values.yaml"));
    assertThat(exited.code()).as(exited.stderr()).isZero();
    return Stream.of(exited.stdout().split("(?m)^---\n"))
        .filter(document -> !document.isBlank())
        .map(document ->
            document.replaceAll(
                "(?m)^  password: [A-Za-z0-9+/=]{24,}$", "  password: (by chance)"));
  }

  private static boolean isKind(String document) {
    return document.contains("\nkind: CustomResourceDefinition\n");
  }

  static Exited lint() {
    return new Script().functions(DEADLINE, "use_helm; lint_chart");
  }

  /** Files below the cases, in order. */
  static List<Path> files(String pattern) {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(
            CASES.resolve(pattern).getParent(), Path.of(pattern).getFileName().toString())) {
      return StreamSupport.stream(found.spliterator(), false).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
