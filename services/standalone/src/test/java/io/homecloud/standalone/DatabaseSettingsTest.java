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
  private static final String KIND = ".db-kind";

  @Test
  void everyServiceNoticesThatTheDatabasesMachineLostItsPower() throws IOException {
    // When
    Map<String, Properties> found = new TreeMap<>();
    for (URL file :
        Collections.list(
            getClass().getClassLoader().getResources("META-INF/microprofile-config.properties"))) {
      Properties settings = new Properties();
      try (InputStream in = file.openStream()) {
        settings.load(in);
      }
      settings.stringPropertyNames().stream()
          .filter(key -> key.startsWith("quarkus.datasource.") && key.endsWith(KIND))
          .map(key -> key.substring(0, key.length() - KIND.length()) + ".jdbc.")
          .forEach(prefix -> found.put(prefix, settings));
    }

    // Then
    assertThat(found).hasSizeGreaterThanOrEqualTo(3);
    String driver = "additional-jdbc-properties.";
    found.forEach((prefix, settings) ->
        assertThat(settings)
            .as(prefix)
            .containsEntry(prefix + driver + "socketTimeout", "60")
            .containsEntry(prefix + driver + "tcpKeepAlive", "true")
            .containsEntry(prefix + "validation-query-timeout", "5S"));
  }
}
