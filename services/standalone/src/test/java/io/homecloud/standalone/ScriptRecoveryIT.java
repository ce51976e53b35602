package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recovery kits, and the copies that a new machine begins with: made, refused, cut off and repeated. */
class ScriptRecoveryIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Script script =
      new Script().with("HOMECLOUD_RECOVERY_PASSPHRASE", "rain on the lake");

  @TempDir private Path directory;

  private Path data;
  private Path secrets;

  @BeforeEach
  void installation() throws IOException {
    data = directory.resolve("data");
    secrets = Files.createDirectories(data.resolve("secrets"));
    Files.writeString(secrets.resolve("sign-in.json"), "the key");
    Files.createDirectory(secrets.resolve("backup"));
    Files.writeString(secrets.resolve("backup/attic"), "the secret");
    Files.writeString(data.resolve("settings"), "node=tower\nport=8099\npool=theirs\n");
  }

  @Test
  void aRestoreThatWasCutOffIsMadeAnewByTheNext() throws IOException {
    // Given: it died before everything was copied
    Path kit = kit();
    Path other = Files.createDirectories(directory.resolve("other"));
    Path half = Files.createDirectories(other.resolve("secrets.new"));
    Files.writeString(half.resolve("sign-in.json"), "the k");
    Files.writeString(other.resolve("settings.new"), "no");

    // When
    Exited exited = functions(other, "restore_kit " + kit);

    // Then
    assertThat(exited.code()).as(exited.stderr()).isZero();
    assertThat(other.resolve("secrets/sign-in.json")).hasContent("the key");
    assertThat(other.resolve("secrets/backup/attic")).hasContent("the secret");
    assertThat(other.resolve("secrets/secrets")).doesNotExist();
    assertThat(other.resolve("secrets.new")).doesNotExist();
    assertThat(other.resolve("settings")).hasContent("node=tower\nport=8099\n");
  }

  @Test
  void aRestoreThatDiesWhileItCopiesLeavesTheSecretsThatWereThere() throws IOException {
    // Given
    Path kit = kit();
    Files.writeString(secrets.resolve("sign-in.json"), "a later key");

    // When
    Exited exited = functions(data, "cp() { return 1; }; restore_kit " + kit);

    // Then
    assertThat(exited.code()).isEqualTo(1);
    assertThat(secrets.resolve("sign-in.json")).hasContent("a later key");
  }

  @Test
  void aKitHasWhatARestoreTakesAndSaysWhatItHasNot() throws IOException {
    // Given: what editors, people and a power cut leave
    Files.writeString(secrets.resolve("environment"), "HOMECLOUD_KAFKA_BOOTSTRAP=here");
    Files.writeString(secrets.resolve("environment~"), "before");
    Files.writeString(secrets.resolve(".environment.swp"), "half");
    Files.writeString(secrets.resolve("for anna"), "mine");
    Files.createSymbolicLink(secrets.resolve("link"), Path.of("environment"));
    Files.createLink(secrets.resolve("sign-in.json.1.first"), secrets.resolve("sign-in.json"));
    Files.createLink(secrets.resolve("same.json"), secrets.resolve("sign-in.json"));
    Path other = directory.resolve("other");

    // When
    Exited made = functions(data, "make_kit");
    Exited restored = functions(other, "restore_kit *.enc");

    // Then
    assertThat(made.code()).as(made.stderr()).isZero();
    assertThat(made.stderr())
        .contains("environment~", ".environment.swp", "for anna", "secrets/link", "1.first");
    assertThat(restored.code()).as(restored.stderr()).isZero();
    assertThat(Script.tool("ls", "-A", other.resolve("secrets").toString()))
        .isEqualTo("backup\nenvironment\nsame.json\nsign-in.json");
    assertThat(other.resolve("secrets/sign-in.json")).hasContent("the key");
  }

  @Test
  void aKitThatARestoreWouldRefuseIsNotMade() {
    // When
    Exited made = functions(data, "cp() { command cp \"$@\" && touch \"${@: -1}/more\"; }; make_kit");

    // Then
    assertThat(made.code()).isEqualTo(1);
    assertThat(made.stderr()).contains("holds what a recovery kit does not");
    assertThat(directory).isDirectoryNotContaining("glob:**.enc");
  }

  private Path kit() throws IOException {
    Exited made = functions(data, "make_kit");
    assertThat(made.code()).as(made.stderr()).isZero();
    try (var files = Files.newDirectoryStream(directory, "homecloud-recovery-*.enc")) {
      return files.iterator().next();
    }
  }

  private Exited functions(Path installation, String lines) {
    return script.functions(
        SOON, "cd %s; use_data %s; %s".formatted(directory, installation, lines));
  }
}
