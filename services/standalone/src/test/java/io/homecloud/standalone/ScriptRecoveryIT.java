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
