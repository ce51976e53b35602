package io.homecloud.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What can be set, and what holds when nothing is. */
class BackupConfigTest {
  private static BackupConfig config(Map<String, String> properties) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withMapping(BackupConfig.class)
        .withSources(new PropertiesConfigSource(properties, "test", 100))
        .build()
        .getConfigMapping(BackupConfig.class);
  }

  @Test
  void withoutSettingsEverythingIsBelowTheUsualDirectory() {
    // When
    BackupConfig config = config(Map.of());

    // Then
    assertThat(config.node()).isEqualTo("localhost");
    assertThat(config.data()).isEqualTo(Path.of("/var/lib/homecloud"));
    assertThat(config.storageUrl()).isEmpty();
    assertThat(config.sharingUrl()).isEmpty();
    assertThat(config.signInKeys()).isEqualTo(Path.of("/var/lib/homecloud/secrets/sign-in.json"));
    assertThat(config.scratch()).isEmpty();
    assertThat(config.duplicityVolume()).isEqualTo(64);
    assertThat(config.secrets()).isEqualTo(Path.of("/var/lib/homecloud/secrets/backup"));
    assertThat(config.own()).isEqualTo(Path.of("/var/lib/homecloud/backup"));
  }

  @Test
  void everythingCanBeSet() {
    // When
    BackupConfig config =
        config(
            Map.of(
                "homecloud.backup.node", "pi-1",
                "homecloud.backup.data", "/data",
                "homecloud.backup.storage-url", "http://storage:8080",
                "homecloud.backup.sharing-url", "http://sharing:8080",
                "homecloud.backup.sign-in-keys", "/keys.json",
                "homecloud.backup.scratch", "/scratch",
                "homecloud.backup.duplicity-volume", "25"));

    // Then
    assertThat(config.node()).isEqualTo("pi-1");
    assertThat(config.data()).isEqualTo(Path.of("/data"));
    assertThat(config.storageUrl()).contains(URI.create("http://storage:8080"));
    assertThat(config.sharingUrl()).contains(URI.create("http://sharing:8080"));
    assertThat(config.signInKeys()).isEqualTo(Path.of("/keys.json"));
    assertThat(config.scratch()).contains(Path.of("/scratch"));
    assertThat(config.duplicityVolume()).isEqualTo(25);
    assertThat(config.own()).isEqualTo(Path.of("/data/backup"));
  }

  @Test
  void aKeyThatThereIsNotIsRefused() {
    assertThatThrownBy(() -> config(Map.of("homecloud.backup.nodes", "pi-1")))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("homecloud.backup.nodes");
  }
}
