package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult.Exited;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recovery kits, and the copies that a new machine begins with: made, refused, cut off and
 * repeated.
 */
class ScriptRecoveryIT {
  private static final Duration SOON = Duration.ofMinutes(3);

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
  void ofSeveralKitsOneIsNamed() throws IOException {
    // Given
    Files.createFile(directory.resolve("monday.enc"));
    Files.createFile(directory.resolve("sunday.enc"));

    // When
    Exited exited = functions(data, "recovery_kit --restore *.enc");

    // Then
    assertThat(exited.code()).isEqualTo(2);
    assertThat(exited.stderr()).contains("one kit at a time, and not monday.enc and sunday.enc");
  }

  @Test
  void aKitThatARestoreWouldRefuseIsNotMade() {
    // When: more than a pipe holds
    Exited made =
        functions(
            data,
            "cp() { command cp \"$@\" && (cd \"${@: -1}\" && seq 20000 | xargs touch); }; make_kit");

    // Then
    assertThat(made.code()).isEqualTo(1);
    assertThat(made.stderr()).contains("holds what a recovery kit does not");
    assertThat(directory).isDirectoryNotContaining("glob:**.enc");
  }

  @Test
  void aDiskThatIsRefusedIsSeenBeforeAnythingIsRestored() throws IOException {
    // Given
    Files.writeString(data.resolve("settings"), "node=tower\n");
    Path copy = copy();
    try (LoopDisks disks = new LoopDisks()) {
      String disk = disks.disk(3L << 30).toString();
      Script.tool("mkfs.btrfs", "-q", "-L", "homecloud-home", disk);
      List<String> words = List.of("up", "--data", data.toString(), "--restore", copy.toString());

      // When
      Exited exited =
          script.run(
              SOON,
              Stream.concat(words.stream(), Stream.of("--disk", disk)).toArray(String[]::new));

      // Then
      assertThat(exited.stderr()).contains("--adopt keeps that pool", "Nothing was touched");
      assertThat(exited.code()).isEqualTo(4);
      assertThat(Script.tool("ls", data.toString())).isEqualTo("secrets\nsettings");
      assertThat(secrets.resolve("sign-in.json")).hasContent("the key");
    }
  }

  @Test
  void whatWasRestoredOnceIsNotRestoredAgainAndGoesOn() throws IOException {
    // Given
    Path copy = copy();
    Exited first = functions(data, "restore_installation " + copy);
    Files.writeString(secrets.resolve("environment"), "written since");

    // When
    Exited again = functions(data, "restore_installation " + copy + "; echo goes on");
    Files.writeString(data.resolve("installation-id"), "another\n");
    Exited another = functions(data, "restore_installation " + copy);

    // Then
    assertThat(first.code()).as(first.stderr()).isZero();
    assertThat(data.resolve("restore/dump.sql")).hasContent("-- end");
    assertThat(again.code()).as(again.stderr()).isZero();
    assertThat(again.stdout()).contains("nothing is restored again", "goes on");
    assertThat(secrets.resolve("environment")).hasContent("written since");
    assertThat(another.code()).isEqualTo(4);
    assertThat(another.stderr()).contains("has an installation already");
  }

  @Test
  void programsOfHooksAreAllThereOrNone() throws IOException {
    // Given: it died in the middle of them
    Path copy = copy();
    Exited died =
        functions(
            data,
            "cp() { command cp \"$@\"; [[ ${*: -1} != */hooks* ]] || { rm \"${@: -1}/stop\"; return 1; }; }; restore_installation "
                + copy);

    // When
    Exited again = functions(data, "restore_installation " + copy);

    // Then
    assertThat(died.code()).isEqualTo(1);
    assertThat(again.code()).as(again.stderr()).isZero();
    assertThat(Script.tool("ls", data.resolve("hooks").toString())).isEqualTo("start\nstop");
    assertThat(data.resolve("hooks.new")).doesNotExist();
  }

  private Path kit() throws IOException {
    Exited made = functions(data, "make_kit");
    assertThat(made.code()).as(made.stderr()).isZero();
    try (var files = Files.newDirectoryStream(directory, "homecloud-recovery-*.enc")) {
      return files.iterator().next();
    }
  }

  /** Of the same installation, as a plan makes it, with another key to sign in. */
  private Path copy() {
    Exited made =
        functions(
            data,
            """
            openssl rand -hex 32 >"$DATA/secrets/installation-backup.key"
            mkdir -p copied/hooks copies
            cp -a "$DATA/secrets" "$DATA/settings" copied/
            echo "the copy's key" >copied/secrets/sign-in.json
            echo >copied/hooks/start
            echo >copied/hooks/stop
            echo 0f1c1a2e-2a5a-4d39-9a58-1d2e1f6d7c01 >copied/installation-id
            echo "-- end" >copied/dump.sql
            cd copied
            find . -type f | sed 's|^[.]/||' | xargs sha256sum >../SHA256SUMS
            mv ../SHA256SUMS .
            tar -cz . | openssl enc "${CIPHER[@]}" -salt -pass "file:$DATA/secrets/installation-backup.key" -out ../copies/installation.tar.gz.enc
            """);
    assertThat(made.code()).as(made.stderr()).isZero();
    return directory.resolve("copies");
  }

  private Exited functions(Path installation, String lines) {
    return script.functions(
        SOON, "cd %s; use_data %s; %s".formatted(directory, installation, lines));
  }
}
