package io.homecloud.standalone.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.standalone.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Prometheus says nothing of a name that nobody exports: such an alert is silent for ever. */
class AlertsTest {
  private static final List<String> COLLECTORS =
      List.of(
          "storage/src/main/java/io/homecloud/storage/metrics/StorageCollector.java",
          "sharing/src/main/java/io/homecloud/sharing/share/ShareCollector.java",
          "backup/src/main/java/io/homecloud/backup/metrics/BackupCollector.java");

  private static final Pattern EXPRESSION = Pattern.compile("(?m)^ +expr: (.*)$");
  private static final Pattern NAME = Pattern.compile("homecloud_[a-z_]+");
  private static final Pattern TEXT = Pattern.compile("\"([a-z_]+)\"");

  @Test
  void everyFigureOfAnAlertIsExported() throws IOException {
    // When
    Set<String> asked =
        EXPRESSION
            .matcher(Files.readString(Script.ROOT.resolve("helm/homecloud/files/alerts.yaml")))
            .results()
            .flatMap(expression -> NAME.matcher(expression.group(1)).results())
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));

    // Then
    assertThat(asked).hasSizeGreaterThan(10);
    assertThat(exported()).containsAll(asked);
  }

  /** The names in the sources: whole ones, and those behind what all of a file have before them. */
  private static Set<String> exported() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String collector : COLLECTORS) {
      Path source = Script.ROOT.resolve("services").resolve(collector);
      List<String> texts =
          TEXT.matcher(Files.readString(source)).results().map(found -> found.group(1)).toList();
      for (String text : texts) {
        if (text.startsWith("homecloud_") && text.endsWith("_")) {
          texts.forEach(rest -> names.add(text + rest));
        }
        names.add(text);
      }
    }
    return names;
  }
}
