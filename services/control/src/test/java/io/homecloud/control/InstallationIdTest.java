package io.homecloud.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationIdTest {
  @Test
  void itIsMadeOnceAndStays(@TempDir Path data) {
    // Given
    InstallationId made = InstallationId.of(data.resolve("state"));
    // When
    InstallationId again = InstallationId.of(data.resolve("state"));
    // Then
    assertThat(again).isEqualTo(made);
  }

  @Test
  void oneThatWasHalfWrittenIsNotTaken(@TempDir Path data) throws Exception {
    // Given
    Files.writeString(data.resolve("installation-id.1f.first"), "1f");
    // When
    InstallationId made = InstallationId.of(data);
    // Then
    assertThat(data.resolve("installation-id")).hasContent(made.toString());
  }

  @Test
  void aDamagedOneIsNotReplacedByAGuess(@TempDir Path data) throws Exception {
    // Given
    Files.writeString(data.resolve("installation-id"), "rubbish");
    // When
    // Then
    assertThatThrownBy(() -> InstallationId.of(data))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no installation id");
    assertThat(data.resolve("installation-id")).hasContent("rubbish");
  }
}
