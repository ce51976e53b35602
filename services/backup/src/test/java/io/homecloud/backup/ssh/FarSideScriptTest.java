package io.homecloud.backup.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the other side does when we are killed before all of a mark was sent. */
class FarSideScriptTest {
  private static final String MARK = "{\\n  \"plan\" : \"photos\",\\n  \"of\" : {\\n  }\\n}\\n";

  @TempDir Path directory;

  @BeforeEach
  void makeRepository() throws IOException {
    try (InputStream script =
        Objects.requireNonNull(FarSide.class.getResourceAsStream("far-side.sh"))) {
      Files.copy(script, directory.resolve("far-side.sh"));
    }
    assertThat(told("make", MARK, "readme")).isEqualTo("done");
  }

  /** Whether it was done that a mark, of which this came in, was to be used for. */
  private String told(String verb, String came, String arguments) {
    return Shell.in(
            directory,
            "if printf '%s' | sh far-side.sh %s \"$PWD/copies\" %s >/dev/null; then echo done; else echo refused; fi"
                .formatted(came, verb, arguments))
        .strip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\\n  \"of\" : {\\n  }\\n", "{\\n  \"of\" : {\\n  }\\n}"})
  void halfAMarkIsNone(String came) {
    // When, Then
    assertThat(told("plan", came, "photos")).isEqualTo("refused");
    assertThat(directory.resolve("copies/photos")).doesNotExist();

    // When, Then
    assertThat(told("plan", MARK, "photos")).isEqualTo("done");
    assertThat(directory.resolve("copies/photos/homecloud-plan.json")).isRegularFile();
    assertThat(directory.resolve("copies")).isDirectoryNotContaining("glob:**.begun");
  }

  @Test
  void aCopyWhoseMarkDidNotComeIsNotComplete() {
    // Given
    assertThat(told("plan", MARK, "photos")).isEqualTo("done");
    assertThat(told("begin", "", "photos 2026-11-28T03-00-00Z ''")).isEqualTo("done");

    // When, Then
    assertThat(told("complete", "", "photos 2026-11-28T03-00-00Z")).isEqualTo("refused");
    assertThat(directory.resolve("copies/photos/latest")).doesNotExist();

    // When, Then
    assertThat(told("complete", MARK, "photos 2026-11-28T03-00-00Z")).isEqualTo("done");
    assertThat(directory.resolve("copies/photos/latest/homecloud-run.json")).isRegularFile();
  }

  @Test
  void whatAPowerCutLeftIsNotBelievedBeforeItIsBegunAgain() throws IOException {
    // Given
    assertThat(told("plan", MARK, "photos")).isEqualTo("done");
    assertThat(told("begin", "", "photos 2026-11-28T03-00-00Z ''")).isEqualTo("done");
    Path runs = directory.resolve("copies/photos/runs");
    Path half = runs.resolve("2026-11-28T03-00-00Z.incomplete/half");
    Files.writeString(half, "");

    // When
    Files.writeString(runs.resolve(".begun"), "another boot");
    String checkpoint = told("checkpoint", "", "photos");
    String complete = told("complete", MARK, "photos 2026-11-28T03-00-00Z");

    // Then
    assertThat(List.of(checkpoint, complete)).containsOnly("done");
    assertThat(runs.resolve(".checkpoint")).doesNotExist();
    assertThat(directory.resolve("copies/photos/latest")).doesNotExist();

    // And when
    assertThat(told("begin", "", "photos 2026-11-28T03-00-00Z ''")).isEqualTo("done");
    assertThat(told("checkpoint", "", "photos")).isEqualTo("done");

    // Then
    assertThat(half).doesNotExist();
    assertThat(runs.resolve(".checkpoint")).isRegularFile();
  }
}
