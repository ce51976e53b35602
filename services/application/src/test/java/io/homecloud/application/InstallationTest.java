package io.homecloud.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  @TempDir Path temporary;

  @Test
  void firstStartMakesAKeyThatOnlyRootReads() throws Exception {
    // When
    Installation installation = Installation.at(temporary.resolve("data"), Map.of());

    // Then
    assertThat(mode(installation.signInKey())).isEqualTo("rw-------");
    assertThat(mode(installation.data().resolve("secrets"))).isEqualTo("rwx------");
    SignInKey key = SignInKey.parse(Files.readString(installation.signInKey()));
    assertThat(installation.signInPublicKey()).hasContent(key.publicSet().strip());
  }

  @Test
  void laterStartsKeepTheKey() throws Exception {
    // Given
    Installation first = Installation.at(temporary, Map.of());
    String key = Files.readString(first.signInKey());
    // As if it had been killed between the two files, with a half-written one left over.
    Files.delete(first.signInPublicKey());
    Files.writeString(temporary.resolve("secrets/sign-in-public.json.next"), "{\"ke");

    // When
    Installation second = Installation.at(temporary, Map.of());

    // Then
    assertThat(second.signInKey()).hasContent(key.strip());
    assertThat(Files.readString(second.signInPublicKey()))
        .isEqualTo(SignInKey.parse(key).publicSet());
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
