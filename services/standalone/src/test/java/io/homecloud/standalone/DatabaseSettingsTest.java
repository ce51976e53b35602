package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What every service says of its connections to the database, for nothing says it for all. */
class DatabaseSettingsTest {
  private static final String DATASOURCE = "quarkus.datasource.";
  private static final String KIND = ".db-kind";

  @Test
  void everyServiceNoticesThatTheDatabasesMachineLostItsPower() throws IOException {
    // When
    Map<String, Properties> found = services();

    // Then
    String driver = ".jdbc.additional-jdbc-properties.";
    found.forEach((service, settings) ->
        assertThat(settings)
            .as(service)
            .containsEntry(DATASOURCE + service + driver + "socketTimeout", "60")
            .containsEntry(DATASOURCE + service + driver + "tcpKeepAlive", "true")
            .containsEntry(DATASOURCE + service + ".jdbc.validation-query-timeout", "5S"));
  }

  /** Flyway by itself takes them; without a word here Quarkus tells it not to. */
  @Test
  void everyServiceTakesTablesThatANewerVersionHasMigrated() throws IOException {
    // When
    Map<String, Properties> found = services();

    // Then
    found.forEach((service, settings) ->
        assertThat(settings)
            .as(service)
            .containsEntry(
                "quarkus.flyway." + service + ".ignore-migration-patterns", "*:missing,*:future"));
  }

  /** What each says, by its name. */
  private Map<String, Properties> services() throws IOException {
    Map<String, Properties> found = new TreeMap<>();
    for (URL file :
        Collections.list(
            getClass().getClassLoader().getResources("META-INF/microprofile-config.properties"))) {
      Properties settings = new Properties();
      try (InputStream in = file.openStream()) {
        settings.load(in);
      }
      settings.stringPropertyNames().stream()
          .filter(key -> key.startsWith(DATASOURCE) && key.endsWith(KIND))
          .map(key -> key.substring(DATASOURCE.length(), key.length() - KIND.length()))
          .forEach(service -> found.put(service, settings));
    }
    assertThat(found).containsKeys("storage", "sharing", "backup");
    return found;
  }
}
