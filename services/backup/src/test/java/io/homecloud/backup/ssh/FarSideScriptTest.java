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

  /** How the last copy can be called, as far as the clock is right. */
  private String latest = "9999-12-31T23-59-59Z";

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
    return told(verb, came, arguments, "");
  }

  private String told(String verb, String came, String arguments, String variables) {
    return Shell.in(
            directory,
            "if printf '%s' | %s sh far-side.sh %s \"$PWD/copies\" %s %s >/dev/null; then echo done; else echo refused; fi"
                .formatted(came, variables, verb, latest, arguments))
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
    assertThat(told("begin", "", "photos 2026-11-28T03-00-00Z '' same")).isEqualTo("done");

    // When, Then
    assertThat(told("complete", "", "photos 2026-11-28T03-00-00Z")).isEqualTo("refused");
    assertThat(directory.resolve("copies/photos/latest")).doesNotExist();

    // When, Then
    assertThat(told("complete", MARK, "photos 2026-11-28T03-00-00Z")).isEqualTo("done");
    assertThat(directory.resolve("copies/photos/latest/homecloud-run.json")).isRegularFile();
  }

  @Test
  void noLinkOfWhoHadTheDiskIsFollowedToWrite() throws IOException {
    // Given
    Path theirs = Files.createDirectory(directory.resolve("theirs"));
    Path file = Files.writeString(theirs.resolve("file"), "theirs");
    Path root = directory.resolve("copies");
    for (String name : List.of("README.txt", "homecloud-repository.json.next")) {
      Files.deleteIfExists(root.resolve(name));
      Files.createSymbolicLink(root.resolve(name), file);
    }
    Files.createSymbolicLink(root.resolve(".photos.begun"), theirs);
    for (String name : List.of("lock", "holder.json", "holder.pid")) {
      Files.createSymbolicLink(root.resolve(".lock").resolve(name), file);
    }

    // When
    assertThat(told("make", MARK, "readme")).isEqualTo("done");
    assertThat(told("plan", MARK, "photos")).isEqualTo("done");
    Path runs = root.resolve("photos/runs");
    Files.createSymbolicLink(runs.resolve(".begun"), file);
    Files.createSymbolicLink(root.resolve("photos/.copying"), theirs.resolve("new"));
    Files.createSymbolicLink(runs.resolve("2026-11-28T03-00-00Z.pinned"), file);
    assertThat(told("begin", "", "photos 2026-11-28T03-00-00Z '' same photos")).isEqualTo("done");
    assertThat(told("complete", MARK, "photos 2026-11-28T03-00-00Z")).isEqualTo("done");
    assertThat(told("pin", "", "photos/runs/2026-11-28T03-00-00Z 7")).isEqualTo("done");
    assertThat(
            Shell.in(
                directory,
                "timeout 50 sh far-side.sh lock \"$PWD/copies\" %s us ours | head -c 5"
                    .formatted(latest)))
        .contains("taken");

    // Then
    assertThat(file).hasContent("theirs");
    assertThat(theirs).isDirectoryNotContaining("glob:**/{new,runs,*.json,lock}");
    assertThat(root.resolve("README.txt")).hasContent("readme");
    assertThat(root.resolve(".lock/holder.json")).hasContent("ours");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNotTakenForOneThatAnotherUses() throws IOException {
    // Given: what a read-only file system does, which takes a disk of its own
    assertThat(told("make", MARK, "readme")).isEqualTo("done");
    Files.createDirectory(directory.resolve("copies/.lock/lock"));
    Files.writeString(directory.resolve("copies/.lock/holder.json"), "us");

    // When
    String said =
        Shell.in(
            directory,
            "{ timeout 50 sh far-side.sh lock \"$PWD/copies\" %s us ours || echo failed; } 2>&1"
                .formatted(latest));

    // Then
    assertThat(said).contains("lock", "failed").doesNotContain("held", "taken");
  }

  @Test
  void aCopyOfAClockThatWasAheadIsNotTheLatest() throws IOException {
    // Given
    assertThat(told("plan", MARK, "photos")).isEqualTo("done");
    Path photos = directory.resolve("copies/photos");
    copied("2040-01-01T12-00-00Z");
    assertThat(photos.resolve("latest").toRealPath()).hasFileName("2040-01-01T12-00-00Z");
    latest = "2026-11-28T03-01-00Z";

    // When
    copied("2026-11-27T03-00-00Z");
    copied("2026-11-28T03-00-00Z");

    // Then
    assertThat(photos.resolve("latest").toRealPath()).hasFileName("2026-11-28T03-00-00Z");
    assertThat(
            Shell.in(
                directory,
                "sh far-side.sh begin \"$PWD/copies\" %s photos 2026-11-29T03-00-00Z '' same | tr '\\0' ' '"
                    .formatted(latest)))
        .contains("2026-11-28T03-00-00Z");

    // And when they are gone
    assertThat(told("delete", "", "photos/runs/2026-11-27T03-00-00Z")).isEqualTo("done");
    assertThat(told("delete", "", "photos/runs/2026-11-28T03-00-00Z")).isEqualTo("done");

    // Then
    assertThat(photos.resolve("latest").toRealPath()).hasFileName("2040-01-01T12-00-00Z");
  }

  private void copied(String stamp) {
    assertThat(told("begin", "", "photos " + stamp + " '' same")).isEqualTo("done");
    assertThat(told("complete", MARK, "photos " + stamp)).isEqualTo("done");
  }

  @Test
  void whatTheDiskDidNotTakeIsInNoCopyAndCopiedAnew() throws IOException {
    // Given
    assertThat(told("plan", MARK, "photos")).isEqualTo("done");
    assertThat(told("begin", "", "photos 2026-11-28T03-00-00Z '' same")).isEqualTo("done");
    Path runs = directory.resolve("copies/photos/runs");
    Path lost = runs.resolve("2026-11-28T03-00-00Z.incomplete/lost");
    Files.writeString(lost, "");

    // When: the kernel tells one of them that something was lost
    Path failing = Files.createDirectory(directory.resolve("failing"));
    String _ = Shell.in(failing, "printf '#!/bin/sh\\nexit 1\\n' >sync && chmod +x sync");
    String checkpoint = told("checkpoint", "", "photos", "PATH=\"$PWD/failing:$PATH\"");
    String complete = told("complete", MARK, "photos 2026-11-28T03-00-00Z");

    // Then
    assertThat(List.of(checkpoint, complete)).containsOnly("refused");
    assertThat(directory.resolve("copies/photos/latest")).doesNotExist();

    // And when
    assertThat(told("begin", "", "photos 2026-11-28T03-00-00Z '' same")).isEqualTo("done");

    // Then
    assertThat(lost).doesNotExist();
  }

  @Test
  void whatAPowerCutLeftIsNotBelievedBeforeItIsBegunAgain() throws IOException {
    // Given
    assertThat(told("plan", MARK, "photos")).isEqualTo("done");
    assertThat(told("begin", "", "photos 2026-11-28T03-00-00Z '' same")).isEqualTo("done");
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
    assertThat(told("begin", "", "photos 2026-11-28T03-00-00Z '' same")).isEqualTo("done");
    assertThat(told("checkpoint", "", "photos")).isEqualTo("done");

    // Then
    assertThat(half).doesNotExist();
    assertThat(runs.resolve(".checkpoint")).isRegularFile();
  }
}
