package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What deploy/images says agrees with what the script says. */
class ImageFilesTest {
  private static final Pattern INSTALLED =
      Pattern.compile("(?s)--no-install-recommends \\\\\n(.*?) \\\\\n &&");

  @ParameterizedTest
  @ValueSource(strings = {"storage", "sharing", "backup"})
  void imageOfAServiceHasThePackagesThatTheServiceNeeds(String service) throws IOException {
    // Given
    String list = service.toUpperCase(Locale.ROOT) + "_PACKAGES";

    // When
    List<String> needed = words("\"${" + list + "[@]%%>=*}\"");

    // Then
    assertThat(installed(service)).containsExactlyInAnyOrderElementsOf(needed);
  }

  @Test
  void compactImageHasThePackagesOfAllServices() throws IOException {
    // When
    List<String> needed =
        words(
            "\"${STORAGE_PACKAGES[@]%%>=*}\" \"${SHARING_PACKAGES[@]%%>=*}\""
                + " \"${BACKUP_PACKAGES[@]%%>=*}\"");

    // Then
    assertThat(installed("compact")).containsExactlyInAnyOrderElementsOf(needed);
  }

  /** The words of the script, each once. */
  private static List<String> words(String expression) {
    return new Script()
        .functions(Duration.ofMinutes(2), "printf '%s\\n' " + expression + " | sort -u")
        .stdout()
        .lines()
        .toList();
  }

  private static List<String> installed(String image) throws IOException {
    Matcher packages =
        INSTALLED.matcher(
            Files.readString(Script.ROOT.resolve("deploy/images/Containerfile." + image)));
    assertThat(packages.find()).isTrue();
    return List.of(packages.group(1).replace("\\\n", " ").strip().split("\\s+"));
  }
}
