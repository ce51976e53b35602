package io.homecloud.backup.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the keys of machines are, and where they were. */
class SshKeysTest {
  @TempDir Path data;

  @Test
  void whatWasPinnedWhereNoCopyOfTheInstallationHasItIsStillBelieved() throws IOException {
    // Given
    UUID before = UUID.randomUUID();
    UUID both = UUID.randomUUID();
    Path old = Files.createDirectories(data.resolve("backup/ssh"));
    Files.writeString(old.resolve(before + ".hosts"), "a key\n");
    Files.writeString(old.resolve(both + ".hosts"), "an old key\n");
    SshKeys keys =
        new SshKeys(
            new LocalHost(), data.resolve("secrets/pair"), data.resolve("secrets/pair-hosts"));
    keys.pin(both, "a new key\n");

    // When
    keys.takeOver(old);

    // Then
    assertThat(keys.known(before)).isEqualTo("a key\n");
    assertThat(keys.known(both)).isEqualTo("a new key\n");
    assertThat(keys.known(UUID.randomUUID())).isEmpty();
    assertThat(old).isEmptyDirectory();
  }
}
